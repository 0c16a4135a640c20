"""The application, running, in the browsers' loop too."""

from tests.support.desk import desk, shown

__all__ = ["desk", "shown"]
