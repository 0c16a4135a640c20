"""web.api.auth: a key opens the registers it is for, and no others."""

from __future__ import annotations

import pytest

from tests.support.api import ask, make_key
from tests.support.desk import Desk

PATH = "/api/v1/inmates"


@pytest.mark.parametrize("token", ["", "mulakat_", "x" * 300, "mulakat_AAAAAAAAAAAAAAAAAAAAAAAA"])
async def test_without_a_key_nothing_is_answered(desk: Desk, token: str) -> None:
    """Neither read nor written; the answer says how to come."""
    for method, path in (("GET", PATH), ("PUT", f"{PATH}/UT/1"), ("POST", PATH)):
        assert await ask(desk, method, path, token, {}) == (401, {"error": "bad_key"})


async def test_a_key_for_a_jail_opens_that_jail_alone(desk: Desk) -> None:
    """With or without naming it; another jail and one that is none get one answer."""
    token = await make_key(desk, jail_id=desk.here.jail.id)
    for query in ("", "?jail=27/11"):
        status, said = await ask(desk, "GET", PATH + query, token)
        assert (status, said["jail"]) == (200, "27/11")
    for jail in ("19/3", "27/99", "x"):
        assert await ask(desk, "GET", f"{PATH}?jail={jail}", token) == (403, {"error": "jail_not_yours"})


async def test_a_key_for_a_state_must_say_which_jail(desk: Desk) -> None:
    """And opens those of its state."""
    token = await make_key(desk, state_code=27)
    assert await ask(desk, "GET", PATH, token) == (400, {"error": "jail_missing"})
    assert (await ask(desk, "GET", f"{PATH}?jail=27/11", token))[0] == 200
    assert (await ask(desk, "GET", f"{PATH}?jail=19/3", token))[0] == 403


async def test_a_revoked_key_opens_nothing_and_a_used_one_says_when(desk: Desk) -> None:
    """From the moment it is revoked."""
    token = await make_key(desk, jail_id=desk.here.jail.id)
    assert (await ask(desk, "GET", PATH, token))[0] == 200
    async with desk.db.begin() as uow:
        (key,) = await uow.api_keys.all()
        assert key.last_used_at == desk.clock.now()
        await uow.api_keys.revoke(key.id, desk.clock.now())
        await uow.commit()
    assert (await ask(desk, "GET", PATH, token))[0] == 401


async def test_guessing_ends_and_a_right_key_is_never_counted(desk: Desk) -> None:
    """Thirty wrong ones from an address; a system that asks every second goes on."""
    token = await make_key(desk, jail_id=desk.here.jail.id)
    for _ in range(32):
        assert (await ask(desk, "GET", PATH, token))[0] == 200
    answers = [(await ask(desk, "GET", PATH, "wrong"))[0] for _ in range(31)]
    assert answers == [401] * 30 + [429]


async def test_a_page_of_another_site_can_not_use_the_interface(desk: Desk) -> None:
    """A browser says where it comes from."""
    token = await make_key(desk, jail_id=desk.here.jail.id)
    async with desk.browser() as browser:
        headers = {"Authorization": f"Bearer {token}", "Origin": "https://evil.example"}
        answer = await browser.post(PATH, data=b"[]", headers=headers)
        assert (answer.status, await answer.json()) == (403, {"error": "cross_site"})
