"""The kinds of fields a registration has: text in, a value or an error id out. Pure.

An error id is pydantic's error type; `broker.registration.form.read` hands it on by field. Words for each are in
`web.register.words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from broker.identity.countries import is_country
from broker.identity.email import parse_email
from broker.identity.errors import BadEmail, BadPhone, BadProof
from broker.identity.phones import parse_mobile
from broker.identity.plain import ascii_digits, one_line
from broker.identity.proofs import parse as parse_proof
from broker.vocabulary import IdType

LONGEST_NAME = 120
LONGEST_ADDRESS = 400
LONGEST_NOTE = 1000
LONGEST_NUMBER = 40
#: A number as it is typed, with all the gaps people put into it.
LONGEST_TYPED = 80
OLDEST = 120

E = TypeVar("E", bound=StrEnum)
_DATE = re.compile(r"(\d{1,2})\D+(\d{1,2})\D+(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def refuse(error: str) -> PydanticCustomError:
    """What a validator raises; the type is all that leaves the form."""
    return PydanticCustomError(error, "refused")


def line(longest: int, *, needed: bool = True) -> Callable[[Any], str]:
    """A name or another single line."""

    def check(value: Any) -> str:
        text = one_line(str(value or ""))
        if needed and not text:
            raise refuse("required")
        if len(text) > longest:
            raise refuse("too_long")
        return text

    return check


def lines(longest: int, *, needed: bool = True) -> Callable[[Any], str]:
    """Several lines, each as one line is; empty ones dropped."""
    one = line(longest, needed=False)

    def check(value: Any) -> str:
        text = "\n".join(filter(None, (one(each) for each in str(value or "").splitlines())))
        if needed and not text:
            raise refuse("required")
        if len(text) > longest:
            raise refuse("too_long")
        return text

    return check


def word_of(words: type[E]) -> Callable[[Any], E]:
    """One of a closed list."""

    def check(value: Any) -> E:
        try:
            return words(str(value or ""))
        except ValueError:
            raise refuse("choose") from None

    return check


@dataclass(frozen=True, slots=True)
class Born:
    """A date of birth, or an age in years: one of the two."""

    on: date | None = field(repr=False)
    age: int | None = field(repr=False)


def born(value: Any, info: ValidationInfo) -> Born:
    """`34`, or `12/05/1991` (day first, as in India), or `1991-05-12`. The context's `today` bounds it."""
    text = ascii_digits(str(value or "")).strip()
    today: date = info.context["today"] if info.context else datetime.now(UTC).date()
    if not text:
        raise refuse("required")
    if text.isdigit():
        return Born(None, _years(int(text[:4])))
    if found := _ISO_DATE.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DATE.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise refuse("born")
    try:
        birth = date(int(year), int(month), int(day))
    except ValueError:
        raise refuse("born") from None
    if birth > today or today.year - birth.year > OLDEST:
        raise refuse("born")
    return Born(birth, None)


def age(value: Any) -> int | None:
    """Years; None where it isn't known."""
    text = ascii_digits(str(value or "")).strip()
    if not text:
        return None
    if not text.isdigit():
        raise refuse("age")
    return _years(int(text[:4]))


def _years(years: int) -> int:
    if not 0 < years <= OLDEST:
        raise refuse("age")
    return years


def country(value: Any) -> str:
    """An ISO 3166 alpha-2 code."""
    code = str(value or "").strip().upper()
    if not is_country(code):
        raise refuse("choose")
    return code


def email(value: Any) -> str:
    """An address, as `broker.identity.email` writes it."""
    if not str(value or "").strip():
        raise refuse("required")
    try:
        return parse_email(str(value))
    except BadEmail:
        raise refuse("bad_email") from None


def mobile(text: str, nationality: str) -> str:
    """E.164. A number without a country's code may be one of the own country, or of India, where many live abroad."""
    if not text.strip():
        raise refuse("required")
    try:
        return parse_mobile(text, nationality)
    except BadPhone as bad:
        if nationality != "IN":
            try:
                return parse_mobile(text, "IN")
            except BadPhone:
                pass
        raise refuse(f"phone_{bad.fault}") from None


def proof_number(id_type: IdType, text: str, nationality: str) -> str:
    """The number in its one spelling."""
    try:
        return parse_proof(id_type, text, nationality)
    except BadProof as bad:
        raise refuse(f"proof_{bad.fault}") from None


def instant(value: Any) -> datetime | None:
    """An ISO 8601 time with a zone, in UTC; None for nothing."""
    text = str(value or "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refuse("choose") from None
    if moment.utcoffset() is None:
        raise refuse("choose")
    return moment.astimezone(UTC)


Name = Annotated[str, BeforeValidator(line(LONGEST_NAME))]
