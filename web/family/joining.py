"""How far a browser has come on its way in, kept in its server-side session; and what it is handed at the end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from broker.visit import Visit
from web.entry import Entry
from web.session import Session
from web.timewords import iso

Door = Literal["link", "hand"]

_JOINING = "joining"
_ENTRY = "entry"
_CALL = "call"


@dataclass(frozen=True, slots=True)
class Joining:
    """The VisRN step is done. By the link, visit and visitor are known; by hand, nothing is but the number.

    `resend_at` (ISO 8601) is when new codes may be asked for; `admitted` is the visitor whose codes were right while
    there was no room to go to; `helpline` is the prison's.
    """

    door: Door
    visrn: str
    visit: str | None = None
    visitor: str | None = None
    resend_at: str | None = None
    admitted: str | None = None
    helpline: str | None = None

    def resend_time(self) -> datetime | None:
        """When new codes may be asked for (aware UTC)."""
        return datetime.fromisoformat(self.resend_at) if self.resend_at else None


def load(session: Session) -> Joining | None:
    """What `save` kept, or None."""
    stored = session.get(_JOINING)
    return Joining(**stored) if isinstance(stored, dict) else None


def save(session: Session, joining: Joining) -> None:
    """Keep it for the next page."""
    session[_JOINING] = asdict(joining)


def admit(session: Session, visit: Visit, entry: Entry, language: str) -> None:
    """The codes were right: keep the entry for the call page, and what that page shows."""
    session.pop(_JOINING, None)
    session[_ENTRY] = entry.to_json()
    session[_CALL] = {
        "visit": visit.id,
        "visrn": entry.visrn,
        "kind": entry.kind,
        "starts_at": iso(entry.starts_at),
        "ends_at": iso(entry.ends_at),
        "jail": {**entry.jail, "city": visit.jail.city},
        "terminal": entry.terminal,
        "language": language,
    }


def call(session: Session) -> dict[str, Any] | None:
    """The visit (its id), and what the call page shows: visrn, kind, starts_at, ends_at, jail, terminal, language; None
    before admission.
    """
    stored = session.get(_CALL)
    return stored if isinstance(stored, dict) else None


def entry(session: Session) -> dict[str, Any] | None:
    """The entry (`Entry.to_json`), until it is forgotten."""
    stored = session.get(_ENTRY)
    return stored if isinstance(stored, dict) else None


def forget_entry(session: Session) -> None:
    """Its ticket is used or too old."""
    session.pop(_ENTRY, None)
