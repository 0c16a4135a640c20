"""What a session was told: numbers its messages, and keeps the last ones for a page that missed them."""

from __future__ import annotations

from collections import deque
from typing import TypeVar

from signaling.messages import ServerMessage

#: More than can be missed in the time a session is kept.
LENGTH = 256

M = TypeVar("M", bound=ServerMessage)


class History:
    """Numbers messages from `after` + 1. It outlives sockets, not the node."""

    def __init__(self, after: int = 0) -> None:
        self.seq = after
        self.offer = 0
        self._kept: deque[ServerMessage] = deque(maxlen=LENGTH)

    def add(self, message: M) -> M:
        """Return the message with its number; it is kept if it is of a kind that is replayed."""
        self.seq += 1
        numbered = message.model_copy(update={"seq": self.seq})
        if message.replayed:
            self._kept.append(numbered)
        return numbered

    def next_offer(self) -> int:
        """Return the number of a new offer; answers to older ones count no more."""
        self.offer += 1
        return self.offer

    def take_missed(self, last_seq: int) -> list[ServerMessage]:
        """Return what came after `last_seq`, oldest first, and forget it: it is to be told anew, under new numbers."""
        missed = [message for message in self._kept if message.seq > last_seq]
        self._kept.clear()
        return missed

    def forget(self) -> None:
        """Keep nothing of what was told so far."""
        self._kept.clear()
