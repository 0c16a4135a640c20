"""The staff's area, running, at a time at which the day is long."""

from tests.support.desk import midday_desk, shown

__all__ = ["midday_desk", "shown"]
