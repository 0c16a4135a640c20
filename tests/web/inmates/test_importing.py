"""web.inmates.importing: a file is shown against the register before anything is changed."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import aiohttp

from broker.people import Inmate
from broker.register.rows import MAX_BYTES
from broker.staff import Role
from broker.vocabulary import InmateStatus
from tests.support.desk import Browser, Desk, csrf_of, post, sign_in

HEAD = "number,name,father_name,age,gender,category\n"
IMRAN = "UT/2/26,Imran Shaikh,Yusuf Shaikh,41,male,convict\n"


async def send(browser: Browser, desk: Desk, content: bytes, *, gone: str = "kept", jail: int = 0) -> tuple[int, str]:
    """Choose a file; the status, and where it leads."""
    form = aiohttp.FormData(
        {"csrf": await csrf_of(browser), "gone": gone, "jail": str(jail or desk.here.jail.id)},
        default_to_multipart=True,
    )
    form.add_field("file", io.BytesIO(content), filename="register.csv", content_type="text/csv")
    answer = await browser.post("/inmates/import", data=form, allow_redirects=False)
    return answer.status, answer.headers.get("Location", "") or await answer.text()


async def confirm(browser: Browser, where: str) -> aiohttp.ClientResponse:
    """Press the button of the dry run."""
    page = await (await browser.get(where)).text()
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown
    return await post(browser, where, shown=shown[1])


async def register(desk: Desk) -> list[Inmate]:
    """The first jail's register now."""
    async with desk.db.read() as uow:
        return await uow.inmates.of_jail(desk.here.jail.id)


async def signed_in(desk: Desk, browser: Browser) -> None:
    """The superintendent of the first jail."""
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    await sign_in(browser, "supi")


async def test_a_file_is_shown_then_confirmed_and_visits_come_to_the_queue(desk: Desk) -> None:
    """Nothing is changed by looking, however often; the page then says how many visits to look at."""
    await desk.book(starts_in=timedelta(days=1).total_seconds())
    async with desk.browser() as browser:
        await signed_in(desk, browser)
        status, where = await send(browser, desk, (HEAD + IMRAN).encode(), gone="released")
        assert status == 303
        page = await (await browser.get(where)).text()
        assert 'data-count="added">1<' in page
        assert 'data-count="gone">1<' in page
        assert len(await register(desk)) == 1
        done = await confirm(browser, where)
        assert done.headers["Location"] == f"/inmates?jail={desk.here.jail.id}&said=imported&reviews=1"
        assert [each.status for each in await register(desk)] == [InmateStatus.RELEASED, InmateStatus.HELD]
        assert (await browser.get(where)).status == 404


async def test_bad_lines_are_named_and_can_not_be_confirmed(desk: Desk) -> None:
    """Each with its line, column, what stands there and why; not even by a form sent by hand."""
    async with desk.browser() as browser:
        await signed_in(desk, browser)
        bad = HEAD + IMRAN + "UT/3,<b>,x,410,male,convict\n"
        _, where = await send(browser, desk, bad.encode())
        page = await (await browser.get(where)).text()
        assert 'data-fault="3"' in page
        assert "An age is a number of years from 12 to 120." in page
        assert "<b>" not in page
        assert 'data-action="confirm"' not in page
        assert (await post(browser, where, shown="x")).status == 409
        assert len(await register(desk)) == 1


async def test_what_is_confirmed_is_what_was_shown(desk: Desk) -> None:
    """Somebody else changed the register in between: the new difference is shown first."""
    async with desk.browser() as browser:
        await signed_in(desk, browser)
        _, where = await send(browser, desk, (HEAD + IMRAN).encode())
        _, other = await send(browser, desk, (HEAD + IMRAN.replace("41", "42")).encode())
        page = await (await browser.get(where)).text()
        shown = re.search(r'name="shown" value="(\w+)"', page)
        assert shown
        assert (await confirm(browser, other)).status == 303
        late = await post(browser, where, shown=shown[1])
        assert (late.status, "has changed since you looked" in await late.text()) == (409, True)
        assert (await register(desk))[1].age == 42


async def test_what_is_no_register_is_said_in_words(desk: Desk) -> None:
    """Nothing chosen, an empty file, a picture, no header; one that is too large, without an error page."""
    async with desk.browser() as browser:
        await signed_in(desk, browser)
        for content, words in (
            (b"", "There is nobody in this file."),
            (b"\x89PNG\r\n\x1a\n", "not a CSV or JSON file"),
            (b"name,age\nx,1\n", "father_name"),
            (b"{}", "This JSON can't be read"),
        ):
            status, page = await send(browser, desk, content)
            assert (status, words in page, 'role="alert"' in page) == (422, True, True), content
        status, where = await send(browser, desk, b"x" * (MAX_BYTES + 2 * 1024 * 1024))
        assert (status, where) == (303, "/inmates/import?large=1")
        large = await browser.get(where)
        assert (large.status, "larger than 8 MB" in await large.text()) == (413, True)


async def test_a_file_of_a_thousand_people_is_taken(desk: Desk) -> None:
    """Larger than any form of ours."""
    people = "".join(f"UT/{n}/26,Somebody with a name,Somebody's father,41,male,convict\n" for n in range(10, 1510))
    async with desk.browser() as browser:
        await signed_in(desk, browser)
        status, where = await send(browser, desk, (HEAD + people).encode())
        assert status == 303
        assert (await confirm(browser, where)).status == 303
        assert len(await register(desk)) == 1501


async def test_nobody_imports_into_another_jail_or_looks_at_anothers_file(desk: Desk) -> None:
    """Scope is asked at each step."""
    await desk.hire("other", Role.SUPERINTENDENT, desk.elsewhere)
    async with desk.browser() as browser, desk.browser() as other:
        await signed_in(desk, browser)
        await sign_in(other, "other")
        assert (await send(browser, desk, (HEAD + IMRAN).encode(), jail=desk.elsewhere.jail.id))[0] == 403
        _, where = await send(browser, desk, (HEAD + IMRAN).encode())
        assert (await other.get(where)).status == 404
