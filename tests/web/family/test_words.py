"""web.family.words: refusals that promise nothing too early and give nothing away."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import get_args

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from broker.admission.errors import (
    AdmissionError,
    CodesExpired,
    Locked,
    Throttled,
    TryLater,
    UnreadableCodes,
    WrongCodes,
)
from config.i18n import LANGUAGES
from tests.support.asked import asked
from tests.support.clock import NOON
from web.family import words
from web.family.joining import Door

DOORS: tuple[Door, ...] = get_args(Door)
WAITS = st.timedeltas(timedelta(microseconds=1), timedelta(hours=2))
REFUSALS: list[AdmissionError] = [
    UnreadableCodes(otp=True, pin=True),
    UnreadableCodes(otp=True, pin=False),
    UnreadableCodes(otp=False, pin=True),
    WrongCodes(left=1),
    WrongCodes(left=4),
    CodesExpired(),
    Locked(NOON + timedelta(minutes=15)),
    Throttled(NOON + timedelta(seconds=30)),
    Throttled(NOON + timedelta(minutes=15)),
    TryLater("OperationalError"),
]
BARE = web.Application()


def wait_told(sentence: str) -> timedelta:
    """How long a sentence says to wait."""
    found = re.search(r"(\d+) (second|minute)", sentence)
    assert found, sentence
    return timedelta(**{f"{found[2]}s": int(found[1])})


@given(WAITS)
def test_whoever_waits_as_long_as_told_has_waited_long_enough(wait: timedelta) -> None:
    """Rounded up, by less than a minute, in seconds as long as seconds are counted."""
    request = asked(BARE)
    for sentence in (words.locked(request, wait), words.resend_later(request, wait)):
        assert timedelta(0) <= wait_told(sentence) - wait < timedelta(minutes=1)
    if wait <= timedelta(minutes=1):
        assert wait_told(words.resend_later(request, wait)) - wait < timedelta(seconds=1)


@given(st.timedeltas(timedelta(hours=-1), timedelta(0)))
def test_a_wait_that_is_just_over_is_never_told_as_none_or_less(wait: timedelta) -> None:
    """The lock may end between the refusal and its sentence."""
    request = asked(BARE)
    assert wait_told(words.locked(request, wait)) == timedelta(minutes=1)
    assert wait_told(words.resend_later(request, wait)) == timedelta(seconds=1)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_own_sentence_in_every_language(language: str, door: Door) -> None:
    """Complete: no placeholder is left in it, and no internal word of an error."""
    said = [words.refusal(asked(BARE, language=language), error, NOON, door) for error in REFUSALS]
    said += [words.bad_visrn(asked(BARE, language=language)), words.other_visit(asked(BARE, language=language))]
    assert len(set(said)) == len(said)
    for sentence in said:
        assert sentence
        assert not re.search(r"%\(|OperationalError", sentence)
        assert language == "en" or not re.search(r"\b(codes?|please|wait)\b", sentence, re.IGNORECASE)


@given(st.integers(1, 5))
def test_a_wrong_try_is_not_told_apart_and_says_how_many_are_left(left: int) -> None:
    """By hand the same words fit a number that does not exist, so they don't promise that there are codes."""
    by_link, by_hand = (words.wrong(asked(BARE), left, door) for door in ("link", "hand"))
    for sentence in (by_link, by_hand):
        assert f"You can try {left} more time{'' if left == 1 else 's'}." in sentence
        assert "OTP" not in sentence
        assert "PIN" not in sentence
    assert "or are no longer valid" in by_hand
    assert "mail" not in by_hand
