"""The two codes of an admission: a 6-digit OTP (HOTP, RFC 4226) and a 4-digit Room PIN. No I/O.

The OTP's secret is derived from the installation's key and the visitor's id, and its counter moves at every issue, so
one counter makes one OTP and an older one never fits again. The PIN is random; only its HMAC, bound to the counter, is
kept.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
from pydantic import SecretStr

from broker.admission.errors import UnreadableCodes
from config.secrets import derive

OTP_DIGITS = 6
PIN_DIGITS = 4
#: How long codes are valid.
LIFETIME = timedelta(minutes=5)

# A pasted mail is a few thousand characters; more than this nobody means to type or paste.
_MAX_TYPED = 20_000
# Separators people put inside a code ("482 193", "4-8-2-1-9-3"), and marks that right-to-left or mail software adds.
_GAPS = re.compile(r"[\s.\-\u00ad\u2010-\u2015\u00b7]+")
_LABELLED_OTP = re.compile(r"\bOTP\s*:\s*([0-9]{6})(?![0-9])")
_LABELLED_PIN = re.compile(r"\bRoom PIN\s*:\s*([0-9]{4})(?![0-9])")


@dataclass(frozen=True, slots=True)
class IssuedCodes:
    """Fresh codes for one visitor. `otp` and `pin` go into the mail and nowhere else; `pin_mac` (hex) is kept."""

    counter: int
    otp: str = field(repr=False)
    pin: str = field(repr=False)
    pin_mac: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TypedCodes:
    """Six and four ASCII digits as somebody typed them; whether they are right is not known yet."""

    otp: str = field(repr=False)
    pin: str = field(repr=False)


def issue(secret_key: SecretStr, visitor_id: str, counter: int) -> IssuedCodes:
    """Make the codes for a counter value that was never used for this visitor before."""
    pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
    return IssuedCodes(
        counter, _hotp(secret_key, visitor_id).at(counter), pin, _pin_mac(secret_key, visitor_id, counter, pin)
    )


def fits(secret_key: SecretStr, visitor_id: str, counter: int, pin_mac: str, typed: TypedCodes) -> bool:
    """Whether both codes are those of this counter. Both are always compared, in constant time."""
    otp_fits = _hotp(secret_key, visitor_id).verify(typed.otp, counter)
    pin_fits = hmac.compare_digest(_pin_mac(secret_key, visitor_id, counter, typed.pin), pin_mac)
    return otp_fits & pin_fits


def read(otp: str, pin: str) -> TypedCodes:
    """Read two form fields: any script's digits, gaps within a code, or the whole mail pasted into either field.

    Raises UnreadableCodes.
    """
    otp, pin = _plain(otp), _plain(pin)
    pasted_otp, pasted_pin = _pasted(otp + "\n" + pin)
    read_otp = pasted_otp or _digits(otp, OTP_DIGITS)
    read_pin = pasted_pin or _digits(pin, PIN_DIGITS)
    if read_otp is None or read_pin is None:
        raise UnreadableCodes(otp=read_otp is None, pin=read_pin is None)
    return TypedCodes(read_otp, read_pin)


def _hotp(secret_key: SecretStr, visitor_id: str) -> pyotp.HOTP:
    seed = derive(secret_key, "otp", visitor_id)
    return pyotp.HOTP(base64.b32encode(seed).decode(), digits=OTP_DIGITS)


def _pin_mac(secret_key: SecretStr, visitor_id: str, counter: int, pin: str) -> str:
    return hmac.digest(derive(secret_key, "pin", visitor_id), f"{counter}:{pin}".encode(), "sha256").hex()


def _plain(text: str) -> str:
    """Fold full-width forms (NFKC), turn any script's decimal digits into ASCII ones, drop invisible characters."""
    folded = unicodedata.normalize("NFKC", text[:_MAX_TYPED])
    kept = (c for c in folded if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)


def _digits(text: str, length: int) -> str | None:
    bare = _GAPS.sub("", text)
    return bare if re.fullmatch(rf"[0-9]{{{length}}}", bare) else None


def _pasted(text: str) -> tuple[str | None, str | None]:
    """What stands behind the mail's own labels, which are the same Latin words in every language."""
    otp, pin = _LABELLED_OTP.search(text), _LABELLED_PIN.search(text)
    return otp and otp[1], pin and pin[1]
