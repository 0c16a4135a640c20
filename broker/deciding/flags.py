"""What makes a request one to look at: flags, computed from what is known about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from broker.lifecycle import Outcome
from broker.people import Inmate, Jail
from broker.rules.model import Rule
from broker.visit import Request, Slot, Visit
from broker.vocabulary import InmateStatus

#: How a visit ended in which staff have seen who the visitors are.
_SEEN = frozenset({Outcome.COMPLETED, Outcome.ENDED_EARLY_PRISON, Outcome.ENDED_EARLY_VISITOR})


class Flag(StrEnum):
    """Why a request can't be approved with many others at once."""

    ALLOWANCE_SPENT = "allowance_spent"
    BANNED = "banned"
    DUPLICATE = "duplicate"
    ESCALATED = "escalated"
    FIRST_VISIT = "first_visit"
    INMATE_AWAY = "inmate_away"
    NO_OBJECTION = "no_objection"
    NO_RULE = "no_rule"
    NO_SLOT = "no_slot"
    NOTE = "note"
    RESTRICTED = "restricted"
    UNDER_REVIEW = "under_review"
    UNSURE_MATCH = "unsure_match"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a request. `inmate`: the person it is looked at for; `sure`: somebody has picked them, or
    number and details leave no doubt; `hold`: the slot that waits for it; `spent`: no visit is left in the slot's
    period; `no_objection`: an agency must agree first; `ruled`: the state has a rule in force on that day.
    """

    visit: Visit
    request: Request | None
    inmate: Inmate | None
    sure: bool
    hold: Slot | None
    past: tuple[Visit, ...] = ()
    duplicates: tuple[Visit, ...] = ()
    banned: bool = False
    restricted: bool = False
    ruled: bool = True
    spent: bool = False
    no_objection: bool = False
    reviewed: bool = False


def flags_of(known: Known, now: datetime) -> frozenset[Flag]:
    """Every flag of a request."""
    request, inmate = known.request, known.inmate
    raised = {
        Flag.ALLOWANCE_SPENT: known.spent,
        Flag.BANNED: known.banned,
        Flag.DUPLICATE: bool(known.duplicates),
        Flag.ESCALATED: request is not None and request.escalated_at is not None,
        Flag.FIRST_VISIT: not any(visit.outcome in _SEEN for visit in known.past),
        Flag.INMATE_AWAY: inmate is not None and inmate.status is not InmateStatus.HELD,
        Flag.NO_OBJECTION: known.no_objection,
        Flag.NO_RULE: not known.ruled,
        Flag.NO_SLOT: known.hold is None or known.hold.starts_at <= now,
        Flag.NOTE: request is not None and bool(request.note.strip()),
        Flag.RESTRICTED: known.restricted,
        Flag.UNDER_REVIEW: known.reviewed,
        Flag.UNSURE_MATCH: inmate is None or not known.sure,
    }
    return frozenset(flag for flag, up in raised.items() if up)


def agency_to_ask(inmate: Inmate, rule: Rule | None) -> str | None:
    """Whose no-objection a visit to this person needs: the agency's name, "" where only the rule asks for one, None
    where nobody does.
    """
    if inmate.no_objection:
        return inmate.no_objection
    return "" if rule is not None and inmate.category in rule.no_objection else None


def local_day(jail: Jail, at: datetime) -> date:
    """The day of the jail's calendar on which something is."""
    return at.astimezone(ZoneInfo(jail.timezone)).date()
