"""The developer's pages in a real browser."""

from tests.support.desk import shown

__all__ = ["shown"]
