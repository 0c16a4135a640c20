"""Issuing and checking: right once, wrong five times, asked for not too often."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from broker.onetime import CodeExpired, Locked, OneTimeCodes, Throttled, TryLater, UnreadableCode, WrongCode
from broker.onetime.service import (
    LIFETIME,
    LOCKED_FOR,
    MOST_ASKS_OF_ADDRESS,
    MOST_SENDS,
    MOST_TRIES,
    RESEND_AFTER,
    SENDS_WINDOW,
)
from tests.support.clock import NOON
from tests.support.settings import SECRET_KEY

WHO = ("register", "sunita@example.org")


def other(code: str) -> str:
    """A code that is certainly wrong."""
    return "".join(str((int(digit) + 1) % 10) for digit in code)


async def test_a_code_is_right_once(codes: OneTimeCodes) -> None:
    """Six digits; whoever brings them second comes too late."""
    issued = await codes.issue(*WHO, NOON)
    assert len(issued.code) == 6
    assert issued.code.isdigit()
    assert issued.expires_at == NOON + LIFETIME
    await codes.check(*WHO, f" {issued.code[:3]} {issued.code[3:]}", NOON)
    with pytest.raises(CodeExpired):
        await codes.check(*WHO, issued.code, NOON)


async def test_of_many_who_bring_it_at_once_one_is_let_in(codes: OneTimeCodes) -> None:
    """Taking it is one step."""
    issued = await codes.issue(*WHO, NOON)
    answers = await asyncio.gather(*(codes.check(*WHO, issued.code, NOON) for _ in range(20)), return_exceptions=True)
    assert [answer for answer in answers if not isinstance(answer, CodeExpired)] == [None]


async def test_a_code_is_worth_nothing_elsewhere(codes: OneTimeCodes) -> None:
    """Not for another purpose, not for another person, not with another installation."""
    issued = await codes.issue(*WHO, NOON)
    for scope, subject in (("account", WHO[1]), ("register", "ravi@example.org")):
        with pytest.raises(CodeExpired):
            await codes.check(scope, subject, issued.code, NOON)
    await codes.check(*WHO, issued.code, NOON)


async def test_a_code_ends_after_ten_minutes(codes: OneTimeCodes) -> None:
    """At the instant, not after it."""
    issued = await codes.issue(*WHO, NOON)
    with pytest.raises(CodeExpired):
        await codes.check(*WHO, issued.code, NOON + LIFETIME)
    await codes.check(*WHO, issued.code, NOON + LIFETIME - timedelta(milliseconds=1))


async def test_a_newer_code_replaces_the_older(codes: OneTimeCodes) -> None:
    """So that a mail that was read by somebody else first is worth nothing after asking again."""
    first = await codes.issue(*WHO, NOON)
    second = await codes.issue(*WHO, first.resend_at)
    if first.code != second.code:
        with pytest.raises(WrongCode):
            await codes.check(*WHO, first.code, first.resend_at)
    await codes.check(*WHO, second.code, first.resend_at)


async def test_five_wrong_tries_lock_and_kill_the_code(codes: OneTimeCodes) -> None:
    """Even the right one is not looked at then, and no new one is sent until the lock is over."""
    issued = await codes.issue(*WHO, NOON)
    for left in range(MOST_TRIES - 1, 0, -1):
        with pytest.raises(WrongCode) as wrong:
            await codes.check(*WHO, other(issued.code), NOON)
        assert wrong.value.left == left
    for typed in (other(issued.code), issued.code):
        with pytest.raises(Locked) as locked:
            await codes.check(*WHO, typed, NOON)
        assert locked.value.until == NOON + LOCKED_FOR
    with pytest.raises(Locked):
        await codes.issue(*WHO, NOON + RESEND_AFTER)
    later = NOON + LOCKED_FOR
    again = await codes.issue(*WHO, later)
    await codes.check(*WHO, again.code, later)


async def test_what_is_no_code_costs_no_try(codes: OneTimeCodes) -> None:
    """Five digits are a slip, not a guess."""
    issued = await codes.issue(*WHO, NOON)
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(UnreadableCode):
            await codes.check(*WHO, issued.code[:5], NOON)
    await codes.check(*WHO, issued.code, NOON)


async def test_codes_are_not_sent_again_within_a_minute(codes: OneTimeCodes) -> None:
    """The refusal says when; the first code stays good."""
    issued = await codes.issue(*WHO, NOON)
    assert issued.resend_at == NOON + RESEND_AFTER
    with pytest.raises(Throttled) as throttled:
        await codes.issue(*WHO, NOON + timedelta(seconds=30))
    assert throttled.value.retry_at == issued.resend_at
    await codes.check(*WHO, issued.code, NOON + timedelta(seconds=30))


async def test_nobody_is_flooded_with_codes(codes: OneTimeCodes) -> None:
    """Six within half an hour, however patiently they are asked for."""
    now = NOON
    for _ in range(MOST_SENDS):
        now = (await codes.issue(*WHO, now)).resend_at
    assert now == NOON + SENDS_WINDOW
    with pytest.raises(Throttled):
        await codes.issue(*WHO, now - timedelta(milliseconds=1))
    await codes.issue(*WHO, now)


async def test_one_network_address_can_not_flood_many_people(codes: OneTimeCodes) -> None:
    """Counted over all subjects and scopes; without an address nothing is counted."""
    for number in range(MOST_ASKS_OF_ADDRESS):
        await codes.issue("register", f"{number}@example.org", NOON, client="192.0.2.1")
    with pytest.raises(Throttled) as throttled:
        await codes.issue("account", "another@example.org", NOON, client="192.0.2.1")
    assert throttled.value.retry_at > NOON
    await codes.issue("account", "another@example.org", NOON, client="192.0.2.2")
    await codes.issue("account", "one.more@example.org", NOON)


async def test_who_was_right_need_not_wait_for_the_next(codes: OneTimeCodes) -> None:
    """As when somebody signs in on a second device."""
    issued = await codes.issue(*WHO, NOON)
    await codes.check(*WHO, issued.code, NOON)
    await codes.issue(*WHO, NOON + timedelta(seconds=1))


async def test_a_code_can_be_made_worthless(codes: OneTimeCodes) -> None:
    """When what it was for is given up."""
    issued = await codes.issue(*WHO, NOON)
    await codes.forget(*WHO)
    with pytest.raises(CodeExpired):
        await codes.check(*WHO, issued.code, NOON)


async def test_redis_knows_neither_codes_nor_addresses(codes: OneTimeCodes, redis: Redis) -> None:
    """Whoever reads it learns nothing that lets them in; and nothing stays for ever."""
    issued = await codes.issue(*WHO, NOON, client="192.0.2.1")
    with pytest.raises(WrongCode):
        await codes.check(*WHO, other(issued.code), NOON)
    names = [name async for name in redis.scan_iter()]
    assert len(names) == 4
    for name in names:
        stored = await (redis.hgetall(name) if await redis.type(name) == "hash" else redis.get(name))
        for secret in (issued.code, "sunita", "192.0.2.1"):
            assert secret not in name + str(stored)
        assert 0 < await redis.ttl(name) <= 60 * 60


async def test_without_redis_nothing_is_sent_and_nobody_believed() -> None:
    """Limits that can't be counted are kept."""
    nowhere = Redis.from_url("redis://127.0.0.1:1", decode_responses=True)
    codes = OneTimeCodes(nowhere, SecretStr(SECRET_KEY))
    for call in (codes.issue(*WHO, NOON), codes.check(*WHO, "482193", NOON), codes.forget(*WHO)):
        with pytest.raises(TryLater) as refused:
            await call
        assert refused.value.__cause__ is None
    await nowhere.aclose()


async def test_a_code_is_not_in_its_repr(codes: OneTimeCodes) -> None:
    """A log line of it says nothing."""
    issued = await codes.issue(*WHO, NOON)
    assert issued.code not in repr(issued)
