"""What a caller is asked on the telephone before codes are read out to them: two things that only they should know.

Pure. Answers are compared in constant time, all of them whatever the first one says, and are kept nowhere.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from enum import StrEnum

from broker.identity.plain import bare
from broker.people import Visitor

#: How many details have to be asked.
NEEDED = 2
_LAST = 4
_LONGEST_ANSWER = 40


class Detail(StrEnum):
    """What may be asked: the last four characters of the identity proof's number, the last four digits of the mobile
    number, and the year of birth or, where only that is known, the age.
    """

    AGE = "age"
    BIRTH_YEAR = "birth_year"
    ID_LAST4 = "id_last4"
    MOBILE_LAST4 = "mobile_last4"


_ORDER = (Detail.ID_LAST4, Detail.BIRTH_YEAR, Detail.AGE, Detail.MOBILE_LAST4)


def askable(visitor: Visitor) -> tuple[Detail, ...]:
    """What is known of this visitor, in the order in which it is asked."""
    return tuple(detail for detail in _ORDER if _right(visitor, detail))


def can_be_asked(visitor: Visitor) -> bool:
    """Whether enough is known of this visitor."""
    return len(askable(visitor)) >= NEEDED


def fit(visitor: Visitor, answers: Mapping[Detail, str]) -> bool:
    """Whether every answer is right, of details that are known and at least as many as needed."""
    known = askable(visitor)
    fits = len(answers) >= NEEDED and all(detail in known for detail in answers)
    for detail, answer in answers.items():
        # In this order: the comparison is made whatever was found so far.
        fits = _same(answer, _right(visitor, detail)) and fits
    return fits


def _same(answer: str, right: tuple[str, ...]) -> bool:
    said = bare(answer[:_LONGEST_ANSWER]).encode()
    found = [hmac.compare_digest(said, each.encode()) for each in right]
    return any(found)


def _right(visitor: Visitor, detail: Detail) -> tuple[str, ...]:
    """What counts as right; nothing where it is not known."""
    identity = visitor.identity
    match detail:
        case Detail.MOBILE_LAST4:
            digits = bare(visitor.mobile).removeprefix("+")
            return (digits[-_LAST:],) if len(digits) >= _LAST else ()
        case Detail.ID_LAST4 if identity is not None:
            number = bare(identity.id_number)
            return (number[-_LAST:],) if len(number) >= _LAST else ()
        case Detail.BIRTH_YEAR if identity is not None and identity.birth_date is not None:
            return (f"{identity.birth_date.year}",)
        case Detail.AGE if identity is not None and identity.birth_date is None and identity.age is not None:
            # The age was written down when they registered; a birthday may have passed since.
            return (f"{identity.age}", f"{identity.age + 1}")
        case _:
            return ()
