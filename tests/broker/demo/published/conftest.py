"""Both databases."""

from tests.support.databases import db, open_database

__all__ = ["db", "open_database"]
