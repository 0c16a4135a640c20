"""The room without I/O, for its tests: moments of its slot, people in it, and its effects sorted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from config.facts import FactName
from rooms.effects import (
    Effect,
    Record,
)
from rooms.presence import Devices
from rooms.room import Room
from rooms.seats import Role
from tests.support.clock import NOON
from tests.support.live import BROTHER, MOTHER, TERMINAL, make_spec

T = TypeVar("T")
BOTH = Devices(camera=True, microphone=True)
END = NOON + timedelta(minutes=15)


def at(seconds: float) -> datetime:
    """Return a moment so many seconds from the slot's start."""
    return NOON + timedelta(seconds=seconds)


def of(effects: list[Effect], kind: type[T]) -> list[T]:
    """Return the effects of a kind."""
    return [effect for effect in effects if isinstance(effect, kind)]


def facts(effects: list[Effect]) -> list[tuple[FactName, str | None, str | None]]:
    """Return the facts recorded: name, participant, reason."""
    return [(each.fact.name, each.fact.participant, each.fact.reason) for each in of(effects, Record)]


def enter(room: Room, participant: str, role: Role, now: datetime) -> list[Effect]:
    """Let somebody enter and be ready, with their media up."""
    effects = room.enter(participant, role, now)
    effects += room.ready(participant, BOTH, now)
    return effects + room.media_up(participant, now)


def opened_room(now: datetime = NOON) -> Room:
    """Return an opened room at a moment of its slot, with nobody in it."""
    room = Room(make_spec(visitors=(MOTHER, BROTHER)), now, opened=True)
    room.tick(now)
    return room


def live_room() -> Room:
    """Return a room with its visitor and its terminal connected, at the slot's start."""
    room = opened_room()
    enter(room, MOTHER.participant, Role.VISITOR, NOON)
    enter(room, TERMINAL.participant, Role.TERMINAL, NOON)
    return room
