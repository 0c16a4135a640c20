"""What staff sign in with: which passwords will do, TOTP secrets, and recovery codes. No I/O."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

import pyotp
from pydantic import SecretStr

from broker.members.errors import BadSecondFactor, BadUsername, PasswordMismatch, WeakPassword
from config.secrets import derive

#: Long enough that nobody guesses it in the tries one gets (NIST SP 800-63B-4, section 3.1.1), without rules on signs.
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 512
_FEWEST_SIGNS = 5
RECOVERY_CODES = 10
_RECOVERY_DIGITS = 10
_ISSUER = "Mulakat"
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,79}")


def check_username(text: str) -> str:
    """The username in the one form it is kept in. Raises BadUsername."""
    username = text.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadUsername("3 to 80 of a-z, 0-9, dot, hyphen, underscore, @")
    return username


def check_password(password: str, again: str, *known: str) -> None:
    """Whether this may become somebody's password. `known`: words that everybody knows of them (username, names, mail
    address). Raises WeakPassword, PasswordMismatch.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or len(set(password)) < _FEWEST_SIGNS:
        raise WeakPassword("too short or too uniform")
    rest = password.casefold()
    for word in sorted({part for text in known for part in _words(text)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST_PASSWORD // 2:
        raise WeakPassword("made of what everybody knows")
    if password != again:
        raise PasswordMismatch("typed twice, differently")


def _words(text: str) -> list[str]:
    """What is worth looking for: the whole, and its parts of three letters and more."""
    return [part for part in (text.casefold(), *re.split(r"[\W_]+", text.casefold())) if len(part) > 2]


def new_totp_secret() -> str:
    """160 random bits in base32, as RFC 4226 (section 4) asks for."""
    return pyotp.random_base32(32)


def provisioning_uri(secret: str, username: str) -> str:
    """What an authenticator reads from the QR code (`otpauth://totp/…`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def check_totp(secret: str, typed: str, now: datetime) -> None:
    """Whether the authenticator that was just set up shows this code, give or take 30 seconds. Raises
    BadSecondFactor.
    """
    if not pyotp.TOTP(secret).verify("".join(typed.split()), for_time=now, valid_window=1):
        raise BadSecondFactor("not this authenticator's code")


def new_recovery_codes() -> list[str]:
    """Ten codes of ten digits, as `12345 67890`: typed on any keyboard; the tries are limited."""
    return [
        f"{number[:5]} {number[5:]}"
        for number in (f"{secrets.randbelow(10**_RECOVERY_DIGITS):0{_RECOVERY_DIGITS}}" for _ in range(RECOVERY_CODES))
    ]


def is_recovery_code(typed: str) -> bool:
    """Whether what was typed has the form of a recovery code rather than of an authenticator's."""
    digits = "".join(typed.replace("-", " ").split())
    return len(digits) == _RECOVERY_DIGITS and digits.isdecimal()


def recovery_digest(secret_key: SecretStr | str, staff_id: int, code: str) -> str:
    """What is stored in a recovery code's place, in hex: keyed, as ten digits alone could be searched through."""
    digits = "".join(code.replace("-", " ").split())
    return derive(secret_key, "staff-recovery", f"{staff_id}:{digits}").hex()
