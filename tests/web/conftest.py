"""The web application, running; or wired alone."""

from tests.support.asked import wired
from tests.support.desk import desk
from tests.support.pages import browsers

__all__ = ["browsers", "desk", "wired"]
