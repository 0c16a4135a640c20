"""Limits of admission, counted in Redis: how often codes are sent, how often they are wrong, that they work once.

Fail closed: when Redis does not answer in time, every call raises TryLater and nobody is sent anything or let in.
`now` comes from the caller; the keys' own times to live only clean up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from broker.admission import scripts
from broker.admission.errors import Locked, Throttled, TryLater
from config import keys
from config.unixtime import MILLISECOND, moment, ms, span

#: Wrong tries after which a door is locked, and for how long; a single wrong try is forgotten after as long.
MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
#: Between two code mails to one visitor.
RESEND_AFTER = timedelta(seconds=60)
#: Code mails to one visitor within one window; a window is as long as an ordinary visit's whole admission.
MOST_SENDS = 6
SENDS_WINDOW = timedelta(minutes=30)
#: From one network address within a window. Generous: whole towns share a mobile operator's address.
MOST_ASKS_OF_ADDRESS = 60
MOST_TRIES_OF_ADDRESS = 120
ADDRESS_WINDOW = timedelta(minutes=15)

#: How often a caller's details are looked at for one visitor in one session.
MOST_DETAILS = 3

_SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ValidCodes:
    """What one visitor's typed codes are compared with; `place` is the visitor's index among those asked about."""

    place: int
    counter: int
    pin_mac: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Try:
    """A try that has been counted. `left` tries remain after it."""

    left: int
    valid: tuple[ValidCodes, ...]


class Limits:
    """The counters; addresses are given as digests.

    Wrong tries are counted by door: a visitor's own link (the visitor's id), or a number typed by hand (the VisRN in
    its canonical form). Strangers can guess numbers and lock them; they have nobody's link, so that door stays open.
    """

    def __init__(self, redis: Redis) -> None:
        self._reserve = redis.register_script(scripts.RESERVE_SEND)
        self._arm = redis.register_script(scripts.ARM)
        self._begin = redis.register_script(scripts.BEGIN_TRY)
        self._consume = redis.register_script(scripts.CONSUME)
        self._try_details = redis.register_script(scripts.TRY_DETAILS)
        self._wait_with_sends = redis.register_script(scripts.WAIT_WITH_SENDS)
        self._redis = redis

    async def reserve_send(self, door: str, subject: str, address: str, now: datetime) -> datetime:
        """Count a code mail to `subject` (a visitor, or a VisRN typed by hand); return when the next may be asked for.

        Raises Locked, Throttled, TryLater. `address` "" is not counted.
        """
        asks = keys.address_tries("codes", address) if address else ""
        word, value = await _answer(
            self._reserve(
                [keys.code_tries(door), keys.code_sent(subject), asks],
                [
                    ms(now), MOST_TRIES, ms(now + RESEND_AFTER), MOST_SENDS, ms(now + SENDS_WINDOW),
                    span(SENDS_WINDOW + _SLACK), MOST_ASKS_OF_ADDRESS, span(ADDRESS_WINDOW),
                ],
            )
        )  # fmt: skip
        _refuse(word, value, now)
        return moment(value)

    async def arm(self, visitor_id: str, counter: int, pin_mac: str, expires_at: datetime, now: datetime) -> bool:
        """Make these the visitor's only valid codes; False if newer ones already are. Raises TryLater."""
        life = span(expires_at - now + _SLACK)
        answer = await _answer(self._arm([keys.codes(visitor_id)], [counter, pin_mac, ms(expires_at), life]))
        return bool(answer)

    async def begin_try(self, door: str, visitors: Sequence[str], address: str, now: datetime) -> Try:
        """Count a try at this door, known or not, and return what typed codes are to be compared with.

        Raises Locked, Throttled (too many from this address), TryLater.
        """
        of_address = keys.address_tries("admission", address) if address else ""
        answer = await _answer(
            self._begin(
                [keys.code_tries(door), of_address, *map(keys.codes, visitors)],
                [
                    ms(now), MOST_TRIES, ms(now + LOCKED_FOR), span(LOCKED_FOR + _SLACK),
                    MOST_TRIES_OF_ADDRESS, span(ADDRESS_WINDOW),
                ],
            )
        )  # fmt: skip
        word, value, *found = answer
        _refuse(word, value, now)
        triples = zip(found[::3], found[1::3], found[2::3], strict=True)
        return Try(int(value), tuple(ValidCodes(int(place), int(counter), mac) for place, counter, mac in triples))

    async def consume(self, door: str, visitor_id: str, counter: int, now: datetime) -> bool:
        """Take right codes, once, and forget the door's wrong tries; False if somebody was faster. Raises TryLater.

        New codes may be asked for at once then: nobody has any that are good.
        """
        places = [keys.code_tries(door), keys.codes(visitor_id), keys.code_sent(visitor_id)]
        answer = await _answer(self._consume(places, [counter, ms(now), MOST_SENDS]))
        return bool(answer)

    async def try_details(self, visitor_id: str, ends_at: datetime, now: datetime) -> int | None:
        """Count a look at a caller's details; return how many are left after it, None when there was none left. They
        are counted until the slot's end. Raises TryLater.
        """
        answer = await _answer(
            self._try_details([keys.detail_tries(visitor_id)], [MOST_DETAILS, span(ends_at - now + _SLACK)])
        )
        return None if int(answer) < 0 else int(answer)

    async def wait_with_sends(self, visitor_id: str, until: datetime, now: datetime) -> None:
        """Let the family itself ask for no new codes before `until`, or before those they have are used: staff have
        just given them some. Raises TryLater.
        """
        window = now + SENDS_WINDOW
        arguments = [ms(until), ms(window), span(SENDS_WINDOW + _SLACK)]
        await _answer(self._wait_with_sends([keys.code_sent(visitor_id)], arguments))

    async def unlock(self, *doors: str) -> None:
        """Forget the wrong tries at these doors: staff have found out who stands there. Raises TryLater."""
        await _answer(self._redis.delete(*map(keys.code_tries, doors)))


async def _answer(call: Awaitable[object]) -> Any:
    try:
        return await call
    except (RedisError, OSError, TimeoutError) as error:
        # The chained error could carry a command with its arguments; its class is enough to know what is wrong.
        raise TryLater(type(error).__name__) from None


def _refuse(word: str, value: str, now: datetime) -> None:
    match word:
        case "locked":
            raise Locked(moment(value))
        case "throttled":
            raise Throttled(moment(value))
        case "address":
            raise Throttled(now + int(value) * MILLISECOND)
