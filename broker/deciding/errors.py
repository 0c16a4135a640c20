"""Everything that deciding can refuse, in one tree.

BrokerError
└── DecidingError
    ├── BadDecision           the command contradicts itself, or lacks words
    ├── Flagged               it can't be approved with others at once
    ├── InmateElsewhere       the person isn't held there now
    ├── NoObjectionNeeded     an agency must agree first
    ├── NobodyAdmitted        every visitor would be refused
    ├── NotYours              another account's visit
    ├── NotPermitted          a restriction stands against it
    ├── SlotNotOffered        not a slot of the jail's calendar, blocked, or past
    ├── TooLate               the visit has begun, or is over
    ├── TooManyVisitors       more people than the rule allows
    └── VisitorBanned         a visitor may not visit

Beside these a decision raises IllegalTransition, InmateBooked, NotFound and SlotTaken (broker.errors), and QuotaSpent
and NoRule (broker.quota.errors, broker.rules.errors).
"""

from __future__ import annotations

from datetime import date

from broker.errors import BrokerError
from broker.vocabulary import InmateStatus, RestrictionKind


class DecidingError(BrokerError):
    """A decision that can't be taken; nothing was changed."""

    id = "deciding_error"


class BadDecision(DecidingError):
    """The command lacks something or contradicts itself. `field` says where."""

    id = "bad_decision"

    def __init__(self, field: str) -> None:
        super().__init__(f"the decision's {field} can't be")
        self.field = field


class Flagged(DecidingError):
    """Somebody has to look at it first; `flags` says why (`broker.deciding.flags.Flag` values)."""

    id = "flagged"

    def __init__(self, flags: tuple[str, ...]) -> None:
        super().__init__("somebody has to look at it first")
        self.flags = flags


class InmateElsewhere(DecidingError):
    """The person is released, was moved, or is away; `status` says which."""

    id = "inmate_elsewhere"

    def __init__(self, status: InmateStatus) -> None:
        super().__init__(f"the inmate is {status}")
        self.status = status


class NoObjectionNeeded(DecidingError):
    """Nobody may visit before an agency has agreed; `agency` is its name as the register has it, "" if it has none."""

    id = "no_objection_needed"

    def __init__(self, agency: str) -> None:
        super().__init__("a no-objection is needed first")
        self.agency = agency


class NobodyAdmitted(DecidingError):
    """Every visitor of the visit would be refused: refuse the request instead."""

    id = "nobody_admitted"


class NotPermitted(DecidingError):
    """A restriction on the inmate stands against this visit."""

    id = "not_permitted"

    def __init__(self, kind: RestrictionKind, until: date | None) -> None:
        super().__init__(f"the inmate's restriction {kind} stands against it")
        self.kind = kind
        self.until = until


class NotYours(DecidingError):
    """The visit belongs to another account. Show it as one that doesn't exist."""

    id = "not_yours"


class SlotNotOffered(DecidingError):
    """The interval is past, blocked, or none of the jail's slots; `why` is a `broker.slots.availability.Unavailable`
    value.
    """

    id = "slot_not_offered"

    def __init__(self, why: str) -> None:
        super().__init__(f"the slot can't be used: {why}")
        self.why = why


class TooLate(DecidingError):
    """The visit's slot has begun, or is over."""

    id = "too_late"


class TooManyVisitors(DecidingError):
    """More visitors than the rule allows for this mode; `most` is how many it does."""

    id = "too_many_visitors"

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most} visitors")
        self.most = most


class VisitorBanned(DecidingError):
    """Visitors who may not visit would be let in. Carries their ids."""

    id = "visitor_banned"

    def __init__(self, visitor_ids: tuple[str, ...]) -> None:
        super().__init__("a visitor may not visit")
        self.visitor_ids = visitor_ids
