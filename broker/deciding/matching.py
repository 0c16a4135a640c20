"""Whom a family means: the jail's people beside what the family wrote, by number or by likeness, differences marked.

A likeness is an aid for the eye. Nothing is ever matched silently: whoever decides picks the person, and only somebody
whose number was given and of whom nothing differs may be approved without being picked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz

from broker.people import Inmate
from broker.visit import Prisoner

#: Below this likeness nobody is shown.
LEAST = 60.0
#: Years by which an age may be off: a family counts birthdays, a register the day of admission.
AGE_SLACK = 1

_NAME, _FATHER, _AGE = 0.5, 0.3, 0.2
_PER_YEAR = 8.0


class Detail(StrEnum):
    """What is compared."""

    AGE = "age"
    FATHER_NAME = "father_name"
    GENDER = "gender"
    NAME = "name"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the jail's register who may be meant. `likeness` from 0 to 100; `by_number`: the number given is
    theirs; `differences`: the details that the family gave otherwise (what it left out differs in nothing).
    """

    inmate: Inmate
    likeness: float
    by_number: bool
    differences: frozenset[Detail] = field(default_factory=frozenset)

    @property
    def certain(self) -> bool:
        """Whether nothing the family gave differs, the number included."""
        return self.by_number and not self.differences


def candidates(prisoner: Prisoner, inmates: Sequence[Inmate], *, limit: int = 5) -> tuple[Candidate, ...]:
    """Those of a jail's people who may be meant: whoever has the number first, then the likeliest. Nobody below LEAST
    but by number.
    """
    found = [compared(prisoner, inmate) for inmate in inmates]
    likely = [one for one in found if one.by_number or one.likeness >= LEAST]
    likely.sort(key=lambda one: (not one.by_number, -one.likeness, one.inmate.id))
    return tuple(likely[:limit])


def compared(prisoner: Prisoner, inmate: Inmate) -> Candidate:
    """One person of the register beside what the family wrote."""
    name, father = plain(prisoner.name), plain(prisoner.father_name)
    own_name, own_father = plain(inmate.name), plain(inmate.father_name)
    by_number = bool(prisoner.number) and _number(prisoner.number) == _number(inmate.number)
    parts = [(_NAME, fuzz.token_sort_ratio(name, own_name))]
    if father:
        parts.append((_FATHER, fuzz.token_sort_ratio(father, own_father)))
    if prisoner.age is not None:
        parts.append((_AGE, max(0.0, 100.0 - _PER_YEAR * abs(prisoner.age - inmate.age))))
    differs = {
        Detail.NAME: name != own_name,
        Detail.FATHER_NAME: bool(father) and father != own_father,
        Detail.AGE: prisoner.age is not None and abs(prisoner.age - inmate.age) > AGE_SLACK,
        Detail.GENDER: bool(prisoner.gender) and prisoner.gender != inmate.gender,
        Detail.NUMBER: bool(prisoner.number) and not by_number,
    }
    likeness = sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)
    marked = frozenset(detail for detail, different in differs.items() if different)
    return Candidate(inmate, round(likeness, 1), by_number, marked)


def plain(name: str) -> str:
    """A name as it is compared: without case, accents, dots and double spaces; in any script."""
    parts = unicodedata.normalize("NFKD", name).casefold()
    kept = (" " if unicodedata.category(each)[0] in "PZ" else each for each in parts if not _accent(each))
    return " ".join("".join(kept).split())


def _accent(character: str) -> bool:
    # Marks of Latin letters only: those of Indian scripts are vowels.
    return unicodedata.combining(character) != 0 and character < "\u0370"


def _number(number: str) -> str:
    return "".join(each for each in number.casefold() if each.isalnum())
