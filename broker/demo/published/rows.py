"""From invented visits to the rows of the tables. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from broker.demo.published.figures import JailFigures
from broker.demo.published.invent import NATIONALITIES, Invented, inmates
from broker.demo.world import FAMILY, LAWYERS, MAIL_DOMAIN
from broker.lifecycle import Outcome, VisitStatus
from broker.vocabulary import (
    InmateCategory,
    InmateStatus,
    LossCause,
    LossSide,
    VisitKind,
    VisitMode,
    VisitorDecision,
)
from config.secrets import digest

#: How long before its slot a visit is asked for, and approved.
_ASKED, _DECIDED = timedelta(days=6), timedelta(days=4)
_ACTOR = "system:demo"
_FAMILYS = frozenset({LossCause.FAMILY_NETWORK, LossCause.NOBODY_CAME})
_PRISON_ABSENT = frozenset({Outcome.PRISON_ABSENT, Outcome.PRISONER_REFUSED})


@dataclass(slots=True)
class Rows:
    """What is written of some visits, by table."""

    visits: list[dict[str, Any]] = field(default_factory=list)
    visitors: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    losses: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Jailed:
    """A jail's own ids: people, terminals and counters in order, and the last serial given out in each year."""

    jail_id: int
    state_code: int
    figures: JailFigures
    people: list[int]
    terminals: list[int]
    counters: list[int]
    rng: Random
    serials: dict[int, int] = field(default_factory=dict)


def people(jail_id: int, figures: JailFigures) -> list[dict[str, Any]]:
    """The people of a jail, the foreign ones first."""
    made = []
    for number in range(inmates(figures)):
        foreign = number < figures.foreign
        made.append(
            {
                "jail_id": jail_id,
                "number": f"P/{number + 1:05d}",
                "name": f"Invented Person {number + 1}",
                "father_name": "Invented Father",
                "age": 20 + number % 45,
                "gender": "female" if number % 20 == 19 else "male",
                "category": InmateCategory.CONVICT if number % 10 > 6 else InmateCategory.UNDERTRIAL,
                "nationality": NATIONALITIES[number % len(NATIONALITIES)] if foreign else "IN",
                "status": InmateStatus.HELD,
                "no_objection": "",
                "demo": True,
            }
        )
    return made


def write(jail: Jailed, each: Invented, into: Rows) -> None:
    """Add the rows of a visit."""
    visit_id, visitor_id = f"{jail.rng.getrandbits(128):032x}", f"{jail.rng.getrandbits(128):032x}"
    seconds: dict[str, float] = {}
    if each.had:
        seconds = {visitor_id: float(each.had), f"terminal-{jail.terminals[each.place or 0]}": float(each.had)}
    into.visits.append(_visit(jail, each, visit_id, seconds))
    into.visitors.append(_visitor(jail, each, visit_id, visitor_id))
    into.history += _history(each, visit_id)
    if each.outcome is not None and each.mode is VisitMode.VIDEO:
        into.records.append(_record(each, visit_id))
        into.losses += [_loss(each, visit_id, cause, lost) for cause, lost in each.lost.items()]


def _visit(jail: Jailed, each: Invented, visit_id: str, seconds: dict[str, float]) -> dict[str, Any]:
    year = each.starts_at.year
    jail.serials[year] = serial = jail.serials.get(year, 0) + 1
    places = jail.terminals if each.mode is VisitMode.VIDEO else jail.counters
    closed, opened = each.steps[-1] is VisitStatus.CLOSED, VisitStatus.OPEN in each.steps
    return {
        "id": visit_id,
        "visrn_state": jail.state_code,
        "visrn_jail": jail.figures.code,
        "visrn_serial": serial,
        "visrn_year": year,
        "jail_id": jail.jail_id,
        "terminal_id": None if each.place is None else places[each.place],
        "inmate_id": jail.people[each.inmate],
        "kind": each.kind,
        "mode": each.mode,
        "status": each.steps[-1],
        "starts_at": each.starts_at,
        "ends_at": each.starts_at + timedelta(minutes=each.minutes),
        "outcome": each.outcome,
        "opened_at": each.starts_at if opened else None,
        "closed_at": each.starts_at + timedelta(minutes=each.minutes) if closed else None,
        "seconds": seconds,
        "created_at": each.starts_at - _ASKED,
        "demo": True,
    }


def _visitor(jail: Jailed, each: Invented, visit_id: str, visitor_id: str) -> dict[str, Any]:
    name, relationship = (LAWYERS if each.kind is VisitKind.LEGAL else FAMILY)[jail.rng.randrange(3)]
    # Numbers that are given out to nobody: the second digit of an Indian one, and a country code that is not used.
    mobile = "+2340000000000" if each.abroad else "+916000000001"
    return {
        "id": visitor_id,
        "visit_id": visit_id,
        "position": 0,
        "name": name,
        "relationship_": relationship,
        "email": f"{visitor_id[:12]}@{MAIL_DOMAIN}",
        "mobile": mobile,
        "language": "en",
        "link_digest": digest(visitor_id),
        "otp_counter": 0,
        "decision": VisitorDecision.APPROVED,
        "decision_reason": "",
    }


def _history(each: Invented, visit_id: str) -> list[dict[str, Any]]:
    ends_at = each.starts_at + timedelta(minutes=each.minutes)
    times = {
        VisitStatus.REQUESTED: each.starts_at - _ASKED,
        VisitStatus.OPEN: each.starts_at,
        VisitStatus.CLOSED: ends_at,
    }
    reasons = {VisitStatus.CLOSED: each.outcome.value if each.outcome else "", each.steps[-1]: each.reason}
    if each.outcome is not None:
        reasons[VisitStatus.CLOSED] = each.outcome.value
    return [
        {
            "visit_id": visit_id,
            "at": times.get(to, each.starts_at - _DECIDED),
            "by": _ACTOR,
            "from_": before,
            "to": to,
            "reason": reasons.get(to, ""),
        }
        for before, to in zip((None, *each.steps), each.steps, strict=False)
    ]


def _loss(each: Invented, visit_id: str, cause: LossCause, seconds: int) -> dict[str, Any]:
    """Confirmed: nobody in the invented jails is asked to look at hundreds of them."""
    side = LossSide.FAMILY if cause in _FAMILYS and each.outcome not in _PRISON_ABSENT else LossSide.PRISON
    return {
        "visit_id": visit_id,
        "measured": cause,
        "measured_side": side,
        "cause": cause,
        "side": side,
        "seconds": seconds,
        "evidence": [],
        "confirmed_at": each.starts_at + timedelta(minutes=each.minutes),
        "confirmed_by": _ACTOR,
    }


def _record(each: Invented, visit_id: str) -> dict[str, Any]:
    met = each.starts_at + timedelta(seconds=20) if each.had else None
    return {
        "visit_id": visit_id,
        "offered": each.minutes * 60,
        "family_seconds": each.had,
        "prison_seconds": each.had,
        "had": each.had,
        "lost": sum(each.lost.values()),
        "family_first": each.starts_at if each.came else None,
        "prison_first": met,
        "both_first": met,
        "ended_at": each.starts_at + timedelta(minutes=each.minutes),
        "ways": [],
    }
