"""The search form: what was typed, and which entries it asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from broker.audit.chain import Details
from broker.audit.events import AuditEvent
from broker.audit.search import Place, Search
from broker.errors import BadVisRN
from broker.storage.unit import UnitOfWork
from broker.visrn import VisRN
from web.audit.words import ACTORS, RESOURCES, SUBJECTS

FIELDS = ("since", "until", "who", "event", "visit", "jail", "subject", "why")
#: Longer than this nothing is looked for.
_LONGEST = 120
_MINUTE = timedelta(minutes=1)
_EVENTS = frozenset(AuditEvent) | {f"{resource}:" for resource in RESOURCES}


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as text, so that a page can show them again; `problems` by field, as ids of words.PROBLEMS."""

    values: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def query(self) -> str:
        """What was typed, as an address has it."""
        return urlencode({name: self.values[name] for name in FIELDS if self.values.get(name)})

    @property
    def fingerprint(self) -> str:
        """Names a search: the same one again has the same."""
        return hashlib.sha256(self.query.encode()).hexdigest()[:32]


def typed(fields: Mapping[str, object]) -> Typed:
    """From an address, or from a form."""
    return Typed({name: str(fields.get(name, "")).strip()[:_LONGEST] for name in FIELDS})


async def read(uow: UnitOfWork, given: Typed, timezone: str, jail_ids: frozenset[int] | None) -> tuple[Search, Typed]:
    """What is asked for, of the entries that the reader may see (`jail_ids`; None for all); and what was typed, with
    what is wrong with it. Times are on the clock of `timezone`; `until` includes its minute.
    """
    problems: dict[str, str] = {}
    since, until = (_moment(given[name], timezone, name, problems) for name in ("since", "until"))
    if since is not None and until is not None and until < since:
        problems["until"] = "until_first"
    visit_id = await _visit(uow, given["visit"], problems)
    search = Search(
        since=since,
        until=None if until is None else until + _MINUTE,
        by=await _actors(uow, given["who"], problems),
        event=given["event"] if given["event"] in _EVENTS else "",
        jail_id=_number(given["jail"]),
        visit_id=visit_id,
        subject=given["subject"],
        why=given["why"],
        jail_ids=jail_ids,
    )
    return search, replace(given, problems=problems)


def noted(search: Search) -> Details:
    """What the audit remembers of a search: no name and no text that was typed."""
    details: dict[str, str | bool | list[str] | None] = {
        "since": None if search.since is None else search.since.astimezone(UTC).isoformat(),
        "until": None if search.until is None else search.until.astimezone(UTC).isoformat(),
        "who": [*search.by] if search.by else None,
        "event": search.event or None,
        "subject": search.subject if search.subject.partition(":")[0] in SUBJECTS else None,
        "with_text": bool(search.why) or None,
    }
    return {name: value for name, value in details.items() if value is not None}


def place_of(text: str) -> Place | None:
    """Where the page before ended; None for what is no place."""
    at, _, seq = text.partition("~")
    try:
        moment, number = datetime.fromisoformat(at), int(seq)
    except ValueError:
        return None
    return Place(moment, number) if moment.tzinfo is not None and 0 <= number < 2**31 else None


def place_text(place: Place) -> str:
    """As an address has it."""
    return f"{place.at.astimezone(UTC).isoformat()}~{place.seq}"


async def _actors(uow: UnitOfWork, text: str, problems: dict[str, str]) -> list[str] | None:
    """The actors somebody means by a name, a username, an actor as it is stored ("staff:12"), or a kind of them."""
    if not text:
        return None
    kind, colon, number = text.partition(":")
    if kind in ACTORS and (not colon or number):
        return [text] if colon else [f"{kind}:", kind]
    if kind == "staff" and number.isdecimal():
        return [text]
    found = [f"staff:{each.id}" for each in await uow.staff.called(text)]
    if not found:
        problems["who"] = "nobody"
    return found


async def _visit(uow: UnitOfWork, text: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    try:
        visit = await uow.visits.by_visrn(VisRN.parse(text))
    except BadVisRN:
        visit = None
    if visit is None:
        problems["visit"] = "no_such_visit"
        return ""
    return visit.id


def _moment(text: str, timezone: str, name: str, problems: dict[str, str]) -> datetime | None:
    """As `<input type=datetime-local>` sends it; what has a zone of its own keeps it."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problems[name] = "no_time"
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
