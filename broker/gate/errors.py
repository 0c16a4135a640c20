"""What the gate refuses.

BrokerError
└── GateError
    ├── PassNotGood      nobody may be let in by this pass now; carries why (a `Standing`)
    └── TooEarlyToMiss   the visitor may still come; carries when that is over
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from broker.errors import BrokerError

if TYPE_CHECKING:
    from broker.gate.standing import Standing


class GateError(BrokerError):
    """Anything the gate refuses."""

    id = "gate_error"


class PassNotGood(GateError):
    """Nobody may be let in by this pass now, or the visit can't be called missed; `standing` says why."""

    id = "pass_not_good"

    def __init__(self, standing: Standing) -> None:
        super().__init__(f"the pass is {standing}")
        self.standing = standing


class TooEarlyToMiss(GateError):
    """Nobody is missing yet: the visitor is waited for until `until`."""

    id = "too_early_to_miss"

    def __init__(self, until: datetime) -> None:
        super().__init__("the visitor may still come")
        self.until = until
