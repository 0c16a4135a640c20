"""The web application, running, for families."""

from tests.support.desk import desk

__all__ = ["desk"]
