"""What storage can refuse beside what the visit on paper does.

BrokerError
├── DatabaseAway     no connection to the database
├── TablesBehind     no tables yet, or those of an older version
└── VisitsOverlap    visits from before the rule that a person in prison has one visit at a time
"""

from __future__ import annotations

from collections.abc import Sequence

from broker.errors import BrokerError


class DatabaseAway(BrokerError):
    """No connection could be made; `reason` is the kind of error that came instead. `host` is empty for a file."""

    id = "database_away"

    def __init__(self, host: str, port: int | None, reason: str) -> None:
        place = f" at {host}:{port}" if host else ""
        super().__init__(f"The database{place} takes no connection ({reason}): see MULAKAT_DATABASE_URL.")
        self.host = host
        self.port = port
        self.reason = reason


class TablesBehind(BrokerError):
    """The database has no tables yet (`found` is None), or those of a revision before the one that is needed."""

    id = "tables_behind"

    def __init__(self, found: str | None, needed: str) -> None:
        what = (
            "has no tables yet" if found is None else f"has the tables of revision {found}, not yet those of {needed}"
        )
        super().__init__(f"The database {what}: run `python -m broker migrate`, then start this again.")
        self.found = found
        self.needed = needed


class VisitsOverlap(BrokerError):
    """The newest tables can't hold what is stored; nothing was changed. `visrns` are the visits that were asked for
    later than another one of the same person at the same time.
    """

    id = "visits_overlap"

    def __init__(self, visrns: Sequence[str]) -> None:
        super().__init__(
            f"These visits overlap another one of the same person in prison: {', '.join(visrns)}. Cancel them or move "
            "them to another time with the version that runs now, then migrate again."
        )
        self.visrns = tuple(visrns)
