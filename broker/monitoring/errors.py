"""What monitoring on paper refuses.

BrokerError
└── MonitoringError
    └── AlreadyTicked   somebody ticked this alert off before; carries who and when
"""

from __future__ import annotations

from datetime import datetime

from broker.errors import BrokerError


class MonitoringError(BrokerError):
    """Anything the monitors' records refuse."""

    id = "monitoring_error"


class AlreadyTicked(MonitoringError):
    """The alert was ticked off `at`, by the staff member with this id."""

    id = "already_ticked"

    def __init__(self, staff_id: int, at: datetime) -> None:
        super().__init__("the alert was ticked off before")
        self.staff_id = staff_id
        self.at = at
