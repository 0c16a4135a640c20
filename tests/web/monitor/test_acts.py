"""web.monitor.acts: what a monitor does to a room, audited before it is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from broker.monitoring.errors import AlreadyTicked
from broker.staff import Role, Staff
from broker.visit import Visit
from config.facts import EndReason
from rooms.wall.alert import Alert, AlertKind
from tests.support.desk import Desk
from tests.support.monitoring import amiss, events_of, live, prison
from web.monitor import acts
from web.monitor.errors import AlertGone, DoneAlready, ReasonNeeded, RoomOver, SideNeeded, WarningNeeded

WHY = {"reason": "conduct"}


@pytest.fixture
async def mira(desk: Desk) -> Staff:
    """A monitor of the first jail."""
    return await desk.hire("mira", Role.MONITOR, desk.here)


@pytest.fixture
async def visit(desk: Desk) -> Visit:
    """A live visit of two visitors."""
    return await live(desk, await desk.book(visitors=2))


async def audited(desk: Desk) -> Any:
    """The newest entry of the audit."""
    async with desk.db.read() as uow:
        return (await uow.audit.newest(1))[0]


@pytest.mark.parametrize(("act", "undo", "what"), [("mute", "unmute", "muted"), ("blank", "unblank", "blanked")])
async def test_a_side_loses_and_gets_back_what_was_taken(  # noqa: PLR0917 - fixtures, and one act in its three forms
    desk: Desk, mira: Staff, visit: Visit, act: str, undo: str, what: str
) -> None:
    """Everybody on it, and nobody on the other; each of the two is an entry with a name, the taking with its reason."""
    await acts.moderate(desk.app, mira, visit.id, act, {"side": "family", "reason": "other", "note": "a knife"})
    state = await desk.registry.room(visit.id)
    assert {who for who, taken in state.moderation.items() if getattr(taken, what)} == {v.id for v in visit.visitors}
    entry = await audited(desk)
    assert (entry.event, entry.by, entry.visit_id) == (f"room:{act}", f"staff:{mira.id}", visit.id)
    assert (entry.why, entry.details["side"], entry.jail_id) == ("other: a knife", "family", visit.jail.id)
    await acts.moderate(desk.app, mira, visit.id, undo, {"side": "family"})
    assert not any(getattr(taken, what) for taken in (await desk.registry.room(visit.id)).moderation.values())
    assert (await audited(desk)).event == f"room:{undo}"


async def test_who_comes_second_changes_nothing_and_is_told(desk: Desk, mira: Staff, visit: Visit) -> None:
    """Nor is it in the audit twice."""
    await acts.moderate(desk.app, mira, visit.id, "mute", {"side": "prison", **WHY})
    for act in ("mute", "unblank"):
        with pytest.raises(DoneAlready):
            await acts.moderate(desk.app, mira, visit.id, act, {"side": "prison", **WHY})
    assert [event for event, _ in await events_of(desk)].count("room:mute") == 1


async def test_nothing_is_taken_without_a_reason_and_a_side(desk: Desk, mira: Staff, visit: Visit) -> None:
    """Refused before anything is written or done."""
    before = await events_of(desk)
    with pytest.raises(ReasonNeeded):
        await acts.moderate(desk.app, mira, visit.id, "mute", {"side": "family"})
    with pytest.raises(SideNeeded):
        await acts.moderate(desk.app, mira, visit.id, "blank", {"side": "both", **WHY})
    with pytest.raises(ReasonNeeded):
        await acts.end(desk.app, mira, visit.id, {"reason": ""})
    assert await events_of(desk) == before
    assert (await desk.registry.room(visit.id)).moderation == {}


@pytest.mark.parametrize(("side", "reached"), [("family", 2), ("prison", 1), ("both", 0)])
async def test_a_warning_reaches_whom_it_is_meant_for(
    desk: Desk, mira: Staff, visit: Visit, side: str, reached: int
) -> None:
    """A prepared one by its name, a typed one as it was typed; to both sides is to everybody."""
    await acts.warn(desk.app, mira, visit.id, {"side": side, "notice": "recording", "text": " "})
    await acts.warn(desk.app, mira, visit.id, {"side": side, "text": "Please  sit\ndown"})
    prepared, typed = await desk.registry.warnings(visit.id)
    assert (prepared.notice, prepared.text, len(prepared.to)) == ("recording", "", reached)
    assert (typed.notice, typed.text, len(typed.to)) == ("", "Please sit down", reached)
    entry = await audited(desk)
    assert (entry.event, entry.why, entry.details) == (
        "room:warn",
        "Please sit down",
        {"side": side, "warning": typed.id},
    )


@pytest.mark.parametrize(
    "said", [{}, {"notice": "recording", "text": "and more"}, {"notice": "run!"}, {"text": "x" * 301}]
)
async def test_a_warning_that_says_nothing_or_too_much_is_none(
    desk: Desk, mira: Staff, visit: Visit, said: dict[str, str]
) -> None:
    """And a side must be named."""
    with pytest.raises(WarningNeeded):
        await acts.warn(desk.app, mira, visit.id, {"side": "both", **said})
    with pytest.raises(SideNeeded):
        await acts.warn(desk.app, mira, visit.id, {"notice": "recording"})
    assert await desk.registry.warnings(visit.id) == ()


async def test_an_end_is_on_paper_in_the_audit_and_in_the_room(desk: Desk, mira: Staff, visit: Visit) -> None:
    """With its reason; after it nothing more can be done there."""
    await acts.end(desk.app, mira, visit.id, {"reason": "stranger", "note": "a man behind her"})
    state = await desk.registry.room(visit.id)
    assert state.end_reason is EndReason.ENDED_BY_STAFF
    async with desk.db.read() as uow:
        history = await uow.visits.history(visit.id)
    assert (history[-1].by, history[-1].reason) == (f"staff:{mira.id}", "stranger")
    assert (await audited(desk)).why == "stranger: a man behind her"
    with pytest.raises(RoomOver):
        await acts.end(desk.app, mira, visit.id, WHY)
    with pytest.raises(RoomOver):
        await acts.warn(desk.app, mira, visit.id, {"side": "both", "notice": "time"})


async def test_an_alert_is_ticked_off_once_by_name(desk: Desk, mira: Staff, visit: Visit) -> None:
    """The second one is told who was first; one that is over, or has come back, is not what was meant."""
    alert = await amiss(desk, visit, AlertKind.DARK, prison(visit))
    fields = {"alert": alert.key, "since": alert.since.isoformat(), "note": "curtain"}
    await acts.tick(desk.app, mira, visit.id, fields)
    with pytest.raises(AlreadyTicked) as refused:
        await acts.tick(desk.app, mira, visit.id, fields)
    assert refused.value.staff_id == mira.id
    entry = await audited(desk)
    assert (entry.event, entry.why, entry.details["alert"]) == ("alert:tick", "curtain", "dark")
    later = Alert(alert.kind, alert.participant, alert.since + timedelta(seconds=30))
    for gone in (later, Alert(AlertKind.SILENCE, "", alert.since)):
        with pytest.raises(AlertGone):
            await acts.tick(desk.app, mira, visit.id, {"alert": gone.key, "since": gone.since.isoformat()})


async def test_rooms_out_of_scope_or_unknown_are_nobodys(desk: Desk, mira: Staff) -> None:
    """403 and 404, whatever the act; nothing is written."""
    theirs = await live(desk, await desk.book(desk.elsewhere))
    before = await events_of(desk)
    with pytest.raises(web.HTTPForbidden):
        await acts.moderate(desk.app, mira, theirs.id, "mute", {"side": "family", **WHY})
    with pytest.raises(web.HTTPForbidden):
        await acts.tick(desk.app, mira, theirs.id, {})
    with pytest.raises(web.HTTPNotFound):
        await acts.warn(desk.app, mira, "0" * 32, {"side": "both", "notice": "time"})
    assert await events_of(desk) == before
