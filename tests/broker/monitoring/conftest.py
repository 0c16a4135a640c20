"""Both databases, with a jail in them."""

from tests.support.databases import db, open_database, place

__all__ = ["db", "open_database", "place"]
