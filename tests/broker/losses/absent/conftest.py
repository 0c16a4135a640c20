"""The same office and databases as for all losses."""

from __future__ import annotations

from tests.broker.losses.conftest import db, office, redis, settings

__all__ = ["db", "office", "redis", "settings"]
