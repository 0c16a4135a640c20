"""A draft as a value: text in, the same text out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from broker.registration.draft import KEPT_FOR, STEPS, Draft, Sent, Step, finished, from_json
from tests.support.registering import FIRST_SLOT, MONDAY

SENT = Sent("a@b.example", "", FIRST_SLOT, MONDAY, MONDAY + timedelta(minutes=10))
DRAFT = Draft(
    "d" * 32, None, MONDAY + KEPT_FOR, steps={"you": {"name": " Asha "}}, sent=SENT, verified=frozenset({"a@b.example"})
)


def test_every_page_has_its_place() -> None:
    """Each step once."""
    assert sorted(STEPS) == sorted(Step)


def test_what_is_stored_comes_back_as_it_was() -> None:
    """Through JSON, spaces and all; nothing else of the row is in it."""
    again = from_json(DRAFT.id, None, DRAFT.expires_at, json.loads(json.dumps(DRAFT.to_json())))
    assert again == DRAFT
    assert again.typed(Step.YOU) == {"name": " Asha "}
    assert dict(again.typed(Step.TIMES)) == {}


def test_data_of_an_older_version_is_read() -> None:
    """What it did not write is empty."""
    assert from_json("x", None, MONDAY, {}) == Draft("x", None, MONDAY, steps={})


def test_another_wish_is_another_request() -> None:
    """What is typed anew ends what a code was sent for; the same again does not. What was proved stays proved."""
    same = DRAFT.with_typed(Step.YOU, {"name": " Asha "})
    other = DRAFT.with_typed(Step.TIMES, {"slot_1": "later"})
    assert same.sent == SENT
    assert (other.sent, other.verified) == (None, DRAFT.verified)


def test_nothing_personal_is_left_or_printed() -> None:
    """After it was sent only the visit's id remains; and a log shows no name."""
    assert finished(DRAFT, "v").to_json() == replace(Draft(DRAFT.id, None, DRAFT.expires_at), visit_id="v").to_json()
    assert "Asha" not in repr(DRAFT)
    assert "a@b" not in repr(DRAFT)
