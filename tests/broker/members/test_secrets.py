"""Which usernames and passwords will do, authenticators, recovery codes."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from broker.members.errors import BadSecondFactor, BadUsername, PasswordMismatch, WeakPassword
from broker.members.secrets import (
    check_password,
    check_totp,
    check_username,
    is_recovery_code,
    new_recovery_codes,
    new_totp_secret,
    provisioning_uri,
    recovery_digest,
)
from tests.support.clock import NOON

KNOWN = ("operator.thane", "Anjali Pawar", "anjali@prisons.example")


@pytest.mark.parametrize("text", [" Operator.Thane ", "a.pawar@prisons.example", "m-1"])
def test_username_is_kept_in_one_form(text: str) -> None:
    """Lower case, without the spaces around it."""
    assert check_username(text) == text.strip().lower()


@pytest.mark.parametrize("text", ["", "ab", "a b c", ".abc", "अंजली", "a" * 81, "a/b/c"])
def test_username_that_can_not_be_typed_everywhere_is_refused(text: str) -> None:
    """Or one that is too short, or too long."""
    with pytest.raises(BadUsername):
        check_username(text)


@pytest.mark.parametrize(
    "password", ["", "short", "elevensigns", "aaaaaaaaaaaaaaaaaaaa", "anjalipawar123", "Operator.Thane1", "x" * 513]
)
def test_weak_password_is_refused(password: str) -> None:
    """Too short, too uniform, or made of what everybody knows of that person."""
    with pytest.raises(WeakPassword):
        check_password(password, password, *KNOWN)


@pytest.mark.parametrize("password", ["correct horse battery", "mango rickshaw 9 lamp", "हवा पानी मिट्टी आग"])
def test_words_together_are_a_password(password: str) -> None:
    """In any script, without rules on signs; typed twice, the same."""
    check_password(password, password, *KNOWN)
    with pytest.raises(PasswordMismatch):
        check_password(password, password + " ", *KNOWN)


def test_authenticator_proves_itself_by_its_present_code() -> None:
    """Give or take one step; spaces don't matter; another secret's code does not fit."""
    secret, other = new_totp_secret(), new_totp_secret()
    code = pyotp.TOTP(secret).at(NOON)
    check_totp(secret, f"{code[:3]} {code[3:]}", NOON + timedelta(seconds=30))
    for typed, at in ((code, NOON + timedelta(minutes=2)), (pyotp.TOTP(other).at(NOON), NOON), ("", NOON)):
        with pytest.raises(BadSecondFactor):
            check_totp(secret, typed, at)
    assert len(secret) == 32


def test_the_app_reads_whose_secret_it_is() -> None:
    """Issuer and username, as the key URI format has them."""
    uri = provisioning_uri("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "operator.thane")
    assert uri.startswith("otpauth://totp/Mulakat:operator.thane?secret=JBSWY3DPEHPK3PXP")


def test_recovery_codes_are_ten_that_differ_and_are_known_by_their_form() -> None:
    """However they are typed; an authenticator's code is none."""
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(is_recovery_code(typed) for code in codes for typed in (code, code.replace(" ", "-"), f" {code} "))
    assert not is_recovery_code("123456")
    assert not is_recovery_code("")


def test_recovery_code_is_stored_under_the_key_and_its_owner() -> None:
    """A copy of the table can't be searched through without the key, and a code is nobody else's."""
    digest = recovery_digest("key", 1, "12345 67890")
    assert digest == recovery_digest("key", 1, "1234567890")
    assert len({digest, recovery_digest("other", 1, "12345 67890"), recovery_digest("key", 2, "12345 67890")}) == 3
    assert len(digest) == 64
