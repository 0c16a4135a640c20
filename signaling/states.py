"""The conversation's state machine: one table. What is not in it is illegal, raises, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from signaling.errors import IllegalMessage


class Stage(StrEnum):
    """How far a socket has come."""

    ADMITTING = "admitting"  # ticket or session is being looked up
    CHECKING = "checking"  # in the room, devices not chosen yet
    CLOSED = "closed"  # nothing more is said or heard
    CONNECTED = "connected"  # the offer was answered
    GREETING = "greeting"  # nothing said yet
    NEGOTIATING = "negotiating"  # offer sent
    READY = "ready"  # an offer is being made


class Event(StrEnum):
    """What moves it: a client's message by its type, or something of the server's."""

    ADMITTED = "(admitted)"
    ANSWER = "answer"
    CANDIDATE = "candidate"
    CLOSE = "(closed)"
    HELLO = "hello"
    KEPT = "(admitted, media kept)"
    LEAVE = "leave"
    MEDIA = "media"
    OFFERED = "(offered)"
    PONG = "pong"
    READY = "ready"
    REPORT = "report"
    RESTART = "restart"
    RESUME = "resume"


_OFFERED = (Stage.READY, Stage.NEGOTIATING, Stage.CONNECTED)
_INSIDE = (Stage.CHECKING, *_OFFERED)

TABLE: Mapping[tuple[Stage, Event], Stage] = {
    (Stage.GREETING, Event.HELLO): Stage.ADMITTING,
    (Stage.GREETING, Event.RESUME): Stage.ADMITTING,
    (Stage.ADMITTING, Event.ADMITTED): Stage.CHECKING,
    (Stage.ADMITTING, Event.KEPT): Stage.CONNECTED,
    **{(stage, Event.OFFERED): Stage.NEGOTIATING for stage in _OFFERED},
    (Stage.NEGOTIATING, Event.ANSWER): Stage.CONNECTED,
    # An answer may cross a newer offer on its way; it is for an offer that no longer counts, and is dropped.
    (Stage.READY, Event.ANSWER): Stage.READY,
    **{(stage, Event.READY): Stage.READY for stage in _INSIDE},
    **{(stage, Event.RESTART): Stage.READY for stage in _OFFERED},
    **{(stage, Event.LEAVE): Stage.CLOSED for stage in _INSIDE},
    **{(stage, event): stage for stage in _INSIDE for event in (Event.MEDIA, Event.REPORT, Event.PONG)},
    **{(stage, Event.CANDIDATE): stage for stage in _OFFERED},
    **{(stage, Event.CLOSE): Stage.CLOSED for stage in Stage},
}


def after(stage: Stage, event: Event) -> Stage:
    """Return the stage that follows; raises IllegalMessage."""
    try:
        return TABLE[stage, event]
    except KeyError:
        raise IllegalMessage(f"{event} may not come while {stage}") from None
