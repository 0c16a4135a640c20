"""The proof itself, through altcha: a challenge that costs a phone a second, a check that costs two hashes. No I/O.

The challenge is SHA-256 of a salt and a secret number; whoever finds the number has worked. The salt carries the
purpose and the end of its life, and all of it is signed (HMAC-SHA256), so nothing is kept until a solution comes.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from altcha.v1 import ChallengeOptions, create_challenge, extract_params, verify_solution
from pydantic import SecretStr

from config.secrets import derive, digest

ALGORITHM: Literal["SHA-256"] = "SHA-256"
#: The number is at most this. A phone of the cheapest kind tries some 60,000 a second: most are done within one, all
#: within two; who tries a million forms pays a core for hours.
MAX_NUMBER = 100_000
#: How long somebody may take to fill in a form after the page has begun to work.
LIFETIME = timedelta(minutes=30)
_MOST_CHARACTERS = 2_000
_FIELDS = {"algorithm": str, "challenge": str, "number": int, "salt": str, "signature": str}


class Purpose(StrEnum):
    """What a proof was made for; it is worth nothing for anything else."""

    ACCOUNT = "account"
    REGISTER = "register"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Proof:
    """A solution that is right; whether it was used before is not known yet. `name` is its signature's digest."""

    name: str
    expires_at: datetime


def challenge(secret_key: SecretStr, purpose: Purpose, now: datetime) -> dict[str, Any]:
    """What the page gets: algorithm, challenge, salt, signature and `maxnumber`, as altcha's clients read them."""
    made = create_challenge(
        ChallengeOptions(
            algorithm=ALGORITHM,
            max_number=MAX_NUMBER,
            hmac_key=_key(secret_key),
            expires=now + LIFETIME,
            params={"for": purpose.value},
        )
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def read(secret_key: SecretStr, purpose: Purpose, text: str, now: datetime) -> Proof | None:
    """The proof in a form's field (base 64 of JSON), or None: not one of ours, for another purpose, or too old."""
    payload = _payload(text)
    if payload is None or payload["algorithm"] != ALGORITHM:
        return None
    # Expiry is compared here: altcha would ask the machine's clock, and let a salt without one pass.
    right, _ = verify_solution(payload, _key(secret_key), check_expires=False)
    if not right:
        return None
    said = extract_params(payload)
    if said.get("for") != [purpose.value] or len(said.get("expires", [])) != 1:
        return None
    expires_at = datetime.fromtimestamp(int(said["expires"][0]), UTC)
    return Proof(digest(payload["signature"]), expires_at) if now < expires_at else None


def _payload(text: str) -> Any:
    """The JSON object with exactly the fields of a solution, each of its own type."""
    if len(text) > _MOST_CHARACTERS:
        return None
    try:
        found = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or any(type(found.get(name)) is not kind for name, kind in _FIELDS.items()):
        return None
    return {name: found[name] for name in _FIELDS}


def _key(secret_key: SecretStr) -> bytes:
    return derive(secret_key, "proof-of-work", "")
