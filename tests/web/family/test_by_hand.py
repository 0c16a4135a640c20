"""web.family.by_hand: a number typed by hand; whether it exists is told to nobody, in words or in time."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from broker.visit import Visit, VisitStatus
from rooms.presence import PresenceState
from tests.support.desk import Browser, Desk
from tests.support.family import Page, codes, get, mailed_codes, mails, other, submit
from web.family import by_hand
from web.family import codes as codes_pages
from web.family.grid import STEP, on_grid

UNKNOWN = "27/11/4242/2026"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each answer was held back; nobody really waits."""
    kept: list[float] = []

    async def remember(seconds: float) -> None:
        kept.append(seconds)

    @asynccontextmanager
    async def grid(clock: object) -> AsyncIterator[None]:
        async with on_grid(clock, remember):  # type: ignore[arg-type]
            yield

    monkeypatch.setattr(by_hand, "on_grid", grid)
    monkeypatch.setattr(codes_pages, "on_grid", grid)
    return kept


async def by_hand_number(browser: Browser, typed: str) -> Page:
    """Type a number at the door without a link."""
    return await submit(browser, "/join", visrn=typed)


def without_own_words(page: Page, visrn: str) -> str:
    """The page's source without what a browser itself brought to it: its number and its form token."""
    return re.sub(r'(name="csrf" value=")[^"]+', r"\1", page.text.replace(visrn, "NUMBER"))


async def of_every_standing(desk: Desk) -> dict[str, str]:
    """A number for everything a guesser could hit."""
    early = await desk.book(starts_in=7200)
    now = await desk.book(starts_in=60, terminal=1)
    past = await desk.book(starts_in=-3600, terminal=2)
    cancelled = await desk.book(desk.elsewhere, starts_in=60)
    async with desk.db.begin() as uow:
        await uow.visits.move(cancelled.id, VisitStatus.CANCELLED, "staff:7", "lockdown", desk.clock.now())
        await uow.commit()
    known = {"early": early, "now": now, "past": past, "cancelled": cancelled}
    return {name: str(visit.visrn) for name, visit in known.items()} | {
        "unknown": UNKNOWN,
        "unknown elsewhere": "19/3/4242/2026",
    }


async def test_every_number_gets_the_same_page(desk: Desk, waits: list[float]) -> None:
    """Unknown, early, open, past and cancelled: one redirect, one page, byte for byte but for the number typed."""
    pages = {}
    for name, visrn in (await of_every_standing(desk)).items():
        async with desk.browser() as browser:
            answer = await by_hand_number(browser, visrn)
            assert (answer.status, answer.location) == (303, "/join/codes"), name
            pages[name] = without_own_words(await get(browser, "/join/codes"), visrn)
    assert len(set(pages.values())) == 1
    assert "@" not in pages["now"]


async def test_every_answer_is_held_back_to_the_same_moment(desk: Desk, waits: list[float]) -> None:
    """Number, codes and resend, for every kind of number: each answer waits on the grid, once."""
    for visrn in (await of_every_standing(desk)).values():
        async with desk.browser() as browser:
            await by_hand_number(browser, visrn)
            await codes(browser, "123456", "1234")
            await codes(browser, "12", "")
            await submit(browser, "/join/codes", "/join/resend")
    # The clock stands still while the work is done, so what is waited for is the whole step each time.
    assert waits == [STEP] * 4 * 6


@pytest.mark.parametrize("visrn", [None, UNKNOWN])
async def test_no_answer_comes_before_the_step_is_over(desk: Desk, visrn: str | None) -> None:
    """With a real wait: neither a known number nor an unknown one is answered sooner."""
    known = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await get(browser, "/join")
        began = time.monotonic()
        await by_hand_number(browser, visrn or str(known.visrn))
        assert time.monotonic() - began >= STEP


async def test_wrong_codes_count_and_lock_alike(desk: Desk, waits: list[float]) -> None:
    """Try for try, a known number and an unknown one are told the same, up to the lock and in it."""
    told: dict[str, list[tuple[int, str]]] = {}
    known = await desk.book(starts_in=60)
    for visrn in (str(known.visrn), UNKNOWN):
        async with desk.browser() as browser:
            await by_hand_number(browser, visrn)
            otp, pin = await mailed_codes(desk, known)
            pages = [await codes(browser, other(otp), pin) for _ in range(6)]
            pages.append(await submit(browser, "/join/codes", "/join/resend"))
            pages.append(await by_hand_number(browser, visrn))
        told[visrn] = [(page.status, page.alert) for page in pages]
    assert told[str(known.visrn)] == told[UNKNOWN]
    assert told[UNKNOWN][0] == (
        422,
        "These codes do not fit this number, or are no longer valid. You can try 4 more times.",
    )
    assert told[UNKNOWN][5][0] == 429
    assert told[UNKNOWN][5][1].startswith("Wrong codes were typed too often.")


async def test_asking_again_too_soon_is_told_alike(desk: Desk, waits: list[float]) -> None:
    """The wait for new codes is the same for both, also in a second browser."""
    known = await desk.book(starts_in=60)
    told = {}
    for visrn in (str(known.visrn), UNKNOWN):
        async with desk.browser() as first, desk.browser() as second:
            await by_hand_number(first, visrn)
            again = await submit(first, "/join/codes", "/join/resend")
            elsewhere = await by_hand_number(second, visrn)
            told[visrn] = (again.status, again.alert, elsewhere.status, elsewhere.location)
    assert told[str(known.visrn)] == told[UNKNOWN]
    assert told[UNKNOWN][1] == "Codes were sent only just now. You can ask for new ones in 60 seconds."
    assert len(await mails(desk, known)) == 1


async def test_right_codes_lead_whichever_visitor_typed_them_to_the_call(desk: Desk, waits: list[float]) -> None:
    """Every visitor is sent codes of their own; the second one's codes admit the second one."""
    visit = await desk.book(starts_in=60, visitors=2)
    async with desk.browser() as browser:
        await by_hand_number(browser, str(visit.visrn))
        assert [len(await mails(desk, visit, seat)) for seat in (0, 1)] == [1, 1]
        assert (await codes(browser, *await mailed_codes(desk, visit, 1))).location == "/call"
        ticket = await enter(browser)
    assert ticket is not None


async def test_who_is_inside_already_is_sent_no_codes(desk: Desk, waits: list[float]) -> None:
    """A visitor in the waiting room is not disturbed by another one's codes."""
    visit = await desk.book(starts_in=60, visitors=2)
    await desk.show(visit, visit.visitors[0].id, PresenceState.WAITING)
    async with desk.browser() as browser:
        await by_hand_number(browser, str(visit.visrn))
    assert [len(await mails(desk, visit, seat)) for seat in (0, 1)] == [0, 1]


async def test_the_mails_fate_is_not_told_by_hand(desk: Desk, waits: list[float]) -> None:
    """A mail that exists would give the visit away."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await by_hand_number(browser, str(visit.visrn))
        answer = await browser.get("/join/codes/mail.json")
        assert await answer.json() == {"state": "none", "text": "", "address": ""}


async def test_the_prisons_helpline_is_shown_for_any_serial(desk: Desk, waits: list[float]) -> None:
    """The prison is named by the number itself; for a prison that is not there, the list of helplines is offered."""
    async with desk.browser() as browser:
        await by_hand_number(browser, UNKNOWN)
        assert 'href="tel:02000001142"' in (await get(browser, "/join/codes")).text
        await by_hand_number(browser, "98/1/1/2026")
        assert 'href="/helplines"' in (await get(browser, "/join/codes")).text


async def test_what_is_no_number_is_said_at_once(desk: Desk, waits: list[float]) -> None:
    """A wrong format reveals nothing, is not held back, and what was typed is kept."""
    async with desk.browser() as browser:
        page = await by_hand_number(browser, "25/35")
    assert page.status == 422
    assert page.alert.startswith("That is not a Visit Reference Number.")
    assert page.value("visrn") == "25/35"
    assert waits == []


async def enter(browser: Browser) -> str | None:
    """Ask for the entry as the call page does."""
    page = await get(browser, "/call")
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert token
    answer = await browser.post("/call/entry", headers={"X-CSRF-Token": token[1], "Accept": "application/json"})
    found: dict[str, str] = await answer.json()
    return found.get("ticket")


async def test_right_codes_after_the_end_are_told_that_it_is_over(desk: Desk, waits: list[float]) -> None:
    """Only somebody with right codes learns what stands in the way of a visit."""
    visit: Visit = await desk.book(minutes=1)
    async with desk.browser() as browser:
        await by_hand_number(browser, str(visit.visrn))
        right = await mailed_codes(desk, visit)
        desk.clock.advance(61)
        wrong_codes = await codes(browser, other(right[0]), right[1])
        right_codes = await codes(browser, *right)
    assert wrong_codes.status == 422
    assert right_codes.status == 410
    assert "This visit is over" in right_codes.words
