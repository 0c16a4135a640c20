"""A migrated database of both kinds."""

from tests.support.databases import db, open_database, place

__all__ = ["db", "open_database", "place"]
