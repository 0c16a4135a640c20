"""The web application, running; or wired alone."""

from tests.support.asked import wired
from tests.support.desk import desk

__all__ = ["desk", "wired"]
