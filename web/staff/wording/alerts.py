"""What the staff's pages say is amiss in a live room, and how bad an incident was."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.sessions.model import Severity
from config.i18n import N_
from rooms.wall.alert import AlertKind

#: What is amiss in a live room.
ALERTS: Mapping[AlertKind, str] = MappingProxyType(
    {
        AlertKind.DARK: N_("Dark picture."),
        AlertKind.DROPPED: N_("Somebody dropped out of the call."),
        AlertKind.FROZEN: N_("Frozen picture."),
        AlertKind.ONE_WAY: N_("One side is not seen or heard by the other."),
        AlertKind.SILENCE: N_("Long silence."),
    }
)

#: How bad an incident was.
SEVERITIES: Mapping[Severity, str] = MappingProxyType(
    {
        Severity.GRAVE: N_("Grave: to be looked at today"),
        Severity.MINOR: N_("Minor"),
        Severity.SERIOUS: N_("Serious"),
    }
)
