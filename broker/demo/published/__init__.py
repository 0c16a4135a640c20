"""The table that Maharashtra published in February 2025, as visits: what the reports are measured and shown with."""

from broker.demo.published.fill import Filled, fill

__all__ = ["Filled", "fill"]
