"""What an act says afterwards: to a script as words, to a browser without one on the page that comes next.

What can be said by its id alone stands in the page's address; who did what when is kept in the browser's session, said
once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from web import session
from web.timewords import iso

_KEY = "operator_said"

#: What went well.
GOOD = frozenset(
    {
        "already",
        "codes_sent",
        "ended",
        "held",
        "incident_reported",
        "no_show_called",
        "note_written",
        "reload_asked",
        "resumed",
        "started",
        "test_asked",
    }
)
#: What did not.
BAD = frozenset(
    {
        "choose_kind",
        "colleague_acted",
        "family_here",
        "no_node",
        "not_startable",
        "not_yet",
        "nothing_to_end",
        "nothing_to_hold",
        "reason_needed",
        "room_over",
        "terminal_away",
        "text_missing",
        "text_too_long",
        "too_early",
        "too_late",
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """`id` is the sentence's in `operator/said.html`; `event`, `who` and `at` what a colleague did, who, and when."""

    id: str
    event: str = ""
    who: str = ""
    at: datetime | None = None

    @property
    def good(self) -> bool:
        """Whether it went well."""
        return self.id in GOOD

    @property
    def known(self) -> bool:
        """Whether there is a sentence for it."""
        return self.id in GOOD | BAD


def keep(request: web.Request, said: Said) -> None:
    """Remember what the address of the next page cannot say."""
    if said.event or said.at is not None:
        at = iso(said.at) if said.at is not None else ""
        session.of(request)[_KEY] = {"id": said.id, "event": said.event, "who": said.who, "at": at}


def heard(request: web.Request) -> Said | None:
    """What is to be said on this page; made-up ids say nothing."""
    said = Said(request.query.get("said", ""))
    if not said.known:
        return None
    current = session.of(request)
    kept = current.get(_KEY)
    if kept is None:
        return said if said.id not in {"already", "colleague_acted", "not_yet"} else None
    del current[_KEY]
    if kept["id"] != said.id:
        return None
    return Said(said.id, kept["event"], kept["who"], datetime.fromisoformat(kept["at"]) if kept["at"] else None)
