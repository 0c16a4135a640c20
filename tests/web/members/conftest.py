"""The staff's area, running."""

from tests.support.desk import shown

__all__ = ["shown"]
