"""The demonstration: an invented world to seed, and visits booked and approved in it. Never in production.

Rows made here are marked `demo` in the database, and a production process that finds such rows refuses to start.
"""

from broker.demo.booking import Booked, Wish, book
from broker.demo.guard import refuse_demo_data, refuse_in_production
from broker.demo.seed import is_seeded, seed

__all__ = ["Booked", "Wish", "book", "is_seeded", "refuse_demo_data", "refuse_in_production", "seed"]
