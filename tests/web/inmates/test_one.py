"""web.inmates.one: one person of the register, by hand."""

from __future__ import annotations

from datetime import timedelta

from broker.people import Inmate
from broker.staff import Role
from broker.vocabulary import InmateStatus
from tests.support.desk import Desk, post, sign_in

FORM = {
    "number": "C/9/26",
    "name": "Imran Shaikh",
    "father_name": "Yusuf Shaikh",
    "age": "41",
    "gender": "male",
    "category": "convict",
    "nationality": "NG",
    "status": "held",
    "no_objection": "",
}


async def register(desk: Desk) -> list[Inmate]:
    """The first jail's register now."""
    async with desk.db.read() as uow:
        return await uow.inmates.of_jail(desk.here.jail.id)


async def test_somebody_is_added_once(desk: Desk) -> None:
    """The same number again, however it is written, is a mistake, and what was typed is kept."""
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        assert (await post(browser, "/inmates/new", **FORM)).status == 303
        assert (await register(desk))[1].nationality == "NG"
        again = await post(browser, "/inmates/new", **FORM | {"number": "c / 9/26", "name": "Another"})
        page = await again.text()
        assert (again.status, "This number is there already" in page, 'value="Another"' in page) == (422, True, True)
        assert [each.name for each in await register(desk)][1:] == ["Imran Shaikh"]


async def test_a_release_brings_the_visits_to_the_queue_and_the_number_stays(desk: Desk) -> None:
    """The line is known by its number, whatever a form says."""
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    await desk.book(starts_in=timedelta(days=1).total_seconds())
    path = f"/inmates/{desk.here.inmate.id}/edit"
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        assert "Sanjay Kolte" in await (await browser.get(path)).text()
        done = await post(browser, path, **FORM | {"status": "released"})
        assert done.headers["Location"].endswith("said=saved&reviews=1")
        (inmate,) = await register(desk)
        assert (inmate.number, inmate.name, inmate.status) == ("UT/1/26", "Imran Shaikh", InmateStatus.RELEASED)
        assert (
            (await post(browser, path, **FORM | {"status": "released"}))
            .headers["Location"]
            .endswith("said=unchanged&reviews=0")
        )


async def test_each_wrong_field_is_named_in_the_forms_order(desk: Desk) -> None:
    """In the summary and at the field."""
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        answer = await post(browser, "/inmates/new", **FORM | {"name": "", "age": "x"})
        page = await answer.text()
        assert answer.status == 422
        assert 0 < page.index('href="#name"') < page.index('href="#age"') < page.index('id="age-error"')


async def test_nobody_changes_another_jails_people(desk: Desk) -> None:
    """Neither to look nor to save; and reading is not changing."""
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    await desk.hire("admin.here", Role.STATE_ADMIN, desk.here)
    path = f"/inmates/{desk.elsewhere.inmate.id}/edit"
    async with desk.browser() as browser, desk.browser() as reader:
        await sign_in(browser, "supi")
        await sign_in(reader, "admin.here")
        assert (await browser.get(path)).status == 403
        assert (await post(browser, path, **FORM)).status == 403
        assert (await post(browser, f"/inmates/new?jail={desk.elsewhere.jail.id}", **FORM)).status == 403
        assert (await browser.get("/inmates/4711/edit")).status == 404
        assert (await reader.get("/inmates/new")).status == 403
