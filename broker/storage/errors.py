"""What storage can refuse beside what the visit on paper does.

BrokerError
└── VisitsOverlap    visits from before the rule that a person in prison has one visit at a time
"""

from __future__ import annotations

from collections.abc import Sequence

from broker.errors import BrokerError


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
