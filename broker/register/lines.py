"""One line of a jail's register: which values it must have, and what is wrong with each that it can't have. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from broker.identity.countries import HOME, is_country
from broker.vocabulary import Gender, InmateCategory, InmateStatus

REQUIRED = ("number", "name", "father_name", "age", "gender", "category")
OPTIONAL = ("nationality", "status", "no_objection")
COLUMNS = (*REQUIRED, *OPTIONAL)
#: Stands for values beyond the last column.
BEYOND = "…"

_LONGEST = {"number": 40, "name": 120, "father_name": 120, "no_objection": 120}
_AGES = range(12, 121)
_SHOWN = 40

# What registers write for the words that are stored.
_GENDERS = MappingProxyType({"f": "female", "m": "male", "o": "other", "t": "other", "transgender": "other"})
_CATEGORIES = MappingProxyType(
    {
        "c": "convict",
        "convicted": "convict",
        "cp": "convict",
        "under_trial": "undertrial",
        "ut": "undertrial",
        "utp": "undertrial",
    }
)
_STATUSES = MappingProxyType({"court": "away", "hospital": "away", "in": "held", "transferred": "moved"})

E = TypeVar("E", bound=StrEnum)


class Why(StrEnum):
    """What is wrong with a value."""

    BAD_AGE = "bad_age"
    BAD_CATEGORY = "bad_category"
    BAD_COUNTRY = "bad_country"
    BAD_GENDER = "bad_gender"
    BAD_STATUS = "bad_status"
    MISSING = "missing"
    NOT_TEXT = "not_text"
    REPEATED = "repeated"
    TOO_LONG = "too_long"
    TOO_MANY_VALUES = "too_many_values"
    UNKNOWN_COLUMN = "unknown_column"


@dataclass(frozen=True, slots=True)
class Row:
    """One person as the jail's own system says. `line` is where it stood: the line of a CSV, or the position from 1."""

    line: int
    number: str = field(repr=False)
    name: str = field(repr=False)
    father_name: str = field(repr=False)
    age: int = field(repr=False)
    gender: str = field(repr=False)
    category: InmateCategory
    nationality: str = HOME
    status: InmateStatus = InmateStatus.HELD
    no_objection: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that can't be taken: where it stands, why, and (short) what was written there. `column` "": all of it."""

    line: int
    column: str
    why: Why
    value: str = field(repr=False, default="")


def key_of(number: str) -> str:
    """What makes two writings of a number the same one: neither case nor spaces."""
    return "".join(number.split()).lower()


def read_line(line: int, values: Any) -> tuple[Row | None, tuple[Fault, ...]]:
    """The person of a record (values by column), or None and every fault of it."""
    reader = _Reader(line, values if isinstance(values, Mapping) else None)
    row = reader.row()
    return row, tuple(reader.faults)


class _Reader:
    """Reads one record; collects what is wrong with it."""

    def __init__(self, line: int, values: Mapping[str, Any] | None) -> None:
        self.line = line
        self.faults: list[Fault] = []
        self._values = values

    def row(self) -> Row | None:
        """The person, or None with at least one fault."""
        if self._values is None:
            self._fault("", Why.NOT_TEXT, "")
            return None
        for name in self._values:
            if name == BEYOND:
                self._fault("", Why.TOO_MANY_VALUES, self._values[name])
            elif name not in COLUMNS:
                self._fault(str(name)[:_SHOWN], Why.UNKNOWN_COLUMN, self._values[name])
        number, name, father = self._text("number"), self._text("name"), self._text("father_name")
        age = self._age()
        gender = self._word("gender", Gender, Why.BAD_GENDER, _GENDERS)
        category = self._word("category", InmateCategory, Why.BAD_CATEGORY, _CATEGORIES)
        nationality = self._country()
        status = self._word("status", InmateStatus, Why.BAD_STATUS, _STATUSES, default=InmateStatus.HELD)
        no_objection = self._text("no_objection", required=False)
        if self.faults or gender is None or category is None or status is None:
            return None
        return Row(self.line, number, name, father, age, gender.value, category, nationality, status, no_objection)

    def _raw(self, column: str) -> str:
        value = (self._values or {}).get(column)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            self._fault(column, Why.NOT_TEXT, value)
            return ""
        return " ".join(str(value).split())

    def _text(self, column: str, *, required: bool = True) -> str:
        before = len(self.faults)
        text = self._raw(column)
        if len(text) > _LONGEST[column]:
            self._fault(column, Why.TOO_LONG, text)
        elif any(not character.isprintable() for character in text):
            self._fault(column, Why.NOT_TEXT, text)
        elif required and not text and len(self.faults) == before:
            self._fault(column, Why.MISSING, "")
        return text

    def _age(self) -> int:
        before = len(self.faults)
        text = self._raw("age")
        if not text:
            if len(self.faults) == before:
                self._fault("age", Why.MISSING, "")
            return 0
        age = int(text) if text.isdecimal() and len(text) <= 3 else 0
        if age not in _AGES:
            self._fault("age", Why.BAD_AGE, text)
        return age

    def _country(self) -> str:
        text = self._raw("nationality").upper() or HOME
        if not is_country(text):
            self._fault("nationality", Why.BAD_COUNTRY, text)
        return text

    def _word(
        self, column: str, words: type[E], why: Why, also: Mapping[str, str], *, default: E | None = None
    ) -> E | None:
        before = len(self.faults)
        text = self._raw(column)
        if not text:
            if default is None and len(self.faults) == before:
                self._fault(column, Why.MISSING, "")
            return default
        folded = text.lower().replace(" ", "_").replace("-", "_")
        try:
            return words(also.get(folded, folded))
        except ValueError:
            self._fault(column, why, text)
            return None

    def _fault(self, column: str, why: Why, value: Any) -> None:
        self.faults.append(Fault(self.line, column, why, str(value)[:_SHOWN]))
