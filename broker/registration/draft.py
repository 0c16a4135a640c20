"""A registration while it is typed: page by page, exactly as typed, so that nothing is lost on an error or going back.

What was typed is text by field; whether it is right is worked out each time it is read (`broker.registration.form`),
never stored: a rule may change between two pages, and a day passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

#: How long what was typed is kept after the last page that was sent.
KEPT_FOR = timedelta(hours=24)

Typed = Mapping[str, str]
_NOTHING: Typed = MappingProxyType({})


class Step(StrEnum):
    """The pages on which something is typed. Their order is `STEPS`."""

    COMPANIONS = "companions"
    CONTACT = "contact"
    HOW = "how"
    JAIL = "jail"
    LETTER = "letter"
    PHOTO = "photo"
    PRISONER = "prisoner"
    PROOF = "proof"
    TIMES = "times"
    YOU = "you"


STEPS = (
    Step.YOU,
    Step.CONTACT,
    Step.PROOF,
    Step.PHOTO,
    Step.JAIL,
    Step.PRISONER,
    Step.HOW,
    Step.COMPANIONS,
    Step.TIMES,
    Step.LETTER,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """Codes are on their way to `email`, and to `mobile` ("" where the state sends no SMS), for the slot that begins at
    `starts_at`. `resend_at`: when the next may be asked for; `expires_at`: until when the slot is held (all UTC).
    """

    email: str = field(repr=False)
    mobile: str = field(repr=False)
    starts_at: datetime
    resend_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A registration being typed. `steps`: the text of each field by page; `timezone`: the IANA zone of the reader's
    clock ("" while unknown); `reached`: the last page was seen once; `verified`: addresses and numbers that a code has
    reached and come back from; `visit_id`: it was sent, and this is the visit.
    """

    id: str
    account_id: str | None
    expires_at: datetime
    steps: Mapping[str, Typed] = field(repr=False, default_factory=lambda: MappingProxyType({}))
    timezone: str = ""
    reached: bool = False
    sent: Sent | None = None
    verified: frozenset[str] = field(repr=False, default=frozenset())
    visit_id: str | None = None

    def typed(self, step: Step) -> Typed:
        """What stands on one page so far; {} before it was first seen."""
        return self.steps.get(step.value, _NOTHING)

    def with_typed(self, step: Step, typed: Typed) -> Draft:
        """The draft with one page typed anew. What a slot was held and a code was sent for is another request then."""
        if dict(self.typed(step)) == dict(typed):
            return self
        return replace(self, steps={**self.steps, step.value: dict(typed)}, sent=None)

    def to_json(self) -> dict[str, Any]:
        """What is stored as its data."""
        return {
            "steps": {step: dict(typed) for step, typed in self.steps.items()},
            "timezone": self.timezone,
            "reached": self.reached,
            "sent": None if self.sent is None else _sent_to_json(self.sent),
            "verified": sorted(self.verified),
            "visit": self.visit_id,
        }


def from_json(draft_id: str, account_id: str | None, expires_at: datetime, data: Mapping[str, Any]) -> Draft:
    """The draft that `to_json` wrote; what an older version did not write is empty."""
    sent = data.get("sent")
    return Draft(
        id=draft_id,
        account_id=account_id,
        expires_at=expires_at,
        steps=data.get("steps", {}),
        timezone=data.get("timezone", ""),
        reached=bool(data.get("reached")),
        sent=None if not sent else _sent_from_json(sent),
        verified=frozenset(data.get("verified", ())),
        visit_id=data.get("visit"),
    )


def finished(draft: Draft, visit_id: str) -> Draft:
    """The draft after it was sent: nothing but which visit came of it, so that sending it twice is one visit."""
    return Draft(draft.id, draft.account_id, draft.expires_at, visit_id=visit_id)


def _sent_to_json(sent: Sent) -> dict[str, str]:
    return {
        "email": sent.email,
        "mobile": sent.mobile,
        "starts_at": sent.starts_at.isoformat(),
        "resend_at": sent.resend_at.isoformat(),
        "expires_at": sent.expires_at.isoformat(),
    }


def _sent_from_json(data: Mapping[str, str]) -> Sent:
    times = (datetime.fromisoformat(data[name]) for name in ("starts_at", "resend_at", "expires_at"))
    return Sent(data["email"], data["mobile"], *times)
