"""Every error id, field and choice has its words."""

from __future__ import annotations

from aiohttp import web

from broker.documents.errors import BY_ID
from broker.identity.errors import PhoneFault, ProofFault
from broker.registration.companions import FIELDS as COMPANION_FIELDS
from broker.registration.draft import STEPS, Step
from broker.slots.availability import Unavailable
from broker.vocabulary import Gender, IdType, Relationship, VisitMode
from tests.support.asked import asked
from web.register import pages, words
from web.register.faults import FAULTS


def test_every_error_id_has_a_sentence() -> None:
    """Of fields, numbers, proofs and files; each says something of its own."""
    known = {"required", "too_long", "choose", "born", "age", "bad_email", "same_email", "not_admitted", "not_offered"}
    known |= {"too_many_people", "no_such_jail", *BY_ID}
    known |= {f"phone_{fault}" for fault in PhoneFault} | {f"proof_{fault}" for fault in ProofFault}
    assert known <= set(FAULTS)


def test_every_field_and_choice_is_named() -> None:
    """What a page shows, and what the last page repeats."""
    assert set(words.TITLES) == set(words.LABELS) == set(STEPS)
    for step, names in pages.FIELDS.items():
        assert set(names) == set(words.LABELS[step])
    assert set(COMPANION_FIELDS) == set(words.LABELS[Step.COMPANIONS])
    for field, values in (("gender", Gender), ("relationship", Relationship), ("id_type", IdType), ("mode", VisitMode)):
        assert set(words.CHOICES[field]) == set(values)
    assert set(words.CLOSED) == set(Unavailable)


def test_sentences_carry_their_limits(wired: web.Application) -> None:
    """And an id without words of its own asks to look again."""
    request = asked(wired, "/visits/new/photo")
    assert "at most 8 megabytes" in words.fault(request, "too_large_file")
    assert "more than 10 pages" in words.fault(request, "too_many_pages")
    assert words.fault(request, "never heard of") == words.fault(request, "choose")
    assert words.progress(request, Step.YOU) == "Step 1 of 10"
    assert words.closed(request, Unavailable.FULL) == "full"
