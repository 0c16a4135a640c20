"""One-time codes: six digits, ten minutes, once. Redis keeps what a code is compared with, never the code.

A code belongs to a scope (what it is for: "register", "account") and a subject (whom it proves: an address, a number in
E.164, a draft's id). Fail closed: when Redis does not answer in time, every call raises TryLater.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from broker.onetime import scripts
from broker.onetime.errors import CodeExpired, Locked, Throttled, TryLater, UnreadableCode, WrongCode
from broker.onetime.typed import DIGITS, read
from config import keys
from config.secrets import derive
from config.unixtime import MILLISECOND, moment, ms, span

#: How long a code is valid.
LIFETIME = timedelta(minutes=10)
#: Between two codes for one subject.
RESEND_AFTER = timedelta(seconds=60)
#: Codes for one subject within one window.
MOST_SENDS = 6
SENDS_WINDOW = timedelta(minutes=30)
#: Wrong tries after which a subject is locked, and for how long; wrong tries are forgotten after as long.
MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
#: From one network address within a window. Generous: whole towns share a mobile operator's address.
MOST_ASKS_OF_ADDRESS = 60
ADDRESS_WINDOW = timedelta(minutes=15)

_SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh code: for the letter, and for nothing else. `resend_at`: when the next one may be asked for."""

    code: str = field(repr=False)
    expires_at: datetime
    resend_at: datetime


class OneTimeCodes:
    """Issues and checks. Holds nothing of its own; make one wherever there is a Redis client (`decode_responses`)."""

    def __init__(self, redis: Redis, secret_key: SecretStr) -> None:
        self._secret_key = secret_key
        self._issue = redis.register_script(scripts.ISSUE)
        self._check = redis.register_script(scripts.CHECK)
        self._drop = redis.delete

    async def issue(self, scope: str, subject: str, now: datetime, *, client: str = "") -> Issued:
        """Make the subject's only valid code. `client` is the asker's network address; "" is not counted.

        Raises Throttled, Locked, TryLater.
        """
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        expires_at = now + LIFETIME
        name = self._name(scope, subject)
        asks = keys.address_tries("onetime", self._name("client", client)) if client else ""
        word, value = await _answer(
            self._issue(
                [keys.one_time_tries(name), keys.one_time_sent(name), asks, keys.one_time_code(name)],
                [
                    ms(now), MOST_TRIES, ms(now + RESEND_AFTER), MOST_SENDS, ms(now + SENDS_WINDOW),
                    span(SENDS_WINDOW + _SLACK), MOST_ASKS_OF_ADDRESS, span(ADDRESS_WINDOW),
                    self._mac(scope, subject, code), ms(expires_at), span(LIFETIME + _SLACK),
                ],
            )
        )  # fmt: skip
        match word:
            case "locked":
                raise Locked(moment(value))
            case "throttled":
                raise Throttled(moment(value))
            case "address":
                raise Throttled(now + int(value) * MILLISECOND)
        return Issued(code, expires_at, moment(value))

    async def check(self, scope: str, subject: str, typed: str, now: datetime) -> None:
        """Return if this is the subject's code, which is spent by it. Any script's digits, gaps, and the pasted letter
        are understood. Raises UnreadableCode, WrongCode, CodeExpired, Locked, TryLater.
        """
        code = read(typed)
        if code is None:
            raise UnreadableCode("not six digits")
        name = self._name(scope, subject)
        word, value = await _answer(
            self._check(
                [keys.one_time_tries(name), keys.one_time_code(name), keys.one_time_sent(name)],
                [
                    ms(now), MOST_TRIES, ms(now + LOCKED_FOR), span(LOCKED_FOR + _SLACK),
                    self._mac(scope, subject, code), MOST_SENDS,
                ],
            )
        )  # fmt: skip
        match word:
            case "locked":
                raise Locked(moment(value))
            case "expired":
                raise CodeExpired("no code is valid")
            case "wrong":
                raise WrongCode(int(value))

    async def forget(self, scope: str, subject: str) -> None:
        """Make the subject's code worthless, whatever became of it. Raises TryLater."""
        await _answer(self._drop(keys.one_time_code(self._name(scope, subject))))

    def _name(self, scope: str, subject: str) -> str:
        """What a subject is called in Redis: addresses and numbers can be guessed, so a plain hash would tell them."""
        return hmac.digest(derive(self._secret_key, "one-time-subject", scope), subject.encode(), "sha256").hex()

    def _mac(self, scope: str, subject: str, code: str) -> str:
        key = derive(self._secret_key, "one-time-code", f"{scope}\0{subject}")
        return hmac.digest(key, code.encode(), "sha256").hex()


async def _answer(call: Awaitable[object]) -> Any:
    try:
        return await call
    except (RedisError, OSError, TimeoutError) as error:
        # The chained error could carry a command with its arguments; its class is enough to know what is wrong.
        raise TryLater(type(error).__name__) from None
