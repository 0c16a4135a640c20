"""Those who come along: several on one page, their fields numbered from 1 (`name_1`, `email_1`, …). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self, cast

from pydantic import BeforeValidator, ValidationInfo, model_validator

from broker.registration import fields
from broker.registration.draft import Step, Typed
from broker.registration.errors import Incomplete
from broker.registration.fields import Name, refuse
from broker.registration.form import Page, read_page
from broker.vocabulary import IdType, Relationship

#: The fields of one person, in the order of the page.
FIELDS = ("name", "relationship", "nationality", "id_type", "id_number", "email")
#: What is chosen beforehand and says nothing by itself.
_ALWAYS_THERE = frozenset({"nationality"})


class Companion(Page):
    """One person. By video everybody has an own address, for the own codes; in person it may be left out ("")."""

    blamed = "id_number"
    name: Name = ""
    relationship: Annotated[Relationship, BeforeValidator(fields.word_of(Relationship))] = cast("Relationship", "")
    nationality: Annotated[str, BeforeValidator(fields.country)] = "IN"
    email: str = ""
    id_type: Annotated[IdType, BeforeValidator(fields.word_of(IdType))] = cast("IdType", "")
    id_number: Annotated[str, BeforeValidator(fields.line(fields.LONGEST_TYPED))] = ""

    @model_validator(mode="before")
    @classmethod
    def _own_address(cls, data: Any) -> Any:
        return {**data, "email": str(data.get("email", "")).strip()}

    @model_validator(mode="after")
    def _read_number(self) -> Self:
        object.__setattr__(self, "id_number", fields.proof_number(self.id_type, self.id_number, self.nationality))
        return self


class AddressedCompanion(Companion):
    """One person with an own address. The context's `taken` are the addresses of the others."""

    email: Annotated[str, BeforeValidator(fields.email)] = ""

    @model_validator(mode="after")
    def _not_shared(self, info: ValidationInfo) -> Self:
        if self.email in (info.context or {}).get("taken", ()):
            raise refuse("same_email")
        return self


def typed_of(typed: Typed, number: int) -> dict[str, str]:
    """The fields of the person with this number (1 and up), without it."""
    return {name: typed.get(f"{name}_{number}", "") for name in FIELDS}


def is_there(person: Typed) -> bool:
    """Whether anything was typed for a person."""
    return any(text.strip() for name, text in person.items() if name not in _ALWAYS_THERE)


def people(typed: Typed) -> Iterator[tuple[int, dict[str, str]]]:
    """Everybody for whom something was typed, with their numbers."""
    numbers = {int(name.rpartition("_")[2]) for name in typed if name.rpartition("_")[2].isdecimal()}
    for number in sorted(numbers):
        person = typed_of(typed, number)
        if is_there(person):
            yield number, person


def numbered(persons: list[dict[str, str]]) -> dict[str, str]:
    """The page's fields for these people, numbered anew from 1."""
    return {f"{name}_{number}": person.get(name, "") for number, person in enumerate(persons, 1) for name in FIELDS}


def read_companions(typed: Typed, *, by_video: bool, own_email: str) -> tuple[Companion, ...]:
    """Everybody who comes along. Raises Incomplete, its fields with their numbers."""
    found: list[Companion] = []
    problems: dict[str, str] = {}
    taken = {own_email}
    for number, person in people(typed):
        model = AddressedCompanion if by_video or person["email"].strip() else Companion
        try:
            found.append(read_page(model, Step.COMPANIONS, person, {"taken": taken if by_video else ()}))
            taken.add(found[-1].email)
        except Incomplete as wrong:
            own = {("email" if error == "same_email" else name): error for name, error in wrong.problems.items()}
            problems |= {f"{name}_{number}": error for name, error in own.items()}
    if problems:
        raise Incomplete(Step.COMPANIONS, problems)
    return tuple(found)
