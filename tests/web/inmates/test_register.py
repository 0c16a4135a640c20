"""web.inmates.register: who is on a jail's register."""

from __future__ import annotations

import pytest

from broker.staff import Role
from broker.storage.inmates import NewInmate
from broker.vocabulary import InmateCategory, InmateStatus
from tests.support.desk import Desk, sign_in
from web.inmates import register


async def fill(desk: Desk, number: int) -> None:
    """Put people on the first jail's register."""
    async with desk.db.begin() as uow:
        for each in range(number):
            new = NewInmate(
                desk.here.jail.id, f"C/{each}", f"Imran {each}", "Yusuf", 41, "male", InmateCategory.CONVICT, "NG"
            )
            await uow.inmates.add(new)
        await uow.inmates.set_status(desk.here.inmate.id, InmateStatus.RELEASED, desk.clock.now())
        await uow.commit()


async def test_a_register_is_shown_in_pages_and_searched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By number, name and where they are."""
    monkeypatch.setattr(register, "PAGE", 2)
    await fill(desk, 3)
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        page = await (await browser.get("/inmates")).text()
        assert [n for n in ("UT/1/26", "C/0", "C/1", "C/2") if f'data-inmate="{n}"' in page] == ["UT/1/26", "C/0"]
        assert "Released: <strong>1</strong>" in page
        more = f"/inmates?after={desk.here.inmate.id}"
        assert 'data-inmate="C/0"' in await (await browser.get(more)).text()
        for query, number in (("q=imran+c/2", "C/2"), ("status=released", "UT/1/26")):
            page = await (await browser.get(f"/inmates?{query}")).text()
            assert page.count("data-inmate=") == 1
            assert f'data-inmate="{number}"' in page


@pytest.mark.parametrize("role", Role)
async def test_the_register_is_shown_to_whoever_may_read_it_in_their_scope(desk: Desk, role: Role) -> None:
    """A state administrator reads and does not change."""
    await desk.hire("x.y", role, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "x.y")
        answer = await browser.get("/inmates")
        assert (answer.status == 200) is (role in {Role.STATE_ADMIN, Role.SUPERINTENDENT})
        if answer.status == 200:
            assert ("/inmates/import" in await answer.text()) is (role is Role.SUPERINTENDENT)
            assert (await browser.get(f"/inmates?jail={desk.elsewhere.jail.id}")).status == 403


async def test_whoever_has_no_jail_has_no_register(desk: Desk) -> None:
    """A page that says so, not an error of ours."""
    await desk.hire("supi", Role.SUPERINTENDENT)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        assert (await browser.get("/inmates")).status == 404
