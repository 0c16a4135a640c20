"""A call on paper: its record and losses with the closing, and what follows by rule, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.audit.chain import Entry
from broker.losses.attribution import Why
from broker.losses.settling import DEFAULT_PERCENT, Measured, lost_percent
from broker.storage.database import Database
from broker.visit import Outcome, VisitStatus
from broker.vocabulary import LossCause, LossSide
from config.facts import EndReason
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import MORNING, RULE, Office, counted, letters
from tests.support.losses import (
    BOTH,
    FAMILY,
    TERMINAL,
    approved,
    call_of,
    closed,
    down,
    family_failed,
    joined,
    left,
    terminal_failed,
    up,
)
from tests.support.visits import Place, booked, furnish


async def audited(db: Database) -> list[Entry]:
    """Every entry, oldest first."""
    async with db.read() as uow:
        return list(reversed(await uow.audit.newest(100)))


async def test_call_is_recorded_with_its_closing(db: Database, office: Office, settings: Settings) -> None:
    """Who came when, how long each was connected, what was had, every piece, and what the relay forwarded."""
    visit = await approved(db, office, settings)
    measured = terminal_failed(visit, 300)
    await closed(db, settings, visit, replace(measured, ways=((FAMILY, TERMINAL, "audio", 7),)))
    async with db.read() as uow:
        record = await uow.losses.record(visit.id)
        losses = await uow.losses.of_visit(visit.id)
    assert record is not None
    assert (record.offered, record.had, record.lost) == (900, 300, 600)
    assert (record.family_seconds, record.prison_seconds) == (300, 300)
    assert record.family_first == visit.starts_at - timedelta(seconds=60)
    assert record.prison_first == visit.starts_at - timedelta(seconds=5)
    assert record.both_first == visit.starts_at
    assert record.ended_at == visit.ends_at
    assert record.ways == ((FAMILY, TERMINAL, "audio", 7),)
    assert record.pieces == ((0, 300, Why.HAD), (300, 900, Why.PAGE_SILENT))
    assert record.lost_percent == RULE.lost_percent
    [loss] = losses
    assert (loss.cause, loss.side, loss.seconds) == (LossCause.TERMINAL_DOWN, LossSide.PRISON, 600)
    assert loss.stretches == ((300, 900, Why.PAGE_SILENT),)
    assert (loss.measured, loss.measured_side, loss.confirmed_at, loss.corrected) == (
        loss.cause,
        loss.side,
        None,
        False,
    )


async def test_attribution_is_audited_as_the_workers(db: Database, office: Office, settings: Settings) -> None:
    """What was measured, in seconds; a call that lost nothing says nothing."""
    whole = await approved(db, office, settings, MORNING + timedelta(days=1))
    talked = dict.fromkeys((whole.visitors[0].id, TERMINAL), 900.0)
    await closed(db, settings, whole, call_of(whole, *BOTH, seconds=talked))
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    told = [entry for entry in await audited(db) if entry.event == "loss:attribute"]
    assert [(entry.visit_id, entry.by) for entry in told] == [(visit.id, "system:worker")]
    assert told[0].details == {"terminal_down/prison": 600, "offered": 900, "had": 300}


CASES = {
    "the prison's terminal fails": (terminal_failed, Outcome.TECHNICAL_FAILURE, True, True),
    "it fails for just under the rule's share": (lambda v: terminal_failed(v, 721), Outcome.COMPLETED, False, False),
    "it fails for the rule's share": (lambda v: terminal_failed(v, 720), Outcome.COMPLETED, True, True),
    "the family's phone fails for a third": (family_failed, Outcome.COMPLETED, False, False),
    "the family's phone fails for most": (lambda v: family_failed(v, 100), Outcome.TECHNICAL_FAILURE, True, False),
    "the prison does not come": (lambda v: call_of(v, joined(FAMILY, -60)), Outcome.PRISON_ABSENT, True, True),
    "the family does not come": (lambda v: call_of(v, joined(TERMINAL, 0)), Outcome.VISITOR_ABSENT, False, False),
    "staff end it in an emergency": (
        lambda v: call_of(v, *BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=v.starts_at + timedelta(minutes=5)),
        Outcome.ENDED_BY_STAFF, True, True,
    ),
    "staff end it for conduct": (
        lambda v: call_of(
            v, *BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=v.starts_at + timedelta(minutes=5), staff_reason="conduct"
        ), Outcome.ENDED_BY_STAFF, False, False,
    ),
    "the family says goodbye early": (
        lambda v: call_of(
            v, *BOTH, left(FAMILY, 300), seconds=dict.fromkeys((v.visitors[0].id, TERMINAL), 300.0)
        ), Outcome.ENDED_EARLY_VISITOR, False, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("how", "outcome", "back", "offered"), CASES.values(), ids=CASES.keys())
async def test_what_is_given_back_and_what_is_offered(  # noqa: PLR0917 - fixtures and a case
    db: Database,
    office: Office,
    settings: Settings,
    how: object,
    outcome: Outcome,
    back: bool,  # noqa: FBT001
    offered: bool,  # noqa: FBT001
) -> None:
    """Not counted is what failed, whoever failed it; made good is what lay with the prison and reaches the share."""
    visit = await approved(db, office, settings)
    measured = how(visit)  # type: ignore[operator]
    assert isinstance(measured, Measured)
    done = await closed(db, settings, visit, measured)
    assert (done.status, done.outcome) == (VisitStatus.CLOSED, outcome)
    assert await counted(db, visit.id, office.inmate) == (0 if back else 1)
    async with db.read() as uow:
        makeup = await uow.makeups.of_visit(visit.id)
    assert (makeup is not None) is offered
    missed = outcome is Outcome.VISITOR_ABSENT
    assert (await letters(db, visit))[1:] == ["makeup"] * back + ["missed"] * missed


async def test_share_is_of_the_rule_the_visit_was_approved_by(db: Database, office: Office, settings: Settings) -> None:
    """A later version changes nothing for it; without one, the rule of its day; without a rule, the ordinary share."""
    visit = await approved(db, office, settings)
    async with db.begin() as uow:
        stricter = RULE.model_copy(update={"lost_percent": 50})
        await uow.rules.add(27, stricter, NOON.date(), source="x", note="", by="x", now=NOON)
        assert await lost_percent(uow, visit) == 20
        assert await lost_percent(uow, replace(visit, rule_version_id=None)) == 50
        await uow.commit()


async def test_visit_of_a_state_without_a_rule_is_given_back_and_offered_nothing(
    db: Database, settings: Settings
) -> None:
    """There is no window in which another could be had; the family is told to ask."""
    place: Place = await furnish(db)
    visit = await booked(db, place)
    await closed(db, settings, visit, terminal_failed(visit))
    async with db.read() as uow:
        record = await uow.losses.record(visit.id)
        assert await uow.makeups.of_visit(visit.id) is None
    assert record is not None
    assert record.lost_percent == DEFAULT_PERCENT
    assert await letters(db, visit) == ["makeup"]


async def test_short_trouble_is_kept_and_nobody_is_asked_about_it(
    db: Database, office: Office, settings: Settings
) -> None:
    """Ten seconds of the family's network stand in the report, and not on the operator's page."""
    visit = await approved(db, office, settings)
    talked = dict.fromkeys((visit.visitors[0].id, TERMINAL), 890.0)
    await closed(db, settings, visit, call_of(visit, *BOTH, down(FAMILY, 300), up(FAMILY, 310), seconds=talked))
    async with db.read() as uow:
        [loss] = await uow.losses.of_visit(visit.id)
        assert await uow.losses.waiting([office.jail.id]) == []
        assert await uow.losses.count_waiting([office.jail.id], visit.starts_at) == 0
    assert (loss.cause, loss.seconds) == (LossCause.FAMILY_NETWORK, 10)
