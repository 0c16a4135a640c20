"""What is decided about visits: the commands, parsed at the door. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from broker.mail.offers import NOTHING, Offer
from broker.people import Identity
from broker.reasons import AskFor, CancelReason, RefusalReason
from broker.visit import Prisoner, Slot


@dataclass(frozen=True, slots=True)
class Approval:
    """Approve a request for this inmate into this slot. `refused`: visitors who may not come, each with the reason's
    words. `special`: why this is a session outside allowance and hours ("" for an ordinary one). `no_objection`: the
    agency's paper has been seen.
    """

    visit_id: str
    inmate_id: int
    slot: Slot
    refused: Mapping[str, str] = field(default_factory=dict)
    special: str = field(repr=False, default="")
    no_objection: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refuse a request. `text` is what the family reads beside the reason ("" for nothing; needed for `other`).
    `inmate_id`: whom of the register the desk took it to mean, for the record alone; None where nobody fits.
    """

    visit_id: str
    reason: RefusalReason
    text: str = field(repr=False, default="")
    offer: Offer = NOTHING
    inmate_id: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Ask the family for something before deciding. `wants` holds at least one; `text` is needed for `other`."""

    visit_id: str
    wants: tuple[AskFor, ...]
    text: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Cancel a visit (live or undecided) for the jail. `text` is what the family reads beside the reason."""

    visit_id: str
    reason: CancelReason
    text: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Put an approved visit into another slot, for a reason the family reads."""

    visit_id: str
    slot: Slot
    text: str = field(repr=False, default="")
    special: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a family answers: only what is given changes. `visitors`: new name and identity by visitor id; `note` is
    added to what the jail should know.
    """

    visitors: Mapping[str, tuple[str, Identity]] = field(repr=False, default_factory=dict)
    prisoner: Prisoner | None = field(repr=False, default=None)
    note: str = field(repr=False, default="")


#: The beginnings of slots a family would take (UTC), best first.
Preferences = tuple[datetime, ...]
