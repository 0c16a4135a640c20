"""Which reminders there are, and when each may go out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.mail.compose import TEMPLATE_DIR
from broker.reminders import WINDOWS, Reminder, is_due, passed
from tests.support.clock import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("before", "due"),
    [
        (24 * HOUR + MINUTE, []),
        (24 * HOUR, [Reminder.REMINDER_DAY]),
        (4 * HOUR + MINUTE, [Reminder.REMINDER_DAY]),
        (4 * HOUR, []),
        (HOUR + MINUTE, []),
        (HOUR, [Reminder.REMINDER_HOUR]),
        (16 * MINUTE, [Reminder.REMINDER_HOUR]),
        (15 * MINUTE, []),
        (-MINUTE, []),
    ],
)
def test_reminder_goes_out_within_its_window_only(before: timedelta, due: list[Reminder]) -> None:
    """A worker that was away for hours does not say "soon" when it is late."""
    assert [each for each in Reminder if is_due(each, NOON, NOON - before)] == due


@pytest.mark.parametrize(
    ("before", "too_late"),
    [
        (48 * HOUR, set()),
        (24 * HOUR, {Reminder.REMINDER_DAY}),
        (2 * HOUR, {Reminder.REMINDER_DAY}),
        (HOUR, set(Reminder)),
    ],
)
def test_who_is_told_late_is_not_reminded_of_what_they_have_just_read(
    before: timedelta, too_late: set[Reminder]
) -> None:
    """A visit approved two hours before has its hour's reminder alone."""
    assert set(passed(NOON, NOON - before)) == too_late


def test_every_reminder_has_a_window_and_a_letter() -> None:
    """By the same name; the more urgent one is looked for first."""
    assert set(WINDOWS) == set(Reminder)
    assert next(iter(WINDOWS)) is Reminder.REMINDER_HOUR
    assert all((TEMPLATE_DIR / each.value).is_dir() for each in Reminder)
