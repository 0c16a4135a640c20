"""Visits in the store: rows from values, questions, and the steps that change them."""

from broker.storage.visits.visits import Visits

__all__ = ["Visits"]
