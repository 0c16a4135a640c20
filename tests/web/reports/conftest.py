"""The staff's area to test with."""

from tests.support.desk import desk, shown

__all__ = ["desk", "shown"]
