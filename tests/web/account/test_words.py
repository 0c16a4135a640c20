"""web.account.words: refusals of codes, as sentences."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web

from broker.onetime.errors import (
    CodeExpired,
    Locked,
    OneTimeError,
    Throttled,
    TryLater,
    UnreadableCode,
    WrongCode,
)
from tests.support.asked import asked
from tests.support.clock import NOON
from web.account import words


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (UnreadableCode("six"), "The code has 6 digits."),
        (WrongCode(1), "You can try 1 more time."),
        (WrongCode(3), "You can try 3 more times."),
        (CodeExpired("old"), "no longer valid"),
        (Locked(NOON + timedelta(minutes=14, seconds=1)), "wait 15 minutes"),
        (Throttled(NOON + timedelta(seconds=30)), "in 1 minute."),
        (Throttled(NOON + timedelta(minutes=12)), "in 12 minutes."),
        (TryLater("redis"), "try again in a minute"),
    ],
)
async def test_each_refusal_says_what_to_do(wired: web.Application, error: OneTimeError, says: str) -> None:
    """Waiting is told in minutes, never less than is needed."""
    assert says in words.code_refused(asked(wired), error, NOON)


async def test_what_is_no_address_is_explained_by_one_that_is(wired: web.Application) -> None:
    """An example says more than a rule."""
    assert "asha@example.com" in words.bad_email(asked(wired))
