"""The wire."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.facts import EndReason
from signaling.errors import BadMessage
from signaling.messages import CLIENT_MESSAGES, Candidate, Ended, Error, Ready, Report, parse, write
from tests.support.clock import NOON

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
TYPES = ["hello", "resume", "ready", "answer", "candidate", "media", "report", "leave", "pong", "welcome"]


@given(st.text(max_size=200) | JSON.map(json.dumps))
def test_anything_else_than_a_message_is_refused_and_nothing_worse(text: str) -> None:
    """Whatever text arrives, the answer is a message or BadMessage."""
    with contextlib.suppress(BadMessage):
        assert isinstance(parse(text), CLIENT_MESSAGES)


@given(st.sampled_from(TYPES), st.dictionaries(st.text(max_size=10), JSON, max_size=5))
def test_known_types_with_wrong_fields_are_refused(kind: str, fields: dict[str, object]) -> None:
    """A known type does not excuse its fields."""
    try:
        message = parse(json.dumps({**fields, "type": kind}))
    except BadMessage:
        return
    assert kind in ("leave", "pong", "report")
    assert message.type == kind


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "ready", "devices": {"camera": 1, "microphone": true}}',
        '{"type": "hello", "version": 1, "ticket": ""}',
        '{"type": "resume", "version": 1, "session": "x", "last_seq": -1}',
        '{"type": "media", "audio": "yes", "video": true}',
        '{"type": "report", "loss_in": NaN}',
        '{"type": "report", "rtt_ms": -1}',
        '{"type": "join"}',
        "[" * 5000,
        "",
    ],
)
def test_nearly_right_messages_are_refused(text: str) -> None:
    """Types are not guessed at, numbers are within reason."""
    with pytest.raises(BadMessage):
        parse(text)


def test_unknown_fields_are_ignored() -> None:
    """A newer page may say more than this node understands."""
    message = parse('{"type": "ready", "devices": {"camera": true, "microphone": false}, "mood": "good"}')
    assert isinstance(message, Ready)
    assert (message.devices.camera, message.devices.microphone) == (True, False)


@pytest.mark.parametrize(
    "candidate", [None, "candidate:1 1 udp 1 192.0.2.1 9 typ host", {"candidate": "", "sdpMid": "0"}]
)
def test_candidates_come_in_every_form_browsers_give_them(candidate: object) -> None:
    """As an object, as text, or null at their end."""
    message = parse(json.dumps({"type": "candidate", "offer": 1, "candidate": candidate}))
    assert isinstance(message, Candidate)
    assert message.candidate == candidate


def test_a_report_may_know_little() -> None:
    """What a browser can't measure is null."""
    message = parse('{"type": "report", "rtt_ms": null, "loss_in": 0.02}')
    assert isinstance(message, Report)
    assert (message.rtt_ms, message.loss_in, message.fps) == (None, 0.02, None)


def test_times_are_written_in_utc_with_milliseconds() -> None:
    """As ISO 8601 with a Z."""
    ended = json.loads(write(Ended(seq=4, reason=EndReason.SLOT_OVER, ended_at=NOON, planned_end=NOON)))
    assert ended == {
        "seq": 4,
        "type": "ended",
        "reason": "slot_over",
        "ended_at": "2026-03-02T12:00:00.000Z",
        "planned_end": "2026-03-02T12:00:00.000Z",
    }


def test_an_error_says_when_to_try_again_only_if_it_knows() -> None:
    """`retry_after` is left out otherwise."""
    assert "retry_after" not in json.loads(write(Error(id="bad_message", fatal=True)))
    assert json.loads(write(Error(id="too_fast", fatal=True, retry_after=2)))["retry_after"] == 2


def test_secrets_do_not_stand_in_a_messages_repr() -> None:
    """A message that is logged by mistake shows neither ticket nor session nor SDP."""
    for text in (
        '{"type": "hello", "version": 1, "ticket": "s3cret"}',
        '{"type": "resume", "version": 1, "session": "s3cret", "last_seq": 0}',
        '{"type": "answer", "offer": 1, "sdp": "s3cret"}',
    ):
        assert "s3cret" not in repr(parse(text))
