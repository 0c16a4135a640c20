"""web.monitor.view: what a card says of a room, and whose clock a monitor reads."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from broker.staff import Role as StaffRole
from rooms.placement import Claim
from rooms.presence import Presence, PresenceState, Quality
from rooms.seats import Kind, Role, RoomSpec, Seat
from rooms.standing import RoomState, State
from tests.broker.samples import JAIL
from tests.support.asked import asked
from tests.support.clock import NOON
from tests.support.desk import Desk
from web.monitor import view

FAMILY, OTHER, PRISON = "a1" * 16, "b2" * 16, "terminal-1"
SEATS = (
    Seat(FAMILY, Role.VISITOR, "Savita Kolte"),
    Seat(OTHER, Role.VISITOR, "Arun Kolte"),
    Seat(PRISON, Role.TERMINAL, JAIL.name),
)
SPEC = RoomSpec("c3" * 16, "25/35/1/2026", Kind.FAMILY, JAIL.id, 1, NOON, NOON + timedelta(minutes=15), SEATS)
ROLES = {FAMILY: Role.VISITOR, OTHER: Role.VISITOR, PRISON: Role.TERMINAL}
PEOPLE = st.dictionaries(
    st.sampled_from(sorted(ROLES)), st.tuples(st.sampled_from(PresenceState), st.none() | st.sampled_from(Quality))
).map(lambda seen: {who: Presence(ROLES[who], state, NOON, None, quality) for who, (state, quality) in seen.items()})


def room(state: State = "live", *, held: bool = False) -> RoomState:
    """The room, started."""
    return RoomState(SPEC, Claim("n", "ws://n/ws", 1), state, opened=NOON, held=held)


def card(people: dict[str, Presence], state: State = "live", *, held: bool = False) -> view.Card:
    """Its card."""
    return view.card(room(state, held=held), JAIL, "T1", people)


def seen(who: str, state: PresenceState, quality: Quality | None = None) -> dict[str, Presence]:
    """One participant, as the room's node tells of them."""
    return {who: Presence(ROLES[who], state, NOON, None, quality)}


@given(PEOPLE, st.sampled_from(get_args(State)), st.booleans())
def test_a_room_is_live_only_with_both_sides_in_the_call(people: dict[str, Presence], state: State, held: bool) -> None:  # noqa: FBT001
    """Whatever is reported: a held room is held, and no card counts more people than there are seats."""
    made = card(people, state, held=held)
    inside = {PresenceState.CONNECTED, PresenceState.DISCONNECTED}
    sides = {presence.role for presence in people.values() if presence.state in inside}
    assert made.state == ("held" if held else "live" if state == "live" and len(sides) == 2 else "ready")
    assert 0 <= made.family_here <= made.families == 2
    assert made.prison_here is (Role.TERMINAL in sides)


def test_a_card_names_the_worst_connection_of_those_in_the_call() -> None:
    """Somebody who left with a bad line, or has not come in yet, is no trouble of the room's."""
    good = seen(PRISON, PresenceState.CONNECTED, Quality.GOOD)
    assert card({}).quality is None
    assert card(good).quality is Quality.GOOD
    assert card(good | seen(FAMILY, PresenceState.CONNECTED, Quality.POOR)).quality is Quality.POOR
    assert card(good | seen(FAMILY, PresenceState.DISCONNECTED, Quality.BAD)).quality is Quality.BAD
    for outside in (PresenceState.LEFT, PresenceState.WAITING, PresenceState.CHECKING):
        assert card(good | seen(FAMILY, outside, Quality.BAD)).quality is Quality.GOOD


async def test_a_list_shows_rooms_by_number_and_never_a_person(wired: web.Application) -> None:
    """Who looks over many rooms needs no names; a held room counts as one that is on."""
    both = seen(FAMILY, PresenceState.CONNECTED) | seen(PRISON, PresenceState.CONNECTED)
    parts = view.parts(asked(wired), [card(both, "held", held=True)])
    (html,) = parts.items.values()
    assert SPEC.visrn in html
    assert 'data-state="held"' in html
    assert "1 room is live" in parts.fixed["summary"]
    for seat in SEATS[:2]:
        assert seat.label not in html
        assert seat.participant not in html


async def test_an_empty_list_says_so(wired: web.Application) -> None:
    """Rather than showing nothing at all."""
    assert list(view.parts(asked(wired), []).items) == ["empty"]


@pytest.mark.parametrize("anything", [True, False])
async def test_a_monitor_reads_the_clock_of_the_own_jails(desk: Desk, anything: bool) -> None:  # noqa: FBT001
    """UTC for a scope of none, whatever other jails there are."""
    staff = await desk.hire("mira", StaffRole.MONITOR, *([desk.elsewhere] if anything else []))
    assert await view.timezone(desk.app, staff) == (desk.elsewhere.jail.timezone if anything else "UTC")
    assert await view.load(desk.app, staff) == []
