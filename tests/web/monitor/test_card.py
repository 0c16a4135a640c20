"""web.monitor.card: what a card says of a room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from broker.monitoring.look import Seen
from broker.monitoring.store import Tick
from rooms.moderation import Moderation
from rooms.placement import Claim
from rooms.presence import Presence, PresenceState, Quality
from rooms.seats import Kind, Role, RoomSpec, Seat
from rooms.standing import RoomState, State
from rooms.wall.alert import Alert, AlertKind
from rooms.wall.meter import Meter
from tests.broker.samples import JAIL
from tests.support.clock import NOON
from web.monitor.card import OLD_PICTURE, Card, Known, SideName, card, in_order, participants, side_of

FAMILY, OTHER, PRISON = "a1" * 16, "b2" * 16, "terminal-1"
SEATS = (
    Seat(FAMILY, Role.VISITOR, "Savita Kolte"),
    Seat(OTHER, Role.VISITOR, "Arun Kolte"),
    Seat(PRISON, Role.TERMINAL, JAIL.name),
)
SPEC = RoomSpec("c3" * 16, "25/35/1/2026", Kind.FAMILY, JAIL.id, 1, NOON, NOON + timedelta(minutes=15), SEATS)
ROOM = RoomState(SPEC, Claim("n", "ws://n/ws", 1), "live", opened=NOON)
ROLES = {FAMILY: Role.VISITOR, OTHER: Role.VISITOR, PRISON: Role.TERMINAL}
MINUTE = timedelta(minutes=1)
PEOPLE = st.dictionaries(
    st.sampled_from(sorted(ROLES)), st.tuples(st.sampled_from(PresenceState), st.none() | st.sampled_from(Quality))
).map(lambda seen: {who: Presence(ROLES[who], state, NOON, None, quality) for who, (state, quality) in seen.items()})


def made(room: RoomState = ROOM, **known: object) -> Card:
    """The card of a room of which so much is known; staff 7 is Mira."""
    return card(room, JAIL, "T1", Known(**known), {7: "Mira"})  # type: ignore[arg-type]


def seen(who: str, state: PresenceState, quality: Quality | None = None) -> dict[str, Presence]:
    """One participant, as the room's node tells of them."""
    return {who: Presence(ROLES[who], state, NOON, None, quality)}


@given(PEOPLE, st.sampled_from(get_args(State)), st.booleans())
def test_a_room_is_live_only_with_both_sides_in_the_call(people: dict[str, Presence], state: State, held: bool) -> None:  # noqa: FBT001
    """Whatever is reported: a held room is held, and no card counts more people than there are seats."""
    shown = made(replace(ROOM, state=state, held=held), people=people)
    inside = {PresenceState.CONNECTED, PresenceState.DISCONNECTED}
    sides = {presence.role for presence in people.values() if presence.state in inside}
    heard = {presence.role for presence in people.values() if presence.state is PresenceState.CONNECTED}
    on = "live" if len(heard) == 2 else "trouble"
    assert shown.state == ("held" if held else on if state == "live" and len(sides) == 2 else "ready")
    family, prison = shown.sides
    assert (family.name, prison.name) == (SideName.FAMILY, SideName.PRISON)
    assert 0 <= family.here <= len(family.faces) == 2
    assert prison.here == (Role.TERMINAL in sides)


def test_each_side_has_the_worst_connection_of_its_own_people_who_are_heard() -> None:
    """Who left, dropped out, is not heard or has not come in yet has none, and is no trouble of the others'."""
    good = seen(FAMILY, PresenceState.CONNECTED, Quality.GOOD)

    def qualities(people: dict[str, Presence]) -> list[Quality | None]:
        return [side.quality for side in made(people=people).sides]

    assert qualities({}) == [None, None]
    assert qualities(good) == [Quality.GOOD, None]
    assert qualities(good | seen(PRISON, PresenceState.CONNECTED, Quality.BAD)) == [Quality.GOOD, Quality.BAD]
    assert qualities(good | seen(OTHER, PresenceState.CONNECTED, Quality.POOR)) == [Quality.POOR, None]
    for outside in set(PresenceState) - {PresenceState.CONNECTED}:
        assert qualities(good | seen(OTHER, outside, Quality.BAD)) == [Quality.GOOD, None]
    silent = replace(good[FAMILY], silent_since=NOON)
    assert qualities({FAMILY: silent}) == [None, None]


def test_a_side_that_is_not_heard_is_marked_at_once_and_its_room_is_not_live() -> None:
    """By the last sign of life, with its picture of before and no voice; one who is still heard speaks for the side."""
    meters = {FAMILY: Meter(NOON, connected=True, speaking=True, picture_at=NOON)}
    prison = seen(PRISON, PresenceState.CONNECTED)
    family = seen(FAMILY, PresenceState.CONNECTED)[FAMILY]
    for gone in (
        replace(family, silent_since=NOON),
        replace(family, state=PresenceState.DISCONNECTED),
        replace(family, state=PresenceState.LEFT, lost=True),
    ):
        card = made(people=prison | {FAMILY: gone}, meters=meters)
        side = card.sides[0]
        assert (side.gone, side.heard, side.speaking, side.faces[0].is_old(NOON)) == (gone, False, False, True)
        assert card.state == ("ready" if gone.lost else "trouble")
        assert made(people=prison | {FAMILY: gone} | seen(OTHER, PresenceState.CONNECTED)).sides[0].gone is None
    assert made(people=prison | seen(FAMILY, PresenceState.LEFT)).sides[0].gone is None, "they left by themselves"


def test_what_staff_took_and_who_speaks_stands_with_its_side() -> None:
    """Whoever of the side it is."""
    room = replace(ROOM, moderation={OTHER: Moderation(muted=True), PRISON: Moderation(blanked=True)})
    meters = {FAMILY: Meter(NOON, connected=True, speaking=True, picture_at=NOON), PRISON: Meter(NOON, connected=True)}
    people = seen(FAMILY, PresenceState.CONNECTED) | seen(PRISON, PresenceState.CONNECTED)
    family, prison = made(room, people=people, meters=meters).sides
    assert (family.muted, family.blanked, family.speaking) == (True, False, True)
    assert (prison.muted, prison.blanked, prison.speaking) == (False, True, False)
    assert family.participants == participants(ROOM, SideName.FAMILY) == (FAMILY, OTHER)
    face = family.faces[0]
    assert not face.is_old(NOON + OLD_PICTURE)
    assert face.is_old(NOON + OLD_PICTURE + MINUTE)
    assert not prison.faces[0].is_old(NOON + 9 * MINUTE), "there is none"


def test_an_alert_is_ticked_off_until_it_comes_back() -> None:
    """The same trouble since another time is not what was ticked off; what is open stands first."""
    old, again = Alert(AlertKind.DARK, FAMILY, NOON), Alert(AlertKind.DARK, FAMILY, NOON + 3 * MINUTE)
    silence = Alert(AlertKind.SILENCE, "", NOON + MINUTE)
    tick = Tick(SPEC.room_id, "dark", FAMILY, NOON, 7, NOON + 2 * MINUTE)
    ticked, quiet = made(alerts=(old, silence), ticks=[tick]), made(alerts=(again,), ticks=[tick])
    assert [(line.alert, line.side, line.open) for line in ticked.alerts] == [
        (silence, None, True),
        (old, SideName.FAMILY, False),
    ]
    assert (ticked.alerts[1].ticked_by, ticked.alerts[1].ticked_at) == ("Mira", NOON + 2 * MINUTE)
    assert [line.open for line in quiet.alerts] == [True]
    assert "Mira" not in repr(ticked.alerts[1])


def test_rooms_where_something_is_amiss_come_first_and_the_others_stay_where_they_are() -> None:
    """By the beginning of the trouble; then by start and number, whatever else changes."""

    def one(number: int, *, start: int = 0, alert: int | None = None) -> Card:
        spec = replace(SPEC, room_id=f"{number:032x}", visrn=f"25/35/{number}/2026", starts_at=NOON + start * MINUTE)
        alerts = () if alert is None else (Alert(AlertKind.DARK, PRISON, NOON + alert * MINUTE),)
        return made(replace(ROOM, spec=spec), alerts=alerts)

    cards = [one(5), one(4, start=3), one(3, alert=9), one(2, start=3), one(1, alert=8)]
    assert [int(each.room.room_id, 16) for each in in_order(cards)] == [1, 3, 5, 2, 4]


def test_the_queue_is_told_when_a_room_went_live_and_what_is_not_ticked_off() -> None:
    """Live since it was started or its slot began, whichever came later."""
    alert = Alert(AlertKind.SILENCE, "", NOON + MINUTE)
    candidate = made(replace(ROOM, opened=NOON - 9 * MINUTE), alerts=(alert,)).candidate()
    assert (candidate.live_since, candidate.alert_since, candidate.seen) == (NOON, NOON + MINUTE, None)
    late = made(replace(ROOM, opened=NOON + 2 * MINUTE), seen=Seen(NOON + 3 * MINUTE, frozenset({7}))).candidate()
    assert (late.live_since, late.seen, late.watched) == (NOON + 2 * MINUTE, NOON + 3 * MINUTE, True)


def test_whoever_has_no_seat_is_on_no_side() -> None:
    """A monitor's id, or a stranger's."""
    assert [side_of(ROOM, who) for who in (FAMILY, PRISON, "monitor-1")] == [SideName.FAMILY, SideName.PRISON, None]
    assert made(replace(ROOM, spec=replace(SPEC, kind=Kind.LEGAL))).legal
