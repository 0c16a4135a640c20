"""What admission refuses, each with what a page needs to say about it.

BrokerError
└── AdmissionError
    ├── CodesExpired      no codes are valid any more: too old, used, or replaced by newer ones
    ├── Locked            too many wrong tries; says until when
    ├── NotAdmitting      the visit is not one that can be joined (refused, cancelled, not yet approved)
    ├── NotOpen           admission has not opened; says when it does
    ├── Over              the slot is over; says since when
    ├── Throttled         asked too often; says when to ask again
    ├── TryLater          the live state does not answer, so nobody is let in
    ├── UnreadableCodes   what was typed can't be codes; says which of the two
    └── WrongCodes        codes that do not fit; says how many tries are left

None of them carries what was typed.
"""

from __future__ import annotations

from datetime import datetime

from broker.errors import BrokerError


class AdmissionError(BrokerError):
    """Anything admission refuses."""

    id = "admission_error"


class CodesExpired(AdmissionError):
    """No codes are valid any more: older than five minutes, used already, or replaced by newer ones."""

    id = "codes_expired"


class Locked(AdmissionError):
    """Too many wrong tries for this VisRN; `until` is when the next one is looked at."""

    id = "locked"

    def __init__(self, until: datetime) -> None:
        super().__init__("too many wrong tries")
        self.until = until


class NotAdmitting(AdmissionError):
    """The visit is not one that can be joined: not approved, refused, or cancelled."""

    id = "not_admitting"


class NotOpen(AdmissionError):
    """Admission opens at `opens_at`."""

    id = "not_open"

    def __init__(self, opens_at: datetime) -> None:
        super().__init__("admission has not opened")
        self.opens_at = opens_at


class Over(AdmissionError):
    """The slot, or the visit in it, was over at `ended_at`."""

    id = "over"

    def __init__(self, ended_at: datetime) -> None:
        super().__init__("the slot is over")
        self.ended_at = ended_at


class Throttled(AdmissionError):
    """Asked too often; `retry_at` is when to ask again."""

    id = "throttled"

    def __init__(self, retry_at: datetime) -> None:
        super().__init__("asked too often")
        self.retry_at = retry_at


class TryLater(AdmissionError):
    """The live state does not answer. Limits that can't be counted let nobody in."""

    id = "try_later"


class UnreadableCodes(AdmissionError):
    """What was typed can't be codes; it was not counted as a try. `otp` and `pin` say which of the two."""

    id = "unreadable_codes"

    def __init__(self, *, otp: bool, pin: bool) -> None:
        super().__init__("not six digits and four")
        self.otp = otp
        self.pin = pin


class WrongCodes(AdmissionError):
    """Codes that do not fit; which of the two is not said. `left` tries remain before the VisRN is locked."""

    id = "wrong_codes"

    def __init__(self, left: int) -> None:
        super().__init__("codes do not fit")
        self.left = left
