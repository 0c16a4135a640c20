"""web.staff.navigation: the areas a role may open, where it starts, and where a sign-in may lead."""

from __future__ import annotations

import pytest

from broker.staff import Role, Staff
from tests.support.desk import Desk, sign_in
from web.app import FEATURES
from web.staff import navigation
from web.staff.permissions import GRANTS


def staff(role: Role) -> Staff:
    """Somebody of this role."""
    return Staff(1, "x", "X", role, frozenset({1}), totp_required=True)


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_what_it_may_open_and_starts_on_one_of_it(role: Role) -> None:
    """No link leads to a refusal."""
    shown = navigation.entries(staff(role))
    assert {entry.permission for entry in shown} <= GRANTS[role]
    assert navigation.home_of(role) in {entry.path for entry in shown}


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/superintendent", "/superintendent"),
        ("/superintendent/requests/1", "/superintendent"),
        ("/superintendent/calendar", "/superintendent/calendar"),
        ("/superintendent/calendar/blocks", "/superintendent/calendar"),
        ("/operatorx", ""),
        ("/staff/account", ""),
    ],
)
def test_a_page_belongs_to_the_nearest_area_above_it(path: str, area: str) -> None:
    """An area within another one is its own."""
    assert navigation.current(path) == area


@pytest.mark.parametrize("path", ["/inmates?jail=1", "/staff/account", "/staff/account/authenticator", "/members/3"])
def test_a_sign_in_may_lead_to_every_staff_page(path: str) -> None:
    """Where somebody wanted to go when they had to sign in."""
    assert navigation.is_ours(path)


@pytest.mark.parametrize(
    "path", ["", "/", "//evil.example", "/keys\r\nX: y", "/keys/../x", "/\\evil", "/staff/invite/x"]
)
def test_a_sign_in_leads_nowhere_else(path: str) -> None:
    """Not to another site, and not to a family's page."""
    assert not navigation.is_ours(path)


async def test_every_area_is_a_page_of_ours(desk: Desk) -> None:
    """A link without a page behind it would be a promise."""
    known = {route.resource.canonical for route in desk.app.router.routes() if route.resource and route.method == "GET"}
    assert FEATURES
    assert {entry.path for entry in navigation.ENTRIES} <= known


async def test_the_pages_show_their_reader_the_areas_and_which_one_it_is(desk: Desk) -> None:
    """On each of the staff's pages."""
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        assert (await sign_in(browser, "supi")).headers["Location"] == "/superintendent"
        text = await (await browser.get("/inmates")).text()
    assert '<a href="/inmates" aria-current="page">People in prison</a>' in text
    assert '<a href="/operator">Today</a>' in text
    assert 'href="/members"' not in text
