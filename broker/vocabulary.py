"""The domain's words: every closed list of values that is stored, sent or chosen from. What people read for them is
translated where it is shown.
"""

from __future__ import annotations

from enum import StrEnum


class BlockReason(StrEnum):
    """Why a day, a terminal or a counter takes no visits."""

    EQUIPMENT = "equipment"
    HOLIDAY = "holiday"
    LOCKDOWN = "lockdown"
    OTHER = "other"
    STAFF_SHORTAGE = "staff_shortage"
    WEATHER = "weather"


class DecisionKind(StrEnum):
    """What was decided about a visit. `lapsed`: nobody decided in time; `made_up`: taken by the family in the
    place of a visit that was lost; `special`: approved outside quota and hours.
    """

    APPROVED = "approved"
    ASKED = "asked"
    CANCELLED = "cancelled"
    ESCALATED = "escalated"
    LAPSED = "lapsed"
    MADE_UP = "made_up"
    MOVED = "moved"
    REFUSED = "refused"
    SPECIAL = "special"


class Gender(StrEnum):
    """As on an identity proof."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class IdType(StrEnum):
    """Identity proofs. `passport` is an Indian one, `foreign_passport` any other state's (ICAO Doc 9303)."""

    AADHAAR = "aadhaar"
    DRIVING_LICENCE = "driving_licence"
    FOREIGN_PASSPORT = "foreign_passport"
    PAN = "pan"
    PASSPORT = "passport"
    RESIDENCE = "residence"
    VOTER = "voter"


class InmateCategory(StrEnum):
    """Why someone is held; quotas and privileges follow from it."""

    CONVICT = "convict"
    UNDERTRIAL = "undertrial"


class InmateStatus(StrEnum):
    """Where an inmate of a jail's register is now. `away`: in hospital or at court for longer."""

    AWAY = "away"
    HELD = "held"
    MOVED = "moved"
    RELEASED = "released"


class KeyPurpose(StrEnum):
    """What a key of another system opens: registers of people in prison, or the department's counts. Never both."""

    REGISTER = "register"
    REPORTS = "reports"


class LookKind(StrEnum):
    """How a monitor looked into a live room: live in picture and sound, or by small pictures among others."""

    FOLLOW = "follow"
    WALL = "wall"


class LossCause(StrEnum):
    """Why minutes of a visit were lost. `nobody_came`: a side that was not there; `no_codes`: the codes that let a
    family in did not arrive; `staff_ended`: held, started late or ended by staff.
    """

    FAMILY_NETWORK = "family_network"
    NOBODY_CAME = "nobody_came"
    NODE_DOWN = "node_down"
    NO_CODES = "no_codes"
    PRISON_NETWORK = "prison_network"
    STAFF_ENDED = "staff_ended"
    TERMINAL_DOWN = "terminal_down"


class LossSide(StrEnum):
    """Whose side a loss lay with. What lay with the prison's (ours included) is made good."""

    FAMILY = "family"
    PRISON = "prison"


class QuotaReason(StrEnum):
    """Why a line stands in the ledger."""

    ADJUSTED = "adjusted"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Relationship(StrEnum):
    """What a visitor is to the prisoner. A lawyer's visit is a legal one."""

    DOCTOR = "doctor"
    FAMILY = "family"
    FRIEND = "friend"
    LAWYER = "lawyer"
    OTHER = "other"


class RestrictionKind(StrEnum):
    """What somebody in prison is not allowed."""

    LEGAL_ONLY = "legal_only"
    NO_VIDEO = "no_video"
    NO_VISITS = "no_visits"


class ReviewCause(StrEnum):
    """What happened after a decision so that somebody must look at it again."""

    DAY_BLOCKED = "day_blocked"
    INMATE_AWAY = "inmate_away"
    INMATE_MOVED = "inmate_moved"
    INMATE_RELEASED = "inmate_released"
    INMATE_RESTRICTED = "inmate_restricted"
    TERMINAL_BLOCKED = "terminal_blocked"
    VISITOR_BANNED = "visitor_banned"


class VisitKind(StrEnum):
    """Family and friends, or a legal adviser, whom staff may see but not hear (Prisons Act s. 40)."""

    FAMILY = "family"
    LEGAL = "legal"


class VisitMode(StrEnum):
    """At a counter of the jail, or by video at one of its terminals."""

    IN_PERSON = "in_person"
    VIDEO = "video"


class VisitorDecision(StrEnum):
    """Whether this one of a visit's visitors may come."""

    APPROVED = "approved"
    PENDING = "pending"
    REFUSED = "refused"
