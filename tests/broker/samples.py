"""Visits as values, for tests that need no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from broker.outbox import OutboxMail
from broker.visit import (
    Inmate,
    InmateCategory,
    Jail,
    Slot,
    Terminal,
    Visit,
    VisitKind,
    Visitor,
    VisitStatus,
    new_id,
)
from broker.visrn import VisRN
from tests.support.clock import NOON

JAIL = Jail(4, 25, 35, "Yerwada Central Prison", "Pune", "Asia/Kolkata", "020-2660 0000")


def a_visitor(visit_id: str, *, language: str = "en", name: str = "Asha Pawar") -> Visitor:
    """A visitor of that visit."""
    return Visitor(new_id(), visit_id, name, "wife", "asha@family.example", "+916000000001", language, 0)


def a_visit(
    *,
    starts_at: datetime = NOON,
    status: VisitStatus = VisitStatus.APPROVED,
    kind: VisitKind = VisitKind.FAMILY,
    visitors: int = 1,
    language: str = "en",
) -> Visit:
    """A visit of fifteen minutes in an Indian jail."""
    visit_id, ends_at = new_id(), starts_at + timedelta(minutes=15)
    return Visit(
        id=visit_id,
        visrn=VisRN(25, 35, 55, 2021),
        jail=JAIL,
        terminal=Terminal(1, JAIL.id, "T1", paired=True),
        inmate=Inmate(1, JAIL.id, "UT/1", "Sanjay", "Mahadev", 34, "male", InmateCategory.UNDERTRIAL, "IN"),
        kind=kind,
        status=status,
        slot=Slot(1, starts_at, ends_at),
        starts_at=starts_at,
        ends_at=ends_at,
        visitors=tuple(a_visitor(visit_id, language=language) for _ in range(visitors)),
    )


def a_mail(at: datetime = NOON, **changes: Any) -> OutboxMail:
    """A mail as the outbox keeps it; keywords change fields."""
    fields: dict[str, Any] = {
        "name": "approved", "to": "asha@family.example", "subject": "नमस्ते", "text": "Text\n", "html": "<p>Text</p>",
        "created_at": at,
    }  # fmt: skip
    return OutboxMail(**(fields | changes))
