"""web.family.lost: every end of a call, and the true thing about its minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.losses.attribution import attribute
from broker.losses.settling import Measured
from broker.losses.timeline import Around
from broker.visit import Visit
from config.facts import EndReason
from config.i18n import LANGUAGES
from tests.support.desk import Desk
from tests.support.losses import (
    BOTH,
    FAMILY,
    TERMINAL,
    at,
    call_of,
    down,
    family_failed,
    joined,
    left,
    terminal_failed,
    up,
)
from tests.support.lost_pages import lost_visit
from tests.support.superintendent import open_office_at
from web.family.lost import Follows, follows, lost_of, what

SORRY = "It is approved already: a mail brings you times to choose from."
NOT_COUNTED = "A mail tells you how to ask for another one."
LITTLE = "Another visit is given by the rules when 20 % of the time is lost, and this was less."
LOOKED_AT = "The jail is asked to look at the cause once more."


def talked(visit: Visit, seconds: float) -> dict[str, float]:
    """Both sides were connected for so long."""
    return dict.fromkeys((visit.visitors[0].id, TERMINAL), seconds)


def ended_by_staff(visit: Visit, reason: str) -> Measured:
    """After five minutes, with that reason."""
    ended_at = visit.starts_at + timedelta(seconds=300)
    measured = call_of(visit, *BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=ended_at, seconds=talked(visit, 300))
    record = replace(measured.record, staff_reason=reason)
    return Measured(record, attribute(record, Around(visit.starts_at)))


def node_died(visit: Visit) -> Measured:
    """The live state was lost with the room, and nothing was measured."""
    return call_of(visit, *BOTH, end=None, ended_at=None, lost=True)


def terminal_never_came(visit: Visit) -> Measured:
    """The family waited to the end."""
    return call_of(visit, joined(FAMILY, -60), up(FAMILY, -50))


def gave_up(visit: Visit) -> Measured:
    """The family left by their own act, two minutes after the terminal had gone."""
    silent = ((at(300, visit.starts_at), visit.ends_at),)
    gone = (*BOTH, down(TERMINAL, 300), left(FAMILY, 420))
    return call_of(visit, *gone, known=Around(visit.starts_at, silent), seconds=talked(visit, 300))


def went_early(visit: Visit) -> Measured:
    """The family left a good connection."""
    return call_of(visit, *BOTH, left(FAMILY, 420), seconds=talked(visit, 420))


NOT_OURS = "It was not your fault."
ENDS: dict[str, tuple[Callable[[Visit], Measured], list[str], str]] = {
    "terminal gone": (
        terminal_failed,
        ["About 10 of the 15 minutes were lost.", NOT_OURS, "The device in the prison failed."],
        SORRY,
    ),
    "terminal gone for a while": (
        lambda visit: terminal_failed(visit, 780),
        ["About 2 of the 15 minutes were lost.", NOT_OURS, "The device in the prison failed."],
        LITTLE,
    ),
    "terminal gone for a moment": (lambda visit: terminal_failed(visit, 875), [], ""),
    "terminal never there": (
        terminal_never_came,
        ["About 15 of the 15 minutes were lost.", NOT_OURS, "The prison's side was not there."],
        SORRY,
    ),
    "given up": (
        gave_up,
        ["About 10 of the 15 minutes were lost.", NOT_OURS, "The device in the prison failed."],
        SORRY,
    ),
    "left early": (went_early, [], ""),
    "own network": (
        family_failed,
        ["About 5 of the 15 minutes were lost.", "The connection of your phone or computer was lost."],
        LOOKED_AT,
    ),
    "own network, most of it": (
        lambda visit: family_failed(visit, 60),
        ["About 14 of the 15 minutes were lost.", "The connection of your phone or computer was lost."],
        NOT_COUNTED,
    ),
    "ended by staff": (
        lambda visit: ended_by_staff(visit, "emergency"),
        [
            "About 10 of the 15 minutes were lost.",
            NOT_OURS,
            "The prison began late, paused the visit or ended it early.",
        ],
        SORRY,
    ),
    "ended for conduct": (
        lambda visit: ended_by_staff(visit, "conduct"),
        ["About 10 of the 15 minutes were lost.", "Staff ended the visit because of what happened in it."],
        LOOKED_AT,
    ),
    "both had finished": (lambda visit: ended_by_staff(visit, "visit_finished"), [], ""),
    "nobody of the family": (lambda visit: call_of(visit, joined(TERMINAL, 0), up(TERMINAL, 1)), [], ""),
    "node lost": (
        node_died,
        ["About 15 of the 15 minutes were lost.", NOT_OURS, "Our own server failed."],
        SORRY,
    ),
}


@pytest.mark.parametrize("end", ENDS)
async def test_every_end_says_how_much_was_lost_to_what_and_what_follows(desk: Desk, end: str) -> None:
    """As measured and by the rule: nothing is promised that no mail brings, and no fault laid at the wrong door."""
    how, lost, next_ = ENDS[end]
    visit = await lost_visit(desk, await open_office_at(desk), how)
    async with desk.db.read() as uow:
        found = await lost_of(uow, visit)
        mails = [mail.name for mail in await uow.outbox.for_visit(visit.id)]
    assert what(found, "en") == lost
    assert next_ in follows(found, "en")
    assert bool(next_) == (found.follows is not Follows.NOTHING)
    promised = found.follows in {Follows.OFFERED, Follows.NOT_COUNTED}
    assert ("makeup" in mails) is promised, "what is promised is on its way, and nothing else"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_said_in_every_language(desk: Desk, language: str) -> None:
    """The share and the minutes are in each."""
    visit = await lost_visit(desk, await open_office_at(desk), lambda visit: terminal_failed(visit, 780))
    async with desk.db.read() as uow:
        found = await lost_of(uow, visit)
    assert "20 %" in follows(found, language)
    assert "15" in what(found, language)[0]
