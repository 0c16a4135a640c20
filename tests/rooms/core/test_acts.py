"""What staff have done in a room, and what of it is still to be carried out."""

from __future__ import annotations

from datetime import timedelta

from rooms import moderation as mod
from rooms.core.acts import StaffActs
from rooms.effects import SetModeration, TellWarning
from rooms.moderation import MOST_WARNINGS, Moderation
from tests.support.clock import NOON

MUTED = Moderation(muted=True)


def warning(number: int) -> mod.Warning:
    """Return a typed warning."""
    return mod.Warning(f"w-{number}", text="Please.", given_at=NOON)


def test_only_what_changed_is_carried_out() -> None:
    """The moderation of the beginning is a change; afterwards the difference is."""
    acts = StaffActs({"a": MUTED}, [])
    assert acts.enforce() == [SetModeration("a", MUTED)]
    assert acts.enforce() == []
    acts.moderation = {"b": MUTED}
    assert acts.enforce() == [SetModeration("a", Moderation()), SetModeration("b", MUTED)]


def test_warnings_of_the_beginning_are_known() -> None:
    """They are shown to who comes within the minute, and to nobody else."""
    acts = StaffActs(None, [warning(1)])
    assert acts.warn([warning(1), warning(2)], ["a", "b"]) == [
        TellWarning("a", warning(2)),
        TellWarning("b", warning(2)),
    ]
    assert acts.greet("c", NOON + timedelta(seconds=1)) == [TellWarning("c", warning(1)), TellWarning("c", warning(2))]
    assert acts.greet("c", NOON + timedelta(seconds=60)) == []


def test_a_room_remembers_as_many_warnings_as_are_kept() -> None:
    """And takes each of them for new once, however many were given before."""
    acts = StaffActs(None, [])
    told = [
        told for last in range(200) for told in acts.warn([warning(n) for n in range(last + 1)][-MOST_WARNINGS:], ["a"])
    ]
    assert [each.warning.id for each in told] == [f"w-{number}" for number in range(200)]
    assert len(acts.greet("b", NOON)) == MOST_WARNINGS
