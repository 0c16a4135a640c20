"""A meter on its way through Redis."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from rooms.wall.meter import Meter
from tests.support.clock import NOON

WHOLE = Meter(
    NOON,
    connected=True,
    audio_pps=50.0,
    video_pps=120.5,
    fps=24.5,
    audio_at=NOON - timedelta(seconds=1),
    video_at=NOON,
    muted=True,
    blanked=True,
    forwarded={"terminal:audio": 100, "monitor:video": 240},
    level=-38,
    speaking=True,
    picture_at=NOON - timedelta(seconds=9),
    luminance=101.5,
    change=3.25,
)


@pytest.mark.parametrize("meter", [WHOLE, Meter(NOON, connected=False), replace(WHOLE, level=None, speaking=None)])
def test_a_meter_is_read_as_it_was_written(meter: Meter) -> None:
    """Whole, empty, and of a room whose sound is nobody's business."""
    assert Meter.from_json(meter.to_json()) == meter


def test_what_is_not_known_is_not_written() -> None:
    """A legal room's hash has no word of a level, not even null."""
    assert set(json.loads(Meter(NOON, connected=True).to_json())) == {
        *("at", "connected", "audio_pps", "video_pps", "fps", "muted", "blanked", "weak", "unseen", "forwarded"),
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at": "yesterday", "connected": true}', '{"colour": 1}'])
def test_anything_else_is_refused(text: str) -> None:
    """No meter is made up from what is none."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        Meter.from_json(text)
