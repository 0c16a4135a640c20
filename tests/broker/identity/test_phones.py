"""Telephone numbers: of any country, as people write them."""

from __future__ import annotations

import pytest

from broker.identity.errors import BadPhone, PhoneFault
from broker.identity.phones import calling_code, masked, parse_mobile, show


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("98765 43210", "IN", "+919876543210"),
        ("098765-43210", "IN", "+919876543210"),
        ("+91 98765 43210", "NG", "+919876543210"),
        ("0091 98765 43210", "IN", "+919876543210"),
        ("९८७६५४३२१०", "IN", "+919876543210"),
        ("0803 123 4567", "NG", "+2348031234567"),
        ("+234 803 123 4567", "IN", "+2348031234567"),
        ("(212) 555-0134", "US", "+12125550134"),
        ("+86 138 0013 8000", "IN", "+8613800138000"),
        ("+27 82 123 4567", "IN", "+27821234567"),
        ("+380 50 123 4567", "IN", "+380501234567"),
        ("0412 345 678", "AU", "+61412345678"),
        ("+44 7911 123456", "IN", "+447911123456"),
    ],
)
def test_a_number_is_kept_as_e164(typed: str, country: str, number: str) -> None:
    """With its country's code, whichever way it was written."""
    assert parse_mobile(typed, country) == number


@pytest.mark.parametrize(
    ("typed", "country", "fault"),
    [
        ("", "IN", PhoneFault.NOT_A_NUMBER),
        ("none", "IN", PhoneFault.NOT_A_NUMBER),
        ("98765 4321O", "IN", PhoneFault.NOT_A_NUMBER),
        ("98765", "IN", PhoneFault.TOO_SHORT),
        ("98765 43210 12345", "IN", PhoneFault.TOO_LONG),
        ("1111111111", "IN", PhoneFault.NOT_IN_USE),
        ("020 2669 2412", "IN", PhoneFault.NOT_MOBILE),
        ("+44 20 7946 0958", "IN", PhoneFault.NOT_MOBILE),
        ("1800 180 1551", "IN", PhoneFault.NOT_MOBILE),
        ("+999 123 456 789", "IN", PhoneFault.NOT_A_NUMBER),
        ("9" * 500, "IN", PhoneFault.NOT_A_NUMBER),
        ("98765 43210", "ZZ", PhoneFault.NOT_A_NUMBER),
    ],
)
def test_what_nobody_can_be_called_at_is_refused(typed: str, country: str, fault: PhoneFault) -> None:
    """With a fault that a page can say in words."""
    with pytest.raises(BadPhone) as refused:
        parse_mobile(typed, country)
    assert refused.value.fault is fault


def test_a_number_is_shown_in_groups() -> None:
    """As it would be printed on a card abroad."""
    assert show("+919876543210") == "+91 98765 43210"
    assert show("not a number") == "not a number"


def test_a_masked_number_shows_its_last_three() -> None:
    """Enough to know one's own by."""
    assert masked("+919876543210") == "•••• 210"
    assert masked("12") == "••••"


def test_a_country_has_its_calling_code() -> None:
    """For the hint beside the field."""
    assert calling_code("IN") == "+91"
    assert calling_code("ZZ") == ""
