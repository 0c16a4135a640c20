"""Telephone numbers of any country: typed as people write them, kept as E.164 (ITU-T), shown in groups. No I/O."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from broker.identity.countries import HOME
from broker.identity.errors import BadPhone, PhoneFault
from broker.identity.plain import ascii_digits

_MAX_TYPED = 40
_WRITTEN = re.compile(r"[+0-9 ().\-/\u00a0\u2010-\u2015]+")
# Fixed lines get no SMS. In some countries (+1) a number doesn't say what it is: there it is taken.
_FIXED = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
_LENGTHS = {
    ValidationResult.TOO_SHORT: PhoneFault.TOO_SHORT,
    ValidationResult.TOO_LONG: PhoneFault.TOO_LONG,
}


def parse_mobile(text: str, country: str = HOME) -> str:
    """The number as E.164 ("+919876543210"). `country` (ISO 3166 alpha-2) is that of a number typed without "+".

    Raises BadPhone.
    """
    typed = ascii_digits(text).strip()
    if len(typed) > _MAX_TYPED or not _WRITTEN.fullmatch(typed):
        raise BadPhone(PhoneFault.NOT_A_NUMBER)
    try:
        number = phonenumbers.parse(typed, country)
    except NumberParseException as error:
        raise BadPhone(_why(error)) from None
    length = phonenumbers.is_possible_number_with_reason(number)
    if length != ValidationResult.IS_POSSIBLE:
        raise BadPhone(_LENGTHS.get(length, PhoneFault.NOT_IN_USE))
    if not phonenumbers.is_valid_number(number):
        raise BadPhone(PhoneFault.NOT_IN_USE)
    if phonenumbers.number_type(number) in _FIXED:
        raise BadPhone(PhoneFault.NOT_MOBILE)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def show(e164: str) -> str:
    """The number in groups, with its country's code: "+91 98765 43210". What is no number stays as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return e164


def masked(e164: str) -> str:
    """The number with all but its last three digits hidden."""
    return "•••• " + e164[-3:] if len(e164) > 3 else "••••"


def calling_code(country: str) -> str:
    """What a number of this country begins with abroad: "+91"; "" for an unknown country."""
    code = phonenumbers.country_code_for_region(country)
    return f"+{code}" if code else ""


def _why(error: NumberParseException) -> PhoneFault:
    match error.error_type:
        case NumberParseException.TOO_LONG:
            return PhoneFault.TOO_LONG
        case NumberParseException.TOO_SHORT_NSN | NumberParseException.TOO_SHORT_AFTER_IDD:
            return PhoneFault.TOO_SHORT
        case _:
            return PhoneFault.NOT_A_NUMBER
