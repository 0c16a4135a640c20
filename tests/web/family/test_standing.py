"""web.family.standing: who comes at the wrong time is told when the right one is, and nothing about anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from broker.admission.errors import NotOpen
from broker.admission.window import OPENS_BEFORE
from broker.visit import Visit, VisitStatus
from tests.broker.samples import a_visit
from tests.support.asked import asked
from tests.support.clock import NOON
from web.family import standing
from web.keys import CLOCK

TICK = timedelta(microseconds=1)
VISIT = a_visit(visitors=2)
CLOSED_EARLY = replace(VISIT, status=VisitStatus.CLOSED, closed_at=VISIT.ends_at - timedelta(minutes=5))
STANDINGS = {
    "early": (VISIT, NOON - OPENS_BEFORE - TICK),
    "over": (VISIT, VISIT.ends_at),
    "ended early": (CLOSED_EARLY, NOON),
    "not yet approved": (replace(VISIT, status=VisitStatus.REQUESTED), NOON),
    "cancelled": (replace(VISIT, status=VisitStatus.CANCELLED), NOON),
    "refused": (replace(VISIT, status=VisitStatus.REFUSED), NOON),
}


def page(app: web.Application, visit: Visit, now: datetime, language: str = "en") -> tuple[int, str]:
    """The status and the text of the page that turns somebody away."""
    answer = standing.closed_page(asked(app, "/join/x", language=language), visit, now)
    assert isinstance(answer, web.Response)
    return answer.status, answer.text or ""


@pytest.mark.parametrize("status", [VisitStatus.APPROVED, VisitStatus.OPEN])
async def test_nobody_is_turned_away_while_admission_is_open(wired: web.Application, status: VisitStatus) -> None:
    """From a quarter of an hour before the slot to its last instant, and not an instant longer."""
    visit = replace(VISIT, status=status)
    opens = visit.starts_at - OPENS_BEFORE
    for now in (opens, visit.starts_at, visit.ends_at - TICK):
        assert standing.closed_page(asked(wired), visit, now) is None
    for now in (opens - TICK, visit.ends_at):
        assert standing.closed_page(asked(wired), visit, now) is not None


@pytest.mark.parametrize("name", STANDINGS)
async def test_a_page_that_turns_away_names_no_person(wired: web.Application, name: str) -> None:
    """Whoever finds a link learns place and time: no name, address, number, and no field to type into."""
    status, text = page(wired, *STANDINGS[name])
    assert status == (200 if name == "early" else 410)
    assert VISIT.jail.name in text
    people = [VISIT.inmate_known.name, VISIT.inmate_known.father_name, VISIT.inmate_known.number, str(VISIT.visrn)]
    people += [word for one in VISIT.visitors for word in (one.name, one.email, one.mobile, one.id)]
    assert [word for word in people if word in text] == []
    assert "data-step" not in text


async def test_what_was_never_approved_is_not_said_to_be_cancelled(wired: web.Application) -> None:
    """A request may still be approved; a refusal and a cancellation are told alike."""
    told = {name: page(wired, *STANDINGS[name])[1] for name in ("not yet approved", "cancelled", "refused")}
    assert "This visit was cancelled" not in told["not yet approved"]
    assert "This visit was cancelled" in told["cancelled"]
    assert told["cancelled"] == told["refused"]


async def test_the_early_page_comes_back_when_admission_opens(wired: web.Application) -> None:
    """It waits exactly for that, and never backwards when its refusal is an instant old."""
    _, text = page(wired, VISIT, NOON - OPENS_BEFORE - timedelta(seconds=90))
    assert 'data-reload-after="90' in text
    late = NotOpen(NOON - OPENS_BEFORE)
    answer = standing.refusal_page(asked(wired), VISIT, late, NOON)
    assert isinstance(answer, web.Response)
    assert 'data-reload-after="0' in (answer.text or "")


async def test_a_visit_that_was_closed_after_its_slot_ended_as_planned(wired: web.Application) -> None:
    """Only what ended before its time is told with the time it really ended."""
    late = replace(CLOSED_EARLY, closed_at=VISIT.ends_at + timedelta(seconds=3))
    assert "when its time was over" in page(wired, late, VISIT.ends_at)[1]
    assert "It was ended at" in page(wired, *STANDINGS["ended early"])[1]


@pytest.mark.parametrize("language", ["en", "hi", "bn"])
@pytest.mark.parametrize("name", STANDINGS)
async def test_every_standing_has_its_page_in_every_language(wired: web.Application, name: str, language: str) -> None:
    """With the helpline, which can help where the page can't."""
    assert 'href="tel:' in page(wired, *STANDINGS[name], language=language)[1]


async def test_today_is_told_by_the_applications_clock_and_the_jails_calendar(wired: web.Application) -> None:
    """At noon in UTC, a visit at 18:29 UTC is today in Pune and one at 18:30 is tomorrow."""
    for minute, today in ((29, True), (30, False)):
        visit = replace(VISIT, starts_at=NOON.replace(hour=18, minute=minute))
        assert wired[CLOCK].now() == NOON
        assert standing.when(asked(wired), visit)["today"] is today
