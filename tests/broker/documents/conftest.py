"""The databases of the storage's tests, a draft and an account that documents may belong to."""

from tests.broker.storage.conftest import db, open_database

__all__ = ["db", "open_database"]
