"""web.terminal.health: what a terminal's page says of itself, and what that is worth."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support.clock import NOON
from web.terminal.health import FIT, STALE, DeviceState, Health, Report, kept

REPORT = Report(camera=DeviceState.OK, microphone=DeviceState.SILENT, tested=12.5, rtt=24, open=3600, in_call=False)


def test_spans_become_times_of_our_own_clock() -> None:
    """A terminal whose clock is wrong says nothing wrong."""
    health = kept(REPORT, "Chrome, Linux", NOON)
    assert (health.at, health.since) == (NOON, NOON - timedelta(hours=1))
    assert health.tested_at == NOON - timedelta(seconds=12.5)
    assert kept(REPORT.model_copy(update={"tested": None}), "", NOON).tested_at is None


@given(
    st.builds(
        Report,
        camera=st.sampled_from(DeviceState),
        microphone=st.sampled_from(DeviceState),
        tested=st.none() | st.floats(0, 86_400),
        rtt=st.none() | st.integers(0, 120_000),
        open=st.floats(0, 86_400),
        in_call=st.booleans(),
        done=st.text(max_size=64),
    )
)
def test_what_is_kept_is_read_back(report: Report) -> None:
    """Through Redis, for every report a page may send."""
    health = kept(report, "Firefox, Windows", NOON)
    assert Health.from_json(health.to_json()) == health


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"camera": "great", "microphone": "ok", "open": 1, "in_call": false}',
        '{"camera": "ok", "microphone": "ok", "open": -1, "in_call": false}',
        '{"camera": "ok", "microphone": "ok", "open": 1, "in_call": false, "name": "x"}',
        '{"camera": "ok", "microphone": "ok", "open": 1, "in_call": false, "done": "' + "x" * 65 + '"}',
        '{"camera": "ok", "microphone": "ok", "open": NaN, "in_call": false}',
    ],
)
def test_what_is_no_report_is_refused(text: str) -> None:
    """Nothing else gets onto the console."""
    with pytest.raises(ValidationError):
        Report.model_validate_json(text)


def test_devices_that_would_keep_a_session_from_being_held_are_not_fit() -> None:
    """A microphone that was silent, or could not be listened to, is no reason; a dark camera is."""
    fit = {state for state in DeviceState if kept(REPORT.model_copy(update={"camera": state}), "", NOON).fit}
    assert fit == FIT
    assert DeviceState.DARK not in fit


def test_old_words_are_stale() -> None:
    """After half a minute: the page speaks every ten seconds."""
    health = kept(REPORT, "", NOON)
    assert not health.stale(NOON + STALE)
    assert health.stale(NOON + STALE + timedelta(milliseconds=1))
