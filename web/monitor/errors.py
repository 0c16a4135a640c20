"""Refusals of a monitor's acts; each id has its sentence in `monitor/said.html`.

MulakatError
└── MonitorError
    ├── AlertGone        what was to be ticked off is over already
    ├── DoneAlready      a colleague was faster: it is as asked for
    ├── RoomOver         the room has ended, or was never started
    ├── ReasonNeeded     the act asks for one of the reasons, "other" for a text as well
    ├── SideNeeded       the act is about one side, and none was named
    └── WarningNeeded    a warning says something prepared, or a text of at most 300 characters
"""

from __future__ import annotations

from config.errors import MulakatError


class MonitorError(MulakatError):
    """Base of the refusals of a monitor's act."""

    id = "monitor_error"


class AlertGone(MonitorError):
    """What was to be ticked off is over already."""

    id = "alert_gone"


class DoneAlready(MonitorError):
    """A colleague was faster: the side is as it was asked to be."""

    id = "done_already"


class ReasonNeeded(MonitorError):
    """The act asks for one of the reasons, and "other" for a text as well."""

    id = "reason_needed"


class RoomOver(MonitorError):
    """The room has ended, or was never started."""

    id = "room_over"


class SideNeeded(MonitorError):
    """The act is about one side, and none was named."""

    id = "side_needed"


class WarningNeeded(MonitorError):
    """A warning says something prepared, or a text that is not too long; not both and not nothing."""

    id = "warning_needed"
