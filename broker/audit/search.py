"""What is looked for in the audit, as conditions on its table.

Found entries come the newest first, by when they were made and then by number: both never change, so the place where a
page ended stays where it is while entries arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from broker.storage.models.audit import AuditRow


@dataclass(frozen=True, slots=True)
class Place:
    """The last entry of a page: the next page comes after it."""

    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Search:
    """What an entry must be to be found; None and "" ask for nothing.

    `since`, `until`: made in [since, until). `by`: one of these actors; one that ends with a colon ("system:") stands
    for all of its kind; an empty tuple finds nothing. `event`: an event, or the resource of some ("visit:").
    `jail_ids`: whose entries the reader may see; None for all, those of no jail included. `why`: a text in the reason.
    """

    since: datetime | None = None
    until: datetime | None = None
    by: Sequence[str] | None = None
    event: str = ""
    jail_id: int | None = None
    visit_id: str | None = None
    subject: str = ""
    why: str = field(repr=False, default="")
    jail_ids: frozenset[int] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything of a stretch of time is wanted, so that what is found is a piece of the chain."""
        return self == Search(self.since, self.until)


def conditions(search: Search, before: Place | None = None) -> list[ColumnElement[bool]]:
    """What a row must be."""
    at, by, jail_ids = AuditRow.at, search.by, search.jail_ids
    wanted = {
        "since": search.since is not None and at >= search.since,
        "until": search.until is not None and at < search.until,
        "by": by is not None and or_(false(), *(_is_or_begins(AuditRow.by, actor) for actor in by)),
        "event": bool(search.event) and _is_or_begins(AuditRow.event, search.event),
        "jail": search.jail_id is not None and AuditRow.jail_id == search.jail_id,
        "visit": search.visit_id is not None and AuditRow.visit_id == search.visit_id,
        "subject": bool(search.subject) and _is_or_begins(AuditRow.subject, search.subject),
        "why": bool(search.why) and AuditRow.why.icontains(search.why, autoescape=True),
        "scope": jail_ids is not None and AuditRow.jail_id.in_(jail_ids),
        # Written out: SQLite would compare a row of values without their types.
        "page": before is not None and or_(at < before.at, and_(at == before.at, AuditRow.seq < before.seq)),
    }
    return [condition for condition in wanted.values() if condition is not False]


def _is_or_begins(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """One word, or, where it ends with a colon, all that begin with it."""
    return column.startswith(word, autoescape=True) if word.endswith(":") else column == word
