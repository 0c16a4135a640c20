"""The wall and the followed rooms as parts of a page.

A card changes seldom, and what is live in it every other second: pictures, who speaks, how long it went unseen. The
live piece is a part of its own, so that a wall of forty rooms costs some hundred bytes a change and no form is redrawn
under a finger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from markupsafe import Markup

from broker.monitoring.queue import EVERY
from broker.staff import Staff
from rooms.moderation import LONGEST_TEXT, WarningNotice
from web.console import Parts, part
from web.keys import CLOCK
from web.monitor.card import Card
from web.monitor.reasons import LONGEST_NOTE, Reason
from web.monitor.wall import Wall
from web.staff.permissions import Permission, may

#: How many rooms may be followed at once.
LAYOUTS = (1, 2, 4, 9)
MINUTE = 60


def wall_parts(request: web.Request, staff: Staff, wall: Wall, origin: Mapping[str, str], *, whole: bool) -> Parts:
    """One page of the wall. `origin`: what an act without scripts needs to come back; `whole`: with what is live in the
    cards, for a page that is loaded, and not for a stream that sends it apart.
    """
    context = _context(request, staff, origin) | {"wall": wall}
    items, live = _cards(request, "monitor/card.html", wall.cards, context, whole=whole)
    fixed = {
        name: part(request, f"monitor/{template}.html", context)
        for name, template in (("summary", "summary"), ("next", "next"), ("pages", "pages"))
    }
    return Parts(fixed=fixed | live, items=items or {"empty": part(request, "monitor/empty.html", context)})


def follow_parts(
    request: web.Request, staff: Staff, cards: Sequence[Card], wall: Wall, origin: Mapping[str, str], *, whole: bool
) -> Parts:
    """The followed rooms, in their order; those that have ended say how. `wall`: the live ones, for what is next."""
    context = _context(request, staff, origin) | {"wall": wall}
    items, live = _cards(request, "monitor/tile.html", cards, context, whole=whole)
    fixed = {"next": part(request, "monitor/next.html", context)}
    free = int(origin["layout"]) - len(cards)
    if items and free > 0:
        items["free"] = part(request, "monitor/free.html", context | {"free": free})
    return Parts(fixed=fixed | live, items=items or {"empty": part(request, "monitor/nobody.html", context)})


def _context(request: web.Request, staff: Staff, origin: Mapping[str, str]) -> dict[str, Any]:
    return {
        "every_minutes": int(EVERY.total_seconds()) // MINUTE,
        "layouts": LAYOUTS,
        "longest_note": LONGEST_NOTE,
        "longest_text": LONGEST_TEXT,
        "may_act": may(staff.role, Permission.ROOM_MODERATE),
        "may_watch": may(staff.role, Permission.ROOM_WATCH),
        "notices": list(WarningNotice),
        "now": request.app[CLOCK].now(),
        "origin": origin,
        "reasons": list(Reason),
    }


def _cards(
    request: web.Request, template: str, cards: Sequence[Card], context: Mapping[str, Any], *, whole: bool
) -> tuple[dict[str, Markup], dict[str, Markup]]:
    items, live = {}, {}
    for card in cards:
        room_id, now = card.room.room_id, context["now"]
        candidate = card.candidate()
        own = {
            **context,
            "card": card,
            "due": candidate.is_due(now),
            "ending": card.room.ending(now),
            "unseen_minutes": int(candidate.unseen_for(now).total_seconds()) // MINUTE,
        }
        live[f"live-{room_id}"] = part(request, "monitor/live.html", own)
        items[f"room-{room_id}"] = part(request, template, own | {"live": live[f"live-{room_id}"] if whole else ""})
    return items, live
