"""rooms.wall.alert: what tells one alert from another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rooms.wall.alert import Alert, AlertKind

SINCE = datetime(2026, 3, 2, 5, 45, tzinfo=UTC)


@pytest.mark.parametrize("participant", ["", "terminal-7", "8d0c1f6e"])
@pytest.mark.parametrize("kind", AlertKind)
def test_an_alert_is_read_back_from_the_field_it_stands_under(kind: AlertKind, participant: str) -> None:
    """Kind and participant are all that tells a room's alerts apart."""
    alert = Alert(kind, participant, SINCE)
    assert Alert.from_field(alert.key, SINCE) == alert


def test_an_unknown_field_is_refused() -> None:
    """A word of a later version is no alert of this one."""
    with pytest.raises(ValueError, match="upside_down"):
        Alert.from_field("upside_down:terminal-7", SINCE)
