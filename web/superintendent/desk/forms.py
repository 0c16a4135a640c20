"""What a decision's form sent: read once, what is wrong with it collected, and kept to be shown again.

Every problem is the field it stands at and the id of its sentence in `superintendent/problems.html`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web

#: More than this of a note isn't read: it goes into a letter.
TEXT_LIMIT = 1000

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the id of the element on the page, `id` the sentence's."""

    field: str
    id: str


class Typed:
    """A form's fields as text, in the order in which they came; files and unknown fields are nothing."""

    def __init__(self, fields: Mapping[str, list[str]] | None = None) -> None:
        self._fields = fields or {}
        self.problems: list[Problem] = []

    @classmethod
    async def read(cls, request: web.Request) -> Typed:
        """The posted form."""
        fields: dict[str, list[str]] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
        return cls(fields)

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Typed:
        """A form as an address's query has filled it in."""
        return cls({name: [value] for name, value in fields.items()})

    def refuse(self, field: str, problem: str) -> None:
        """Note a problem at a field; the first one of a field stands."""
        if all(known.field != field for known in self.problems):
            self.problems.append(Problem(field, problem))

    def value(self, name: str, default: str = "") -> str:
        """What was typed, as it is shown again."""
        return self._fields.get(name, [default])[0]

    def values(self, name: str) -> tuple[str, ...]:
        """Everything that came under one name: ticked boxes."""
        return tuple(self._fields.get(name, ()))

    def text(self, name: str, problem: str = "") -> str:
        """The text without outer blanks. With a `problem`, an empty one is refused for it; too long is `too_long`."""
        text = self.value(name).strip()
        if not text and problem:
            self.refuse(name, problem)
        if len(text) > TEXT_LIMIT:
            self.refuse(name, "too_long")
        return text

    def choice(self, name: str, words: type[Word], problem: str) -> Word | None:
        """One of a closed list, or a problem."""
        try:
            return words(self.value(name))
        except ValueError:
            self.refuse(name, problem)
            return None

    def number(self, name: str, problem: str) -> int | None:
        """A whole number as people write it, a sign included, or a problem."""
        text = self.value(name).strip().replace("\u2212", "-")
        digits = text.removeprefix("+").removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            self.refuse(name, problem)
            return None
        return int(text)

    def day(self, name: str, problem: str) -> date | None:
        """A day as `<input type=date>` sends it, or a problem."""
        try:
            return date.fromisoformat(self.value(name).strip())
        except ValueError:
            self.refuse(name, problem)
            return None

    def day_or_never(self, name: str, problem: str) -> date | None:
        """As `day`; an empty field is no problem and None."""
        return self.day(name, problem) if self.value(name).strip() else None

    def clock(self, name: str, problem: str) -> time | None:
        """A time of day as `<input type=time>` sends it, or a problem."""
        try:
            return time.fromisoformat(self.value(name).strip()).replace(tzinfo=None)
        except ValueError:
            self.refuse(name, problem)
            return None

    def instant(self, name: str, problem: str) -> datetime | None:
        """A slot's beginning as a page of ours wrote it (`stamp`), or a problem."""
        try:
            return datetime.strptime(self.value(name), _STAMP).replace(tzinfo=UTC)
        except ValueError:
            self.refuse(name, problem)
            return None

    def instants(self, name: str) -> tuple[datetime, ...]:
        """Every slot's beginning under one name; what a page of ours did not write is left out."""
        read = (Typed.of({name: value}).instant(name, "not_ours") for value in dict.fromkeys(self.values(name)))
        return tuple(moment for moment in read if moment is not None)


_STAMP = "%Y%m%dT%H%MZ"


def stamp(moment: datetime) -> str:
    """An instant as a form's value: UTC, to the minute."""
    return moment.astimezone(UTC).strftime(_STAMP)


def on_the_clock(day: date, at: time, timezone: str) -> datetime:
    """A day and a time on a jail's own clock, as UTC. A time the clock skips counts as before the change."""
    return datetime.combine(day, at, ZoneInfo(timezone)).astimezone(UTC)
