"""broker.people: who and where, and what never shows when one of them is printed."""

from __future__ import annotations

from dataclasses import fields

import pytest

from broker.people import Inmate, Visitor
from broker.vocabulary import InmateCategory

#: What may stand in a log line: ids, and what many people share.
HARMLESS = {"id", "jail_id", "visit_id", "category", "nationality", "language", "otp_counter", "status", "decision"}
INMATE = Inmate(1, 2, "UT/1/26", "Sanjay Kolte", "Mahadev Kolte", 34, "male", InmateCategory.UNDERTRIAL, "IN")
VISITOR = Visitor("a1" * 16, "b2" * 16, "Savita Kolte", "wife", "s@family.example", "+916000000001", "en", 3)


@pytest.mark.parametrize("person", [INMATE, VISITOR], ids=["inmate", "visitor"])
def test_a_person_who_is_printed_cannot_be_told_apart(person: Inmate | Visitor) -> None:
    """Every field is either known to be harmless or hidden, so that a new field is hidden until somebody thinks."""
    assert {field.name for field in fields(person) if field.repr} <= HARMLESS
    shown = repr([person])
    hidden = [repr(getattr(person, field.name)) for field in fields(person) if field.name not in HARMLESS]
    assert [value for value in hidden if value in shown] == []
