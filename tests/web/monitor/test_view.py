"""web.monitor.view: cards and tiles as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from broker.staff import Role, Staff
from rooms.moderation import Moderation
from rooms.presence import PresenceState, Quality
from rooms.seats import Kind
from rooms.wall.alert import Alert, AlertKind
from rooms.wall.meter import Meter
from tests.support.asked import asked
from tests.support.clock import NOON
from tests.web.monitor.test_card import FAMILY, PRISON, ROOM, SEATS, SPEC, made, seen
from web.console import Parts
from web.monitor import view
from web.monitor.card import Card
from web.monitor.wall import paged

BOTH = seen(FAMILY, PresenceState.CONNECTED) | seen(PRISON, PresenceState.CONNECTED)
SPEAKING = {FAMILY: Meter(NOON, connected=True, speaking=True, picture_at=NOON)}


def wall_of(
    app: web.Application,
    card: Card,
    role: Role = Role.MONITOR,
    *,
    whole: bool = True,
    request: web.Request | None = None,
) -> Parts:
    """A wall with this card, as somebody of a role sees it."""
    staff = Staff(7, "mira", "Mira", role, frozenset({SPEC.jail_id}), totp_required=False)
    return view.wall_parts(request or asked(app), staff, paged([card], 1), {}, whole=whole)


def only(items: Mapping[str, str]) -> str:
    """The one item's HTML."""
    (html,) = items.values()
    return str(html)


async def test_a_wall_shows_rooms_by_number_and_never_a_name(wired: web.Application) -> None:
    """Who looks over many rooms needs no names; a held room counts as one that is on."""
    parts = wall_of(wired, made(replace(ROOM, held=True), people=BOTH))
    html = only(parts.items)
    assert SPEC.visrn in html
    assert 'data-state="held"' in html
    assert "1 room is live" in parts.fixed["summary"]
    assert "Each room should be looked into every 5 minutes." in parts.fixed["next"]
    for seat in SEATS[:2]:
        assert seat.label not in html


async def test_what_is_live_in_a_card_is_sent_apart_from_it(wired: web.Application) -> None:
    """A voice that begins changes some hundred bytes and no form."""
    quiet, loud = made(people=BOTH), made(people=BOTH, meters=SPEAKING)
    request = asked(wired)
    before, after = (wall_of(wired, each, whole=False, request=request) for each in (quiet, loud))
    assert before.items == after.items
    assert before.fixed[f"live-{SPEC.room_id}"] != after.fixed[f"live-{SPEC.room_id}"]
    assert "speaks" in after.fixed[f"live-{SPEC.room_id}"]
    assert f"/pictures/{FAMILY}?at={int(NOON.timestamp() * 1000)}" in after.fixed[f"live-{SPEC.room_id}"]
    assert after.fixed[f"live-{SPEC.room_id}"] in only(wall_of(wired, loud, request=request).items)


async def test_what_is_taken_can_be_given_back_and_nothing_is_taken_twice(wired: web.Application) -> None:
    """The card offers for each side what can be done to it."""
    html = only(wall_of(wired, made(replace(ROOM, moderation={PRISON: Moderation(muted=True)}))).items)
    assert 'data-action="mute" data-side="family"' in html
    assert 'data-action="unmute" data-side="prison"' in html
    assert 'data-action="mute" data-side="prison"' not in html
    assert html.count('data-action="blank"') == 2
    assert 'data-muted="yes"' in html
    assert "Sound taken by staff" in html


async def test_a_side_that_is_gone_is_not_called_well_connected(wired: web.Application) -> None:
    """Since when stands there, its picture is marked as old, and nobody is said to be live; so on a followed page."""
    silent = {FAMILY: replace(BOTH[FAMILY], quality=Quality.GOOD, silent_since=NOON)}
    card = made(people=BOTH | silent, meters=SPEAKING)
    staff = Staff(7, "mira", "Mira", Role.MONITOR, frozenset({1}), totp_required=False)
    origin = {"rooms": SPEC.room_id, "layout": "1"}
    followed = view.follow_parts(asked(wired), staff, [card], paged([], 1), origin, whole=True)
    for html in (only(wall_of(wired, card).items), only(followed.items)):
        assert "Good connection." not in html
        assert "Not heard since 17:30." in html
        assert 'data-state="trouble"' in html
        assert "A side is not heard" in html
    assert "Picture of 17:30" in only(wall_of(wired, card).items)
    lost = made(people=BOTH | {FAMILY: replace(BOTH[FAMILY], state=PresenceState.LEFT, lost=True)})
    assert "Connection lost at 17:30; they have not come back." in only(wall_of(wired, lost).items)


async def test_each_act_names_its_room_above_and_on_what_is_pressed_last(wired: web.Application) -> None:
    """Jail, terminal and VisRN: a wall has many rooms, and a visit that is ended is not begun again."""
    both = replace(ROOM, moderation={PRISON: Moderation(muted=True, blanked=True)})
    html = only(wall_of(wired, made(both)).items)
    sheets = re.findall(r'(?s)<div class="act__sheet".*?</details>', html)
    assert len(sheets) == 4
    for sheet in sheets:
        read = " ".join(re.sub("<[^>]*>", " ", sheet).split())
        assert f"{made().jail.name} T1 {SPEC.visrn}" in read
        buttons = re.findall("(?s)<button.*?</button>", sheet)
        assert buttons
        assert all(f"T1 {SPEC.visrn}" in button for button in buttons)


async def test_a_lawyers_room_says_picture_only_and_tells_of_no_voice(wired: web.Application) -> None:
    """Even if a meter told of one."""
    card = made(replace(ROOM, spec=replace(SPEC, kind=Kind.LEGAL)), people=BOTH, meters=SPEAKING)
    html = only(wall_of(wired, card).items)
    assert "picture only" in html
    assert "speaks" not in html


async def test_a_lawyer_is_nowhere_called_a_family(wired: web.Application) -> None:
    """On the wall as in a followed room: neither the side, nor its picture, alerts and acts."""
    lawyers = replace(ROOM, spec=replace(SPEC, kind=Kind.LEGAL), moderation={FAMILY: Moderation(blanked=True)})
    alerts = tuple(Alert(kind, FAMILY, NOON) for kind in AlertKind)
    card = made(lawyers, people=BOTH, meters=SPEAKING, alerts=alerts)
    staff = Staff(7, "mira", "Mira", Role.MONITOR, frozenset({1}), totp_required=False)
    origin = {"rooms": SPEC.room_id, "layout": "1"}
    followed = view.follow_parts(asked(wired), staff, [card], paged([], 1), origin, whole=True)
    for html in (only(wall_of(wired, card).items), only(followed.items)):
        read = re.sub("<[^>]*>", " ", html)
        for words in ("Mute the lawyer", "Warn the lawyer", "Give the lawyer the picture back"):
            assert words in read
        assert re.search(r"Lawyer\b(?!')", read)
        assert "The lawyer's picture is dark." in read
        assert "famil" not in read.lower()
        assert "of the family" not in html
    assert "Small picture of the lawyer" in only(wall_of(wired, card).items)


async def test_an_alert_says_what_to_do_and_is_counted(wired: web.Application) -> None:
    """In words, with a button that ticks it off."""
    parts = wall_of(wired, made(alerts=(Alert(AlertKind.DARK, PRISON, NOON),)))
    html = only(parts.items)
    assert 'data-alert="dark"' in html
    assert "The prison's picture is dark." in html
    assert 'data-action="tick"' in html
    assert 'data-alarming="1"' in parts.fixed["summary"]
    assert "(something is amiss)" in parts.fixed["next"]


async def test_who_may_only_see_the_list_gets_no_pictures_and_no_acts(wired: web.Application) -> None:
    """A state's administrator sees that rooms are live, and nothing of what is in them."""
    html = only(wall_of(wired, made(people=BOTH, meters=SPEAKING), Role.STATE_ADMIN).items)
    assert "<img" not in html
    assert "data-action" not in html
    assert 'data-action="watch"' in only(wall_of(wired, made(people=BOTH)).items)


async def test_an_empty_wall_says_so(wired: web.Application) -> None:
    """Rather than showing nothing at all; so does a page that follows nobody."""
    staff = Staff(7, "mira", "Mira", Role.MONITOR, frozenset(), totp_required=False)
    assert list(view.wall_parts(asked(wired), staff, paged([], 1), {}, whole=True).items) == ["empty"]
    followed = view.follow_parts(asked(wired), staff, [], paged([], 1), {"rooms": "", "layout": "1"}, whole=True)
    assert list(followed.items) == ["empty"]


async def test_a_followed_room_that_ended_says_how_and_offers_nothing(wired: web.Application) -> None:
    """Its tile stays until somebody closes it."""
    staff = Staff(7, "mira", "Mira", Role.MONITOR, frozenset(), totp_required=False)
    over = made(replace(ROOM, spec=replace(SPEC, starts_at=NOON - (SPEC.ends_at - NOON), ends_at=NOON)))
    origin = {"rooms": SPEC.room_id, "layout": "1"}
    html = only(view.follow_parts(asked(wired), staff, [over], paged([], 1), origin, whole=True).items)
    assert 'data-ended="slot_over"' in html
    assert "when its time was over" in html
    assert "data-stage" not in html
    assert 'data-action="end"' not in html
    running = only(view.follow_parts(asked(wired), staff, [made()], paged([], 1), origin, whole=True).items)
    assert "data-stage" in running
    assert 'data-action="sound"' in running
    legal = made(replace(ROOM, spec=replace(SPEC, kind=Kind.LEGAL)))
    assert 'data-action="sound"' not in only(
        view.follow_parts(asked(wired), staff, [legal], paged([], 1), origin, whole=True).items
    )
