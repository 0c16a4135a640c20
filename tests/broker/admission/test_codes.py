"""OTP and Room PIN: made from a counter, fitting once, and read however people type them."""

from __future__ import annotations

import base64

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from broker.admission import codes
from broker.admission.codes import TypedCodes
from broker.admission.errors import UnreadableCodes
from config.secrets import derive

KEY = SecretStr("a key for tests alone")
VISITOR = "0f" * 16

DIGITS = {
    "Bengali": "০১২৩৪৫৬৭৮৯",
    "Devanagari": "०१२३४५६७८९",
    "full-width": "０１２３４５６７８９",
    "Latin": "0123456789",
}
six_digits = st.text("0123456789", min_size=6, max_size=6)
four_digits = st.text("0123456789", min_size=4, max_size=4)
scripts = st.sampled_from(sorted(DIGITS))
gaps = st.sampled_from(["", " ", "-", "\u00a0"])


def test_otp_is_hotp_over_the_derived_secret() -> None:
    """Any HOTP generator (RFC 4226) that knows the secret makes the same OTP."""
    secret = base64.b32encode(derive(KEY, "otp", VISITOR)).decode()
    assert codes.issue(KEY, VISITOR, 7).otp == pyotp.HOTP(secret).at(7)


@given(counter=st.integers(1, 10_000))
def test_issued_codes_fit_their_counter_and_no_other(counter: int) -> None:
    """Codes fit the visitor and counter they were made for; the PIN's HMAC binds it to both."""
    fresh = codes.issue(KEY, VISITOR, counter)
    typed = TypedCodes(fresh.otp, fresh.pin)
    assert codes.fits(KEY, VISITOR, counter, fresh.pin_mac, typed)
    assert not codes.fits(KEY, VISITOR, counter + 1, fresh.pin_mac, typed)
    assert not codes.fits(KEY, "ff" * 16, counter, fresh.pin_mac, typed)


@given(wrong=four_digits)
def test_right_otp_with_wrong_pin_does_not_fit(wrong: str) -> None:
    """One of the two alone opens nothing, whichever it is."""
    fresh = codes.issue(KEY, VISITOR, 3)
    if wrong != fresh.pin:
        assert not codes.fits(KEY, VISITOR, 3, fresh.pin_mac, TypedCodes(fresh.otp, wrong))
    other = "000000" if fresh.otp != "000000" else "000001"
    assert not codes.fits(KEY, VISITOR, 3, fresh.pin_mac, TypedCodes(other, fresh.pin))


def test_pins_are_not_the_same_every_time() -> None:
    """A PIN is drawn anew: two hundred of them are four digits each, and neither all alike nor in few values."""
    pins = {codes.issue(KEY, VISITOR, counter).pin for counter in range(200)}
    assert all(len(pin) == 4 and pin.isascii() and pin.isdecimal() for pin in pins)
    assert len(pins) > 150


def test_codes_do_not_show_in_a_repr() -> None:
    """What a log or a traceback would print of them holds neither code."""
    fresh = codes.issue(KEY, VISITOR, 1)
    shown = repr(fresh) + repr(TypedCodes(fresh.otp, fresh.pin))
    assert fresh.otp not in shown
    assert fresh.pin not in shown
    assert fresh.pin_mac not in shown


@given(otp=six_digits, pin=four_digits, script=scripts, gap=gaps)
def test_codes_are_read_in_any_script_and_with_gaps(otp: str, pin: str, script: str, gap: str) -> None:
    """Digits of the reader's script, and spaces or hyphens within a code, mean the same codes."""
    table = str.maketrans(DIGITS["Latin"], DIGITS[script])
    typed = codes.read(f" {gap.join([otp[:3], otp[3:]])} ".translate(table), gap.join(pin).translate(table))
    assert typed == TypedCodes(otp, pin)


@given(otp=six_digits, pin=four_digits, field=st.sampled_from(["otp", "pin", "both"]))
def test_whole_mail_pasted_into_a_field_is_read(otp: str, pin: str, field: str) -> None:
    """The mail's own labels are found in whatever was pasted, in either field."""
    mail = f"Visit 25/35/55/2021\n\nOTP: {otp}\nRoom PIN: {pin}\n\nuntil 11:20, helpline 020-26612345"
    typed = codes.read(mail if field != "pin" else "", mail if field != "otp" else "")
    assert typed == TypedCodes(otp, pin)


@pytest.mark.parametrize(
    ("otp", "pin", "bad"),
    [
        ("", "", {"otp", "pin"}),
        ("12345", "1234", {"otp"}),
        ("123456", "12345", {"pin"}),
        ("abcdef", "1234", {"otp"}),
        ("123456 7", "1234", {"otp"}),
        ("x" * 100_000, "1234", {"otp"}),
    ],
)
def test_unreadable_codes_say_which_of_the_two(otp: str, pin: str, bad: set[str]) -> None:
    """What can't be a code is refused before it counts, and the form can mark the right field."""
    with pytest.raises(UnreadableCodes) as refused:
        codes.read(otp, pin)
    assert {field for field in ("otp", "pin") if getattr(refused.value, field)} == bad
    assert "1234" not in str(refused.value)


@given(otp=st.text(max_size=60), pin=st.text(max_size=60))
def test_whatever_is_typed_is_either_codes_or_unreadable(otp: str, pin: str) -> None:
    """No input makes reading fail in any other way."""
    try:
        typed = codes.read(otp, pin)
    except UnreadableCodes:
        return
    assert (len(typed.otp), len(typed.pin)) == (6, 4)
    assert set(typed.otp + typed.pin) <= set(DIGITS["Latin"])
