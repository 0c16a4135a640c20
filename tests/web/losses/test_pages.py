"""/operator/losses: who may see it, what it shows, what it takes, and two operators at once."""

from __future__ import annotations

import re
from datetime import time

import pytest

from broker.staff import Role
from broker.visit import Visit
from tests.support.deciding import letters
from tests.support.desk import Browser, Desk, csrf_of, post, sign_in
from tests.support.family import get
from tests.support.losses import family_failed, terminal_failed
from tests.support.lost_pages import lost_visit
from tests.support.superintendent import at_the_desk, open_office_at, read

PATH = "/operator/losses"


async def loss_ids(desk: Desk, visit: Visit) -> list[int]:
    """The ids of a visit's losses."""
    async with desk.db.read() as uow:
        return [loss.id for loss in await uow.losses.of_visit(visit.id)]


async def operator(desk: Desk, browser: Browser, name: str = "asha") -> Browser:
    """An operator of the desk's first jail, signed in."""
    await desk.hire(name, Role.OPERATOR, desk.here)
    await sign_in(browser, name)
    return browser


async def test_page_shows_what_was_lost_in_words_and_as_a_bar(desk: Desk) -> None:
    """The slot second by second, the measured cause, what follows for the family; whose visit it was."""
    office = await open_office_at(desk)
    visit = await lost_visit(desk, office)
    async with desk.browser() as browser:
        page = await get(await operator(desk, browser), PATH)
    assert str(visit.visrn) in page.words
    for text in (
        "10 min : The terminal was down",
        "10:05:00 – 10:15:00 · The terminal was silent, its page too (10 min · lost, on the prison's side)",
        "10:00:00 to 10:15:00: 5 min together, 10 min lost",
        "The family has been offered another one in its place.",
    ):
        assert text in page.words
    assert 'role="img"' in page.text
    for text in (visit.inmate_known.name, visit.visitors[0].name, "Details of the visit", "T1"):
        assert text in page.words
    assert f'href="/operator/visits/{visit.id}"' in page.text


async def test_order_is_said_and_kept(desk: Desk) -> None:
    """What needs a word first, the oldest first; what has one below, the latest word first."""
    office = await open_office_at(desk)
    visits = [await lost_visit(desk, office, family_failed, at=time(hour)) for hour in (10, 11, 12)]
    async with desk.browser() as browser:
        page = await get(await operator(desk, browser), PATH)
        assert re.findall(r'data-visrn="([^"]+)" data-losses="open"', page.text) == [str(each.visrn) for each in visits]
        assert "then the others; the oldest first." in page.words
        for visit in (visits[2], visits[0]):
            await post(browser, f"{PATH}/{visit.id}", act="agree", seen="")
            desk.clock.advance(60)
        page = await get(browser, PATH)
    done = [str(visits[0].visrn), str(visits[2].visrn)]
    assert re.findall(r'data-visrn="([^"]+)" data-losses="done"', page.text) == done
    assert "The latest decision first; the last 20 are shown." in page.words


async def test_agreeing_takes_the_visit_off_the_list(desk: Desk) -> None:
    """It stands below with who agreed; nothing else happened."""
    visit = await lost_visit(desk, await open_office_at(desk))
    async with desk.browser() as browser:
        await operator(desk, browser)
        answer = await post(browser, f"{PATH}/{visit.id}", act="agree", seen="")
        assert answer.status == 303
        page = await get(browser, answer.headers["Location"])
    assert f"{visit.visrn} is confirmed." in page.words
    assert "Confirmed by Name of asha" in page.words
    assert 'data-losses="open"' not in page.text


async def test_correction_offers_the_family_its_visit(desk: Desk) -> None:
    """The measurements blamed the phone; the operator knows better."""
    visit = await lost_visit(desk, await open_office_at(desk), family_failed)
    [loss] = await loss_ids(desk, visit)
    fields = {f"cause-{loss}": "prison_network:prison", "note": "Our line was down.", "act": "correct", "seen": ""}
    async with desk.browser() as browser:
        await operator(desk, browser)
        before = await get(browser, PATH)
        assert (
            "No other visit is offered: 0 % of the time lay with the prison, and the rule asks for 20 %."
            in before.words
        )
        answer = await post(browser, f"{PATH}/{visit.id}", **fields)
        page = await get(browser, answer.headers["Location"])
    assert "a mail offers the family another one" in page.words
    assert "Corrected by Name of asha" in page.words
    assert "Our line was down." in page.words
    assert "makeup" in await letters(desk.db, visit)


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"note": ""}, "Please write why it was another cause"), ({"cause": "moon"}, "Please choose a cause")],
)
async def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    desk: Desk, fields: dict[str, str], said: str
) -> None:
    """The form opens again at the mistake."""
    visit = await lost_visit(desk, await open_office_at(desk), family_failed)
    [loss] = await loss_ids(desk, visit)
    typed = {f"cause-{loss}": fields.get("cause", "prison_network:prison"), "note": fields.get("note", "My note")}
    async with desk.browser() as browser:
        await operator(desk, browser)
        answer = await post(browser, f"{PATH}/{visit.id}", act="correct", seen="", **typed)
        text = await answer.text()
    assert answer.status == 422
    assert said in text
    if typed["note"]:
        assert 'value="My note"' in text
    else:
        assert re.search(r'value="prison_network:prison" selected', text)


async def test_correction_that_changes_nothing_is_said_to_be_none_and_can_be_confirmed(desk: Desk) -> None:
    """It used to be taken, and shown as confirmed: now nothing is written down and what was typed stands there."""
    visit = await lost_visit(desk, await open_office_at(desk), family_failed)
    [loss] = await loss_ids(desk, visit)
    typed = {f"cause-{loss}": "family_network:family", "note": "They rang.", "act": "correct"}
    async with desk.browser() as browser:
        await operator(desk, browser)
        answer = await post(browser, f"{PATH}/{visit.id}", seen="", **typed)
        text = await answer.text()
        assert answer.status == 422
        assert "Nothing is written down yet: no cause was changed." in text
        assert 'value="They rang."' in text
        assert 'data-action="confirm"' in text
        assert 'data-judged="no"' in text
        await get(browser, f"{PATH}?lang=hi")
        in_hindi = await (await post(browser, f"{PATH}/{visit.id}", seen="", **typed)).text()
        assert "कोई कारण नहीं बदला" in in_hindi
        await post(browser, f"{PATH}/{visit.id}", act="agree", seen="")
        await get(browser, f"{PATH}?lang=en")
        page = await get(browser, PATH)
        assert 'data-judged="confirmed"' in page.text
        [seen] = re.findall(r'name="seen" value="([^"]+)"', page.text)
        again = await post(browser, f"{PATH}/{visit.id}", seen=seen, **typed)
        text = await again.text()
    assert again.status == 422
    assert "To correct it, choose another cause." in text
    assert 'data-action="confirm"' not in text


async def test_second_operator_is_told_who_was_first(desk: Desk) -> None:
    """Both had the page open; the second one's correction changes nothing."""
    visit = await lost_visit(desk, await open_office_at(desk), family_failed)
    [loss] = await loss_ids(desk, visit)
    async with desk.browser() as first, desk.browser() as second:
        await operator(desk, first, "asha")
        await operator(desk, second, "ravi")
        await post(first, f"{PATH}/{visit.id}", act="agree", seen="")
        correction = {f"cause-{loss}": "prison_network:prison", "note": "x", "act": "correct", "seen": ""}
        answer = await post(second, f"{PATH}/{visit.id}", **correction)
        text = await answer.text()
    assert answer.status == 409
    assert "Name of asha looked at this visit at" in text
    assert "makeup" not in await letters(desk.db, visit)


async def test_page_is_for_the_jails_own_operators(desk: Desk) -> None:
    """Another jail's may neither see nor judge; a monitor has no such page; nonsense isn't found."""
    visit = await lost_visit(desk, await open_office_at(desk))
    await desk.hire("far", Role.OPERATOR, desk.elsewhere)
    await desk.hire("mina", Role.MONITOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "far")
        assert (await browser.get(f"{PATH}?jail={desk.here.jail.id}")).status == 403
        assert (await post(browser, f"{PATH}/{visit.id}", act="agree", seen="")).status == 403
        assert (await post(browser, f"{PATH}/{'0' * 32}", act="agree", seen="")).status == 404
        assert str(visit.visrn) not in (await get(browser, PATH)).text
    async with desk.browser() as browser:
        await sign_in(browser, "mina")
        assert (await browser.get(PATH)).status == 403
    async with desk.browser() as browser:
        token = await csrf_of(browser)
        answer = await browser.post(f"{PATH}/{visit.id}", data={"csrf": token, "act": "agree"}, allow_redirects=False)
        assert answer.headers["Location"].startswith("/staff/sign-in")


async def test_opening_the_list_is_recorded_once_with_what_it_showed(desk: Desk) -> None:
    """One entry a page, before anything is shown."""
    visit = await lost_visit(desk, await open_office_at(desk))
    async with desk.browser() as browser:
        await get(await operator(desk, browser), PATH)
    async with desk.db.read() as uow:
        found = [entry for entry in await uow.audit.newest(20) if entry.event == "visit:read"]
    assert [(entry.subject, entry.details) for entry in found] == [("losses", {"visits": [visit.id]})]


async def test_superintendents_page_of_a_visit_says_its_minutes_in_short(desk: Desk) -> None:
    """Measured, and then looked at; a visit that lost nothing has no such words."""
    office = await open_office_at(desk)
    visit = await lost_visit(desk, office, lambda v: terminal_failed(v, 500), at=time(11))
    async with desk.browser() as browser:
        await at_the_desk(browser)
        text = await read(browser, f"/superintendent/visits/{visit.id}")
        assert "Minutes: 8 min 20 s of 15 min together" in text
        assert "Measured by the system; nobody has confirmed it yet." in text
        await post(browser, f"{PATH}/{visit.id}", act="agree", seen="")
        assert "Confirmed by Name of leela" in await read(browser, f"/superintendent/visits/{visit.id}")
