"""web.operator.parts: each row as a part of the page, and what needs a person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.lifecycle import Outcome
from broker.sessions.turns import Act
from broker.staff import Role, Staff
from broker.visit import VisitKind, VisitStatus
from config.facts import EndReason
from rooms.presence import Presence, PresenceState, Quality
from rooms.wall.alert import Alert, AlertKind
from tests.broker.samples import JAIL, a_visit
from tests.support.asked import asked
from tests.support.board import OPEN, ROOM, STARTS, TERMINALS, VISIT, VISITOR, both, here, seen
from tests.support.clock import NOON
from web.operator.board import Board, build
from web.operator.parts import parts
from web.operator.states import Live
from web.terminal.health import DeviceState, Health


def staff_of(role: Role) -> Staff:
    """Somebody in this role."""
    return Staff(7, "asha", "Asha", role, frozenset({JAIL.id}), totp_required=False)


async def test_every_visit_is_a_part_of_its_own_behind_its_hours_heading(wired: web.Application) -> None:
    """In the order of time, whatever is over."""
    now, later, over = (
        a_visit(),
        a_visit(starts_at=NOON + timedelta(hours=1)),
        a_visit(starts_at=NOON - timedelta(hours=1)),
    )
    board = build([over, now, later], [], {}, {}, NOON)
    shown = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, board)
    at = {visit.id: f"at-{int(visit.starts_at.timestamp())}" for visit in (now, later, over)}
    assert list(shown.items) == [
        *(at[over.id], f"visit-{over.id}"),
        *(at[now.id], f"visit-{now.id}"),
        *(at[later.id], f"visit-{later.id}"),
    ]
    assert set(shown.fixed) == {"needs", "summary", "terminals"}


async def test_a_day_without_visits_says_so(wired: web.Application) -> None:
    """Rather than showing nothing at all."""
    empty: Board = build([], [], {}, {}, NOON)
    assert list(parts(asked(wired), staff_of(Role.OPERATOR), JAIL, empty).items) == ["empty"]


@pytest.mark.parametrize(("role", "acts"), [(Role.OPERATOR, True), (Role.STATE_ADMIN, False)])
async def test_whoever_may_only_look_is_offered_no_act(wired: web.Application, role: Role, acts: bool) -> None:  # noqa: FBT001
    """The same row, with and without its button."""
    visit = a_visit()
    shown = parts(asked(wired), staff_of(role), JAIL, build([visit], [], {}, {}, NOON))
    assert ('data-action="start"' in shown.items[f"visit-{visit.id}"]) is acts


@pytest.mark.parametrize(
    ("presence", "said"),
    [
        (replace(seen(PresenceState.CONNECTED), quality=Quality.GOOD), "In the call. Good connection."),
        (replace(seen(PresenceState.CONNECTED), silent_since=STARTS), "Not heard since 11:15."),
        (seen(PresenceState.DISCONNECTED), "Connection lost at 11:15, coming back by itself."),
        (replace(seen(PresenceState.LEFT), lost=True), "Connection lost at 11:15; they have not come back."),
        (seen(PresenceState.LEFT), "Left at 11:15."),
    ],
)
async def test_a_row_says_of_a_person_one_thing_with_one_time(
    wired: web.Application, presence: Presence, said: str
) -> None:
    """Whoever is not heard is not said to have a good connection, nor to have dropped out and left."""
    live = both(PresenceState.CONNECTED, PresenceState.CONNECTED, replace(ROOM, state="live"))
    alert = Alert(AlertKind.DROPPED, VISITOR.id, STARTS + timedelta(seconds=70))
    now = STARTS + timedelta(minutes=1)
    seen_live = replace(live, presence={**live.presence, VISITOR.id: presence}, alerts=(alert,))
    board = build([OPEN], TERMINALS, {OPEN.id: seen_live}, {1: now}, now)
    row = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, board).items[f"visit-{OPEN.id}"]
    [words, _] = re.findall(r'<span class="people__words">(.*?)</span>', row, re.DOTALL)
    assert " ".join(re.sub(r"<[^>]+>", "", words).split()) == said


def shown_at(wired: web.Application, live: Live, now: datetime, *, heard: datetime) -> dict[str, str]:
    """The fixed parts of a day with one started visit, whose terminal last spoke at `heard`, all well."""
    health = Health(heard, DeviceState.OK, DeviceState.OK, heard, 20, heard, "Chrome, Linux", in_call=True)
    board = build([OPEN], TERMINALS, {OPEN.id: live}, {1: heard}, now, healths={1: health})
    return {name: str(html) for name, html in parts(asked(wired), staff_of(Role.OPERATOR), JAIL, board).fixed.items()}


async def test_a_terminal_that_is_gone_is_offered_only_what_can_work(wired: web.Application) -> None:
    """Nobody there hears a command: what to do in the room stands there, whom to call, and what can be done here."""
    now = STARTS + timedelta(minutes=2)
    alone = Live(ROOM, here(PresenceState.CONNECTED).presence)
    gone = shown_at(wired, alone, now, heard=now - timedelta(minutes=1))["needs"]
    assert 'data-need="prison_missing"' in gone
    assert "/terminal, its network cable in?" in gone
    assert "call whoever looks after" in gone
    actions = re.findall(r'data-action="([a-z-]+)"', gone)
    assert actions == ["hold", "incident"]
    assert '<option value="technical" selected>' in gone
    there = shown_at(wired, alone, now, heard=now)["needs"]
    assert re.findall(r'data-action="([a-z-]+)"', there) == ["reload", "hold", "incident"]
    assert "network cable" not in there


async def test_a_terminal_that_goes_away_in_a_call_has_the_same_words(wired: web.Application) -> None:
    """From the moment its line is trouble, not only once it is given up."""
    now = STARTS + timedelta(minutes=2)
    live = both(PresenceState.CONNECTED, PresenceState.DISCONNECTED, replace(ROOM, state="live"))
    gone = shown_at(wired, live, now, heard=now - timedelta(minutes=1))["needs"]
    assert 'data-need="trouble"' in gone
    assert "its network cable in?" in gone


async def test_what_a_terminal_said_before_it_went_is_said_to_be_old(wired: web.Application) -> None:
    """The time comes first, and nothing of then is said as if it were so now."""
    now = STARTS + timedelta(minutes=2)
    old = shown_at(wired, Live(), now, heard=now - timedelta(minutes=1))["terminals"]
    words = " ".join(re.sub(r"<[^>]+>", " ", old).split())
    assert "Not connected. Last heard at 11:16. It said then: The camera worked. The microphone worked." in words
    for present in ("The camera works.", "The microphone works.", "In a call, which is the test.", "answers it in"):
        assert present not in old
    assert "The camera works." in shown_at(wired, Live(), now, heard=now)["terminals"]


async def test_a_page_that_speaks_of_its_devices_no_more_is_not_called_ready(wired: web.Application) -> None:
    """It is connected, and its last test is old."""
    now = STARTS + timedelta(minutes=2)
    health = Health(STARTS, DeviceState.MISSING, DeviceState.OK, STARTS, 20, STARTS, "Chrome, Linux", in_call=False)
    board = build([VISIT], TERMINALS, {}, {1: now}, now, healths={1: health})
    shown = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, board)
    assert "no news of its devices" in shown.items["terminal-1"]
    assert "There was no camera." in shown.fixed["terminals"]
    worked = build([VISIT], TERMINALS, {}, {1: now}, now, healths={1: replace(health, camera=DeviceState.OK)})
    head = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, worked).items["terminal-1"]
    assert ("△" in head, "✓" in head) == (True, False)


async def test_a_lawyers_visit_speaks_of_the_lawyer(wired: web.Application) -> None:
    """In its row and in what needs somebody; a family's of the family."""
    for kind, who in ((VisitKind.LEGAL, "lawyer"), (VisitKind.FAMILY, "family")):
        visit = replace(VISIT, kind=kind)
        late = build([visit], TERMINALS, {}, {1: STARTS}, STARTS + timedelta(minutes=5))
        shown = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, late)
        assert f"Late: the {who} is not here" in shown.items[f"visit-{visit.id}"]
        assert f"The {who} is late." in shown.fixed["needs"]


async def test_a_family_that_dropped_out_is_not_said_to_have_left_or_to_be_late(wired: web.Application) -> None:
    """They were there, and did not leave by themselves."""
    live = both(PresenceState.LEFT, PresenceState.CONNECTED, replace(ROOM, state="live"))
    lost = replace(live.presence[VISITOR.id], lost=True)
    live = replace(live, presence={**live.presence, VISITOR.id: lost})
    now = STARTS + timedelta(minutes=5)
    shown = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, build([OPEN], TERMINALS, {OPEN.id: live}, {1: now}, now))
    row, needs = shown.items[f"visit-{OPEN.id}"], str(shown.fixed["needs"])
    assert "The family&#39;s connection is lost" in row
    assert "has left" not in row
    assert "and its connection is lost" in needs
    assert "is late" not in needs


async def test_an_alert_says_whose_side_it_is_about_and_which_visitor(wired: web.Application) -> None:
    """Of each side its own sentence, in the row and in what needs somebody; of two visitors the name of the one."""
    now = STARTS + timedelta(minutes=5)
    alerts = tuple(Alert(AlertKind.ONE_WAY, participant, STARTS) for participant in (VISITOR.id, "terminal-1", "gone"))
    live = both(PresenceState.CONNECTED, PresenceState.CONNECTED, replace(ROOM, state="live"))
    second = replace(VISITOR, id="c" * 32, name="Arun Kolte")
    for kind, visitors, who in (
        (VisitKind.FAMILY, (VISITOR,), "family does not get through."),
        (VisitKind.LEGAL, (VISITOR,), "lawyer does not get through."),
        (VisitKind.FAMILY, (VISITOR, second), "family does not get through. (Savita Kolte)"),
    ):
        visit = replace(OPEN, kind=kind, visitors=visitors)
        board = build([visit], TERMINALS, {visit.id: replace(live, alerts=alerts)}, {1: now}, now)
        shown = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, board)
        row = shown.items[f"visit-{visit.id}"]
        said = re.findall(r'data-alert="one_way"><span aria-hidden="true">▲</span> (.*?) <', row)
        assert said == [
            f"Sound or picture of the {who}",
            "Sound or picture of the prison's side does not get through.",
            "One side is not seen or heard by the other.",
        ]
        assert all(words in shown.fixed["needs"] for words in said)


@pytest.mark.parametrize("kind", list(VisitKind))
@pytest.mark.parametrize("before", [timedelta(hours=1), timedelta(minutes=5), timedelta()])
async def test_a_visit_is_counted_as_what_its_card_calls_it(
    wired: web.Application, kind: VisitKind, before: timedelta
) -> None:
    """Nobody has come and nothing was started: it is to come, also once its door is open, and nobody waits."""
    visit = replace(VISIT, kind=kind)
    board = build([visit], TERMINALS, {}, {1: STARTS - before}, STARTS - before)
    shown = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, board)
    row, summary = shown.items[f"visit-{visit.id}"], shown.fixed["summary"]
    assert "1 to come" in summary
    assert "0 waiting" in summary
    assert re.search(r'<span class="mark" aria-hidden="true">○</span> To come', row)
    assert "Waiting for" not in row


@pytest.mark.parametrize(
    ("event", "why", "closed", "said"),
    [
        (AuditEvent.VISIT_END, "conduct", None, "Ravi, 11:17: Conduct against the rules"),
        (AuditEvent.VISIT_END, "identity_not_confirmed", Outcome.IDENTITY_NOT_CONFIRMED, "Identity not confirmed"),
        (AuditEvent.VISIT_END, "other: A knife", Outcome.ENDED_BY_STAFF, "Ravi, 11:17: A knife"),
        (AuditEvent.VISIT_NO_SHOW, "called_off", Outcome.NOBODY_CAME, "They said that they do not come"),
        (AuditEvent.VISIT_START, "", Outcome.COMPLETED, ""),
        (AuditEvent.VISIT_HOLD, "short", Outcome.COMPLETED, ""),
    ],
)
async def test_the_card_of_a_visit_that_staff_ended_says_who_when_and_why(
    wired: web.Application, event: AuditEvent, why: str, closed: Outcome | None, said: str
) -> None:
    """Ended a moment ago or closed on paper; what ran until its end was ended by nobody, whatever was done before."""
    now = STARTS + timedelta(minutes=3)
    act = Act(7, event, "staff:2", STARTS + timedelta(minutes=2), why)
    room = replace(ROOM, end_reason=EndReason.ENDED_BY_STAFF, ended_at=now)
    visit = replace(OPEN, status=VisitStatus.CLOSED, outcome=closed) if closed else OPEN
    board = build([visit], TERMINALS, {visit.id: Live(None if closed else room, turn=act)}, {1: now}, now)
    row = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, board, {"staff:2": "Ravi"}).items[f"visit-{visit.id}"]
    told = re.findall(r"data-told-by>(.*?)</p>", row)
    assert told == ([said if said.startswith("Ravi") else f"Ravi, 11:17: {said}"] if said else [])
