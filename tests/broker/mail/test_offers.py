"""Offers: what is one, and what is none."""

from __future__ import annotations

from datetime import date

from broker.mail.offers import NOTHING, MadeGood, Offer
from broker.vocabulary import LossCause, LossSide
from tests.support.clock import NOON


def test_offer_of_neither_a_slot_nor_a_day_is_nothing() -> None:
    """A letter says nothing of it."""
    assert not NOTHING
    assert Offer((NOON,))
    assert Offer(from_date=date(2026, 3, 9))


def test_what_is_made_good_cites_its_rule_in_each_readers_language() -> None:
    """One offer, several readers."""
    made = MadeGood(540, 900, ((LossCause.NODE_DOWN, LossSide.PRISON),), (), NOON, "rule in {}".format)
    assert [made.citation(language) for language in ("hi", "bn")] == ["rule in hi", "rule in bn"]
