"""The counters on real Redis servers, against a model that counts in plain Python."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from redis.asyncio import Redis

from broker.admission.errors import Locked, Throttled, TryLater
from broker.admission.limits import (
    LOCKED_FOR,
    MOST_ASKS_OF_ADDRESS,
    MOST_SENDS,
    MOST_TRIES,
    MOST_TRIES_OF_ADDRESS,
    RESEND_AFTER,
    SENDS_WINDOW,
    Limits,
    Try,
)
from config import keys, live
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.ports import free_port

T = TypeVar("T")
VISRN, OTHER_VISRN = "25/35/55/2021", "25/35/56/2021"
LIFETIME = timedelta(minutes=5)
SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)


async def test_fifth_wrong_try_locks_until_fifteen_minutes_later(redis: Redis) -> None:
    """Five tries are looked at, the sixth is not, and after the lock counting begins anew."""
    limits = Limits(redis)
    assert [(await limits.begin_try(VISRN, [], "", NOON)).left for _ in range(MOST_TRIES)] == [4, 3, 2, 1, 0]
    for now in (NOON, NOON + LOCKED_FOR - MILLISECOND):
        with pytest.raises(Locked) as locked:
            await limits.begin_try(VISRN, [], "", now)
        assert locked.value.until == NOON + LOCKED_FOR
    assert (await limits.begin_try(VISRN, [], "", NOON + LOCKED_FOR)).left == MOST_TRIES - 1


async def test_tries_at_the_same_moment_are_all_counted_first(redis: Redis) -> None:
    """Of twenty tries that race, five are looked at: nobody gains tries by being quick."""
    limits = Limits(redis)
    tries = (limits.begin_try(VISRN, [], "", NOON) for _ in range(20))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, Locked) for answer in answers) == 15


async def test_locked_visrn_is_sent_no_codes(redis: Redis) -> None:
    """A lock covers asking for new codes; another VisRN is not touched by it."""
    limits = Limits(redis)
    for _ in range(MOST_TRIES):
        await limits.begin_try(VISRN, [], "", NOON)
    with pytest.raises(Locked):
        await limits.reserve_send(VISRN, "v1", "", NOON)
    assert await limits.reserve_send(OTHER_VISRN, "v1", "", NOON) == NOON + RESEND_AFTER


async def test_right_codes_are_consumed_by_one_of_many(redis: Redis) -> None:
    """Tabs that race with the same right codes: exactly one wins, and wrong tries are forgotten."""
    limits = Limits(redis)
    await limits.arm("v1", 1, "mac", NOON + LIFETIME, NOON)
    begun = [await limits.begin_try(VISRN, ["v1"], "", NOON) for _ in range(4)]
    assert all(one.valid[0].counter == 1 for one in begun)
    won = await asyncio.gather(*(limits.consume(VISRN, "v1", 1, NOON) for _ in begun))
    assert sorted(won) == [False, False, False, True]
    assert (await limits.begin_try(VISRN, ["v1"], "", NOON)).left == MOST_TRIES - 1


async def test_who_used_up_codes_need_not_wait_for_new_ones(redis: Redis) -> None:
    """A second phone, a closed tab: the last codes are spent. The most in a window still holds."""
    limits = Limits(redis)
    for number in range(1, MOST_SENDS + 1):
        await limits.reserve_send(VISRN, "v1", "", NOON)
        await limits.arm("v1", number, "mac", NOON + LIFETIME, NOON)
        assert await limits.consume(VISRN, "v1", number, NOON)
    with pytest.raises(Throttled) as throttled:
        await limits.reserve_send(VISRN, "v1", "", NOON)
    assert throttled.value.retry_at == NOON + SENDS_WINDOW


async def test_codes_replaced_while_they_were_compared_are_not_consumed(redis: Redis) -> None:
    """A try that began with the older codes can't use up the newer ones."""
    limits = Limits(redis)
    await limits.arm("v1", 1, "old", NOON + LIFETIME, NOON)
    await limits.begin_try(VISRN, ["v1"], "", NOON)
    await limits.arm("v1", 2, "new", NOON + LIFETIME, NOON)
    assert not await limits.consume(VISRN, "v1", 1, NOON)
    [valid] = (await limits.begin_try(VISRN, ["v1"], "", NOON)).valid
    assert (valid.counter, valid.pin_mac) == (2, "new")


async def test_older_codes_never_replace_newer_ones(redis: Redis) -> None:
    """Two sends that overtake each other leave the newer counter in force."""
    limits = Limits(redis)
    assert await limits.arm("v1", 2, "new", NOON + LIFETIME, NOON)
    assert not await limits.arm("v1", 1, "old", NOON + LIFETIME, NOON)
    [valid] = (await limits.begin_try(VISRN, ["v1"], "", NOON)).valid
    assert valid.counter == 2


async def test_expired_codes_are_neither_handed_out_nor_consumed(redis: Redis) -> None:
    """Five minutes to the millisecond, by the caller's clock."""
    limits = Limits(redis)
    await limits.arm("v1", 1, "mac", NOON + LIFETIME, NOON)
    assert (await limits.begin_try(VISRN, ["v1"], "", NOON + LIFETIME - MILLISECOND)).valid
    assert not (await limits.begin_try(VISRN, ["v1"], "", NOON + LIFETIME)).valid
    assert not await limits.consume(VISRN, "v1", 1, NOON + LIFETIME)


async def test_last_send_of_a_window_says_when_the_window_ends(redis: Redis) -> None:
    """The answer to a send is the truth about the next one, also for the last."""
    limits, now = Limits(redis), NOON
    for number in range(1, MOST_SENDS + 1):
        following = await limits.reserve_send(VISRN, "v1", "", now)
        assert following == (now + RESEND_AFTER if number < MOST_SENDS else NOON + SENDS_WINDOW)
        with pytest.raises(Throttled) as throttled:
            await limits.reserve_send(VISRN, "v1", "", following - MILLISECOND)
        assert throttled.value.retry_at == following
        now = following
    assert await limits.reserve_send(VISRN, "v1", "", now) == now + RESEND_AFTER


async def test_one_address_can_ask_and_try_only_so_often_whatever_it_asks_for(redis: Redis) -> None:
    """Somebody who goes through VisRNs is stopped, others are not."""
    limits = Limits(redis)
    for number in range(MOST_ASKS_OF_ADDRESS):
        await limits.reserve_send(f"1/1/{number}/2026", f"hand:{number}", "crawler", NOON)
    for number in range(MOST_TRIES_OF_ADDRESS):
        await limits.begin_try(f"1/1/{number}/2026", [], "crawler", NOON)
    one_more = (
        limits.reserve_send("1/1/9999/2026", "x", "crawler", NOON),
        limits.begin_try("1/1/9999/2026", [], "crawler", NOON),
    )
    for refused in one_more:
        with pytest.raises(Throttled) as throttled:
            await refused
        assert NOON < throttled.value.retry_at <= NOON + timedelta(minutes=15)
    await limits.reserve_send("1/1/9999/2026", "x", "family", NOON)
    await limits.begin_try("1/1/9999/2026", [], "family", NOON)


async def test_every_key_has_an_end(redis: Redis) -> None:
    """Nothing of admission stays in Redis for ever."""
    limits = Limits(redis)
    await limits.reserve_send(VISRN, "v1", "address", NOON)
    await limits.arm("v1", 1, "mac", NOON + LIFETIME, NOON)
    await limits.begin_try(VISRN, ["v1"], "address", NOON)
    names = await redis.keys("*")
    assert len(names) == 5
    assert all([0 < await redis.pttl(name) <= 31 * 60_000 for name in names])


async def test_every_call_is_refused_while_redis_is_down(make_settings: Callable[..., Settings]) -> None:
    """Limits that can't be counted let nobody in: each call ends with the same answer."""
    async with live.connect(make_settings(redis_url=f"redis://127.0.0.1:{free_port()}")) as nowhere:
        limits = Limits(nowhere)
        for call in (
            limits.reserve_send(VISRN, "v1", "", NOON),
            limits.arm("v1", 1, "mac", NOON + LIFETIME, NOON),
            limits.begin_try(VISRN, ["v1"], "", NOON),
            limits.consume(VISRN, "v1", 1, NOON),
        ):
            with pytest.raises(TryLater) as refused:
                await call
            assert refused.value.__cause__ is None


class LimitsMachine(RuleBasedStateMachine):
    """Two visitors of one visit, any order of sends, tries and waiting; the model knows what must happen."""

    redis_client: Callable[[], Redis]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.redis: Any = type(self).redis_client()
        self.run(self.start_empty())
        self.limits = Limits(self.redis)
        self.now = NOON
        self.tries, self.tries_until = 0, NOON
        self.codes: dict[str, tuple[int, datetime]] = {}
        self.counters = {"v1": 0, "v2": 0}
        self.sends: dict[str, tuple[int, datetime, datetime]] = {}
        self.used: set[tuple[str, int]] = set()

    async def start_empty(self) -> None:
        """Forget what the machine before this one did."""
        await self.redis.flushall()

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """Wait for an answer, in the machine's own loop."""
        return self.runner.run(call)

    def teardown(self) -> None:
        """Close what was opened."""
        self.run(self.redis.aclose())
        self.runner.close()

    @property
    def locked(self) -> bool:
        """Whether the VisRN is locked, says the model."""
        return self.tries >= MOST_TRIES and self.now < self.tries_until

    def refusal(self, call: Coroutine[Any, Any, T]) -> T | Locked | Throttled:
        """What the limits answer, or how they refuse."""
        try:
            return self.run(call)
        except (Locked, Throttled) as refused:
            return refused

    @rule(seconds=st.sampled_from([0.001, 1, 59, 60, 299, 300, 899, 900]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)

    @rule(visitor=st.sampled_from(["v1", "v2"]))
    def ask_for_codes(self, visitor: str) -> None:
        """A visitor asks, whether or not the model thinks it is time."""
        count, following, until = self.sends.get(visitor, (0, NOON, NOON))
        if self.now >= until:
            count, until = 0, self.now + SENDS_WINDOW
        answer = self.refusal(self.limits.reserve_send(VISRN, visitor, "", self.now))
        if self.locked:
            assert isinstance(answer, Locked)
            assert answer.until == self.tries_until
        elif count and self.now < following:
            assert isinstance(answer, Throttled)
            assert answer.retry_at == following
        else:
            following = self.now + RESEND_AFTER
            if count + 1 >= MOST_SENDS:
                following = max(following, until)
            assert answer == following
            self.sends[visitor] = (count + 1, following, until)
            self.arm(visitor)

    def arm(self, visitor: str) -> None:
        """The visitor's next codes."""
        self.counters[visitor] += 1
        self.run(self.limits.arm(visitor, self.counters[visitor], "mac", self.now + LIFETIME, self.now))
        self.codes[visitor] = (self.counters[visitor], self.now + LIFETIME)

    def begin(self) -> dict[str, int] | None:
        """Try once: counters to compare with by visitor, or None when locked; the model moves along."""
        answer = self.refusal(self.limits.begin_try(VISRN, ["v1", "v2"], "", self.now))
        if self.locked:
            assert isinstance(answer, Locked)
            assert answer.until == self.tries_until
            return None
        assert isinstance(answer, Try)
        self.tries = 1 if self.now >= self.tries_until else self.tries + 1
        self.tries_until = self.now + LOCKED_FOR
        assert answer.left == MOST_TRIES - self.tries
        return {("v1", "v2")[valid.place]: valid.counter for valid in answer.valid}

    @rule()
    def try_wrong_codes(self) -> None:
        """Somebody types codes that fit nobody's."""
        found = self.begin()
        living = {who: counter for who, (counter, expires) in self.codes.items() if self.now < expires}
        assert found in (None, living)

    @precondition(lambda self: self.codes)
    @rule(data=st.data())
    def try_right_codes(self, data: st.DataObject) -> None:
        """Somebody types the codes that were sent last."""
        visitor = data.draw(st.sampled_from(sorted(self.codes)))
        counter, expires = self.codes[visitor]
        if self.begin() is None:
            return
        won = self.run(self.limits.consume(VISRN, visitor, counter, self.now))
        assert won == (self.now < expires)
        if won:
            assert (visitor, counter) not in self.used, "codes work once"
            self.used.add((visitor, counter))
            del self.codes[visitor]
            self.tries = 0
            count, _, until = self.sends[visitor]
            if count < MOST_SENDS:
                self.sends[visitor] = (count, self.now, until)

    @precondition(lambda self: self.used)
    @rule(data=st.data())
    def try_used_codes_again(self, data: st.DataObject) -> None:
        """Somebody types codes that were right once."""
        visitor, counter = data.draw(st.sampled_from(sorted(self.used)))
        if self.begin() is not None:
            assert not self.run(self.limits.consume(VISRN, visitor, counter, self.now))

    @invariant()
    def never_more_tries_than_allowed(self) -> None:
        """What Redis counts stays within the limit."""
        assert int(self.run(self.redis.hget(keys.code_tries(VISRN), "count")) or 0) <= MOST_TRIES


def test_limits_agree_with_the_model_in_any_order(make_settings: Callable[..., Settings], redis_url: str) -> None:
    """Whatever is asked, tried and waited for, in any order: locks, throttles and single use are as the model says."""

    class Machine(LimitsMachine):
        redis_client = staticmethod(lambda: live.connect(make_settings(redis_url=redis_url)))

    few = settings(max_examples=60, stateful_step_count=40, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Machine, settings=few)
