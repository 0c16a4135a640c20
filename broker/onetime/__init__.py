"""Codes that prove an address or a number, once."""

from broker.onetime.errors import CodeExpired, Locked, OneTimeError, Throttled, TryLater, UnreadableCode, WrongCode
from broker.onetime.service import Issued, OneTimeCodes

__all__ = [
    "CodeExpired",
    "Issued",
    "Locked",
    "OneTimeCodes",
    "OneTimeError",
    "Throttled",
    "TryLater",
    "UnreadableCode",
    "WrongCode",
]
