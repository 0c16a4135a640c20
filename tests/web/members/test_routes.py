"""web.members: inviting, changing, resetting and closing accounts, as a browser does it."""

from __future__ import annotations

from broker.staff import Reach, Role, Staff
from tests.support.desk import Browser, Desk, post, sign_in
from tests.support.members import hire, links

WORDS = "mango rickshaw lamp river"


async def admin(desk: Desk, browser: Browser) -> Staff:
    """Sign the administrator of the first jail's state in."""
    staff = await hire(desk.db, "admin.mh", Role.STATE_ADMIN, Reach(state_codes=frozenset({27})))
    await sign_in(browser, "admin.mh")
    return staff


def form(desk: Desk, **changes: str) -> dict[str, str]:
    """An invitation for an operator of the first jail."""
    return {
        "name": "Asha Rao",
        "username": "asha",
        "email": "asha@prisons.example",
        "language": "hi",
        "role": "operator",
        "scope": "jails",
        "jails": str(desk.here.jail.id),
    } | changes


async def test_an_administrator_invites_and_sees_who_has_not_come_yet(desk: Desk) -> None:
    """The mail is queued; the list says that the account waits."""
    async with desk.browser() as browser:
        await admin(desk, browser)
        answer = await post(browser, "/members/invite", **form(desk))
        assert (answer.status, answer.headers["Location"]) == (303, "/members?said=invited")
        page = await (await browser.get("/members")).text()
        assert 'data-member="asha"' in page
        assert "Invited, not here yet" in page
        assert len(await links(desk.db)) == 1


async def test_what_was_wrong_is_said_and_what_was_typed_is_kept(desk: Desk) -> None:
    """At its field; nothing is stored or mailed."""
    async with desk.browser() as browser:
        await admin(desk, browser)
        for changes, words in (
            ({"name": " "}, "Write the name."),
            ({"username": "a"}, "A username has 3 letters or more"),
            ({"username": "ADMIN.mh"}, "Somebody has this username already."),
            ({"email": "asha"}, "no mail address that we can write to"),
            ({"role": "state_admin"}, "You can't give this role"),
            ({"jails": str(desk.elsewhere.jail.id)}, "You can't give this role"),
            ({"scope": "every"}, "You can't give this role"),
            ({"jails": ""}, "Choose at least one state or jail."),
        ):
            answer = await post(browser, "/members/invite", **form(desk, **changes))
            page = await answer.text()
            assert (answer.status, words in page, 'role="alert"' in page) == (422, True, True), changes
            assert changes.get("email", "asha@prisons.example") in page
        assert await links(desk.db) == []


async def test_who_may_not_be_managed_does_not_exist_for_one(desk: Desk) -> None:
    """Oneself, an equal, somebody elsewhere; and without the permission nothing of it does."""
    other = await desk.hire("other", Role.OPERATOR, desk.elsewhere)
    mine = await desk.hire("mine", Role.OPERATOR, desk.here)
    async with desk.browser() as browser, desk.browser() as operator:
        staff = await admin(desk, browser)
        for staff_id in (other.id, staff.id, 4711):
            for path in (f"/members/{staff_id}", f"/members/{staff_id}/disable", f"/members/{staff_id}/link"):
                assert (await post(browser, path, **form(desk))).status == 404
        await sign_in(operator, "mine")
        assert (await operator.get("/members")).status == 403
        assert (await post(operator, f"/members/{mine.id}", **form(desk, role="superintendent"))).status == 403


async def test_a_changed_role_holds_at_once(desk: Desk) -> None:
    """For the session that is open."""
    asha = await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser, desk.browser() as theirs:
        await admin(desk, browser)
        await sign_in(theirs, "asha")
        answer = await post(browser, f"/members/{asha.id}", **form(desk, role="monitor"))
        assert answer.headers["Location"] == "/members?said=changed"
        assert (await theirs.get("/operator")).status == 403
        assert (await theirs.get("/monitor")).status == 200


async def test_a_disabled_or_reset_account_is_signed_out(desk: Desk) -> None:
    """Everywhere; a reset sends a link besides."""
    reach = Reach(jail_ids=frozenset({desk.here.jail.id}))
    asha = await hire(desk.db, "asha", Role.OPERATOR, reach, email="asha@prisons.example")
    async with desk.browser() as browser, desk.browser() as theirs:
        await admin(desk, browser)
        for act, said in (("disable", "disabled"), ("enable", "enabled"), ("link", "link")):
            await sign_in(theirs, "asha")
            answer = await post(browser, f"/members/{asha.id}/{act}")
            assert answer.headers["Location"] == f"/members?said={said}"
            signed_in = (await theirs.get("/operator", allow_redirects=False)).status == 200
            assert signed_in is False, act
        assert len(await links(desk.db)) == 1


async def test_the_list_is_searched(desk: Desk) -> None:
    """By name, username or mail, and by role."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    await desk.hire("mira", Role.MONITOR, desk.here)
    async with desk.browser() as browser:
        await admin(desk, browser)
        for query, shown in (("q=ASH", {"asha"}), ("role=monitor", {"mira"}), ("q=zzz", set()), ("", {"asha", "mira"})):
            page = await (await browser.get(f"/members?{query}")).text()
            assert {name for name in ("asha", "mira") if f'data-member="{name}"' in page} == shown
