"""Why a request is refused or a visit cancelled, and what a family is asked for.

The values are stored and sent. `NAMES` holds the short words a desk chooses from and a report counts by, marked for
translation; the sentences a family reads belong to the letters and pages that say them. As members of a StrEnum are
equal where their values are, a value that stands in several lists has one name in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from broker.vocabulary import ReviewCause
from config.i18n import N_


class AskFor(StrEnum):
    """What is wanted from a visitor before their request can be decided."""

    BETTER_ID = "better_id"
    OTHER = "other"
    PRISONER_DETAILS = "prisoner_details"
    RELATIONSHIP = "relationship"
    VISITOR_DETAILS = "visitor_details"


class CancelReason(StrEnum):
    """Why a visit does not take place. `by_visitor` is the family's own; all others are the jail's."""

    AWAY = "away"
    BOOKED_IN_ERROR = "booked_in_error"
    BY_PRISONER = "by_prisoner"
    BY_VISITOR = "by_visitor"
    CAPACITY = "capacity"
    EQUIPMENT = "equipment"
    LOCKDOWN = "lockdown"
    MOVED = "moved"
    OTHER = "other"
    RELEASED = "released"
    RESTRICTED = "restricted"
    VISITOR_BANNED = "visitor_banned"
    WEATHER = "weather"


class RefusalReason(StrEnum):
    """Why a request is refused. Two only the worker gives: `not_decided`, nobody decided in time, with an apology; and
    `not_answered`, the family was asked for something that did not come in time.
    """

    AWAY = "away"
    BANNED = "banned"
    DUPLICATE = "duplicate"
    ID_UNCLEAR = "id_unclear"
    MOVED = "moved"
    NOT_ANSWERED = "not_answered"
    NOT_DECIDED = "not_decided"
    NOT_ON_LIST = "not_on_list"
    NOT_PERMITTED = "not_permitted"
    NO_ALLOWANCE = "no_allowance"
    NO_MATCH = "no_match"
    NO_OBJECTION = "no_objection"
    OTHER = "other"
    RELEASED = "released"
    SLOT_UNAVAILABLE = "slot_unavailable"


#: Reasons that say nothing without words of one's own.
TEXT_NEEDED = frozenset({AskFor.OTHER, CancelReason.OTHER, RefusalReason.OTHER})

#: What staff may choose: not what the family or the worker says.
STAFF_REFUSES = tuple(
    reason for reason in RefusalReason if reason not in {RefusalReason.NOT_ANSWERED, RefusalReason.NOT_DECIDED}
)
STAFF_CANCELS = tuple(reason for reason in CancelReason if reason is not CancelReason.BY_VISITOR)

#: Which cancellation a review most often ends in: what the desk proposes first.
PROPOSED: Mapping[ReviewCause, CancelReason] = MappingProxyType(
    {
        ReviewCause.DAY_BLOCKED: CancelReason.LOCKDOWN,
        ReviewCause.INMATE_AWAY: CancelReason.AWAY,
        ReviewCause.INMATE_MOVED: CancelReason.MOVED,
        ReviewCause.INMATE_RELEASED: CancelReason.RELEASED,
        ReviewCause.INMATE_RESTRICTED: CancelReason.RESTRICTED,
        ReviewCause.TERMINAL_BLOCKED: CancelReason.EQUIPMENT,
        ReviewCause.VISITOR_BANNED: CancelReason.VISITOR_BANNED,
    }
)

NAMES: Mapping[AskFor | CancelReason | RefusalReason, str] = MappingProxyType(
    {
        AskFor.BETTER_ID: N_("A better picture of the identity proof"),
        AskFor.OTHER: N_("Something else"),
        AskFor.PRISONER_DETAILS: N_("Corrected details of the person in prison"),
        AskFor.RELATIONSHIP: N_("Proof of the relationship"),
        AskFor.VISITOR_DETAILS: N_("Corrected details of the visitor"),
        CancelReason.AWAY: N_("In hospital or at court"),
        CancelReason.BOOKED_IN_ERROR: N_("Booked in error"),
        CancelReason.BY_PRISONER: N_("By the person in prison"),
        CancelReason.BY_VISITOR: N_("By the visitor"),
        CancelReason.CAPACITY: N_("Not enough room or staff"),
        CancelReason.EQUIPMENT: N_("Equipment out of order"),
        CancelReason.LOCKDOWN: N_("No visits on that day"),
        CancelReason.MOVED: N_("Moved to another jail"),
        CancelReason.OTHER: N_("Something else"),
        CancelReason.RELEASED: N_("Released"),
        CancelReason.RESTRICTED: N_("Visits are restricted"),
        CancelReason.VISITOR_BANNED: N_("A visitor may not visit"),
        CancelReason.WEATHER: N_("Weather"),
        RefusalReason.AWAY: N_("In hospital or at court"),
        RefusalReason.BANNED: N_("The visitor may not visit"),
        RefusalReason.DUPLICATE: N_("Asked for twice"),
        RefusalReason.ID_UNCLEAR: N_("The identity proof is unclear or does not match"),
        RefusalReason.MOVED: N_("Moved to another jail"),
        RefusalReason.NO_ALLOWANCE: N_("No visits left for now"),
        RefusalReason.NO_MATCH: N_("The details match nobody"),
        RefusalReason.NO_OBJECTION: N_("The no-objection is missing"),
        RefusalReason.NOT_ANSWERED: N_("What was asked for did not come in time"),
        RefusalReason.NOT_DECIDED: N_("Not decided in time"),
        RefusalReason.NOT_ON_LIST: N_("Not on the list of visitors"),
        RefusalReason.NOT_PERMITTED: N_("Not permitted"),
        RefusalReason.OTHER: N_("Something else"),
        RefusalReason.RELEASED: N_("Released"),
        RefusalReason.SLOT_UNAVAILABLE: N_("The time is not available"),
    }
)
