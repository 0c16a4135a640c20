"""The staff's area, running."""

from tests.support.desk import midday_desk, shown

__all__ = ["midday_desk", "shown"]
