"""What is filled in the next time."""

from __future__ import annotations

from broker.registration.draft import Draft
from broker.registration.profile import profile_of, steps_of
from tests.support.registering import MONDAY


def test_the_next_request_begins_with_what_was_typed_last() -> None:
    """Who asks, with their photo, and whom they visit; not the times, or what the jail should know this time."""
    steps = {
        "you": {"name": "Savita"},
        "prisoner": {"name": "Sanjay"},
        "photo": {"document_id": "x"},
        "times": {"slot_1": "then"},
        "letter": {"language": "hi", "note": "A wheelchair."},
    }
    again = steps_of(profile_of(Draft("d", None, MONDAY, steps=steps)))
    del steps["times"], steps["letter"]["note"]
    assert again == steps


def test_an_account_that_never_asked_fills_in_nothing() -> None:
    """Also one whose profile was written by something else."""
    assert steps_of({}) == {}
    assert steps_of({"steps": {"you": "text"}}) == {}
