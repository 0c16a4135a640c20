"""The limits of a conversation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes; `sockets_an_address` comes from the settings, 0 for no limit."""

    message_size: int = 64 * 1024
    burst: int = 60
    messages_a_second: float = 30.0
    hello_within: float = 10.0
    ping_every: float = 5.0
    dead_after: float = 15.0
    probe_within: float = 1.0
    kept: float = 30.0
    sockets_an_address: int = 64


class TokenBucket:
    """Counts messages: `burst` at once, then so many a second."""

    def __init__(self, burst: int, rate: float, now: float) -> None:
        self._burst = float(burst)
        self._rate = rate
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """Take one token; False if there is none."""
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
