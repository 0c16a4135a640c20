"""What is refused about codes that prove an address or a number.

BrokerError
└── OneTimeError
    ├── CodeExpired      no code is valid any more: too old, used, or replaced by a newer one
    ├── Locked           too many wrong tries; says until when
    ├── Throttled        asked for too often; says when to ask again
    ├── TryLater         the live state does not answer, so nothing is sent and nobody is believed
    ├── UnreadableCode   what was typed can't be a code; it was not counted as a try
    └── WrongCode        does not fit; says how many tries are left

None of them carries what was typed.
"""

from __future__ import annotations

from datetime import datetime

from broker.errors import BrokerError


class OneTimeError(BrokerError):
    """Anything that is refused about a code."""

    id = "one_time_error"


class CodeExpired(OneTimeError):
    """No code is valid any more: older than ten minutes, used already, or replaced by a newer one."""

    id = "code_expired"


class Locked(OneTimeError):
    """Too many wrong tries; `until` is when the next one is looked at."""

    id = "code_locked"

    def __init__(self, until: datetime) -> None:
        super().__init__("too many wrong tries")
        self.until = until


class Throttled(OneTimeError):
    """Asked for too often; `retry_at` is when to ask again."""

    id = "code_throttled"

    def __init__(self, retry_at: datetime) -> None:
        super().__init__("asked for too often")
        self.retry_at = retry_at


class TryLater(OneTimeError):
    """The live state does not answer. Limits that can't be counted believe nobody."""

    id = "code_try_later"


class UnreadableCode(OneTimeError):
    """Not six digits. It was not counted as a try."""

    id = "unreadable_code"


class WrongCode(OneTimeError):
    """Does not fit. `left` tries remain."""

    id = "wrong_code"

    def __init__(self, left: int) -> None:
        super().__init__("the code does not fit")
        self.left = left
