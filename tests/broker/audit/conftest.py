"""The audit's tests run on both databases."""

from tests.support.databases import db, open_database, place

__all__ = ["db", "open_database", "place"]
