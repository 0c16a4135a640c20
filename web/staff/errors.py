"""Refusals of the staff area.

MulakatError
└── StaffError
    ├── SignInRefused       wrong username, password or code: never says which
    ├── SignInThrottled     too many tries; carries when to try again
    └── SignInUnavailable   the attempt counters cannot be reached, so nobody is let in
"""

from __future__ import annotations

from config.errors import MulakatError


class StaffError(MulakatError):
    """Base of the staff area's refusals."""

    id = "staff_error"


class SignInRefused(StaffError):
    """The username, the password or the code was wrong."""

    id = "sign_in_refused"


class SignInThrottled(StaffError):
    """Too many tries; `retry_after` is in seconds."""

    id = "sign_in_throttled"

    def __init__(self, retry_after: int) -> None:
        super().__init__(self.id)
        self.retry_after = retry_after


class SignInUnavailable(StaffError):
    """The attempt counters cannot be reached."""

    id = "sign_in_unavailable"
