"""The proof itself: what is taken, and everything that isn't."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from altcha.v1 import hash_hex, hmac_hex
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.support.clock import NOON
from tests.support.proofs import encoded, payload
from tests.support.settings import SECRET_KEY
from web.proof import work
from web.proof.work import Purpose

KEY = SecretStr(SECRET_KEY)


def read(text: str, *, purpose: Purpose = Purpose.STATUS, after: timedelta = timedelta()) -> work.Proof | None:
    """What the server makes of it."""
    return work.read(KEY, purpose, text, NOON + after)


@pytest.fixture(scope="module")
def challenge() -> dict[str, Any]:
    """A challenge for /status, made at noon."""
    return work.challenge(KEY, Purpose.STATUS, NOON)


@pytest.fixture(scope="module")
def solved(challenge: dict[str, Any]) -> str:
    """Its solution."""
    return payload(challenge)


def test_a_solved_challenge_is_taken_until_it_is_too_old(solved: str) -> None:
    """Half an hour, to the second."""
    found = read(solved)
    assert found is not None
    assert found.expires_at == (NOON + work.LIFETIME).replace(microsecond=0)
    assert read(solved, after=work.LIFETIME - timedelta(seconds=1)) == found
    assert read(solved, after=work.LIFETIME) is None


def test_a_proof_for_one_form_is_worth_nothing_for_another(solved: str) -> None:
    """Its purpose is part of what was signed."""
    assert read(solved, purpose=Purpose.REGISTER) is None
    assert read(solved, purpose=Purpose.ACCOUNT) is None


def test_two_challenges_never_look_alike(challenge: dict[str, Any]) -> None:
    """And nothing of the number is in them."""
    other = work.challenge(KEY, Purpose.STATUS, NOON)
    assert other["salt"] != challenge["salt"]
    assert other["challenge"] != challenge["challenge"]
    assert set(other) == {"algorithm", "challenge", "maxnumber", "salt", "signature"}


def forged(key: str, *, salt: str, algorithm: str = "SHA-256", number: int = 7) -> str:
    """A proof that somebody made with a key of their own."""
    challenge = hash_hex("SHA-256", f"{salt}{number}".encode())
    signature = hmac_hex("SHA-256", challenge.encode(), key)
    return encoded(
        {"algorithm": algorithm, "challenge": challenge, "number": number, "salt": salt, "signature": signature}
    )


def test_a_forged_proof_is_not_taken(challenge: dict[str, Any]) -> None:
    """Made with another key, for an easy number, with a life of its own."""
    later = int((NOON + timedelta(days=365)).timestamp())
    assert read(forged("another key", salt=f"00?for=status&expires={later}&")) is None
    assert read(forged("", salt=f"00?for=status&expires={later}&")) is None


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": -1},
        {"number": "12"},
        {"number": 12.0},
        {"number": True},
        {"number": None},
        {"salt": "00&"},
        {"salt": ""},
        {"salt": None},
        {"algorithm": "SHA-1"},
        {"algorithm": "SHA-512"},
        {"algorithm": "none"},
        {"signature": "0" * 64},
        {"signature": ""},
        {"signature": None},
        {"challenge": "0" * 64},
    ],
)
def test_a_changed_proof_is_not_taken(challenge: dict[str, Any], change: dict[str, Any]) -> None:
    """Each field is held by the signature, and has one type only."""
    assert read(payload(challenge, **change)) is None


def test_a_proof_can_not_be_made_to_live_longer(challenge: dict[str, Any]) -> None:
    """Neither by another end, nor by a second one, nor by moving digits from the number into the salt."""
    later = int((NOON + timedelta(days=365)).timestamp())
    salt = challenge["salt"]
    for other in (f"{salt}expires={later}&", salt.replace("expires=", f"expires={later}&x="), f"{salt}1"):
        assert read(payload(challenge, salt=other), after=timedelta(days=1)) is None


def test_a_signature_in_other_letters_is_another_one(challenge: dict[str, Any]) -> None:
    """Or a proof could be used twice."""
    assert read(payload(challenge, signature=challenge["signature"].upper())) is None


@given(st.one_of(st.text(max_size=200), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(encoded)))
def test_any_text_is_read_without_a_fuss(text: str) -> None:
    """What is no proof is None."""
    assert read(text) is None


@pytest.mark.parametrize("text", ["", "[]", encoded([]), encoded("proof"), "A" * 100_000, encoded({})])
def test_what_is_no_proof_at_all_is_none(text: str) -> None:
    """Overlong, of another shape, or nothing."""
    assert read(text) is None
