"""The pages of a registration as models: what was typed on one, read into values, or refused field by field. Pure.

Every field's text is kept as typed elsewhere; here it is only read. An error id says what is wrong with which field:
`required`, `too_long`, `choose`, `born`, `age`, `bad_email`, `phone_…` (PhoneFault), `proof_…` (ProofFault),
`same_email`, `slots_differ`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from broker.registration import fields
from broker.registration.draft import Draft, Step, Typed
from broker.registration.errors import Incomplete
from broker.registration.fields import Born, Name, refuse
from broker.vocabulary import Gender, IdType, Relationship, VisitKind, VisitMode
from config.i18n import DEFAULT, LANGUAGES

#: Slots by preference.
MOST_SLOTS = 3


class Page(BaseModel):
    """What is on one page. A problem of two fields together names the `blamed` one."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True, validate_default=True)
    blamed: ClassVar[str] = ""

    def __repr__(self) -> str:
        """Nobody's data in a log."""
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


class You(Page):
    """Who asks."""

    name: Name = ""
    father_name: Name = ""
    gender: Annotated[Gender, BeforeValidator(fields.word_of(Gender))] = cast("Gender", "")
    born: Annotated[Born, BeforeValidator(fields.born)] = cast("Born", "")
    relationship: Annotated[Relationship, BeforeValidator(fields.word_of(Relationship))] = cast("Relationship", "")

    @property
    def kind(self) -> VisitKind:
        """A lawyer's visit is a legal one."""
        return VisitKind.LEGAL if self.relationship is Relationship.LAWYER else VisitKind.FAMILY


class Contact(Page):
    """Where they are reached."""

    nationality: Annotated[str, BeforeValidator(fields.country)] = "IN"
    address: Annotated[str, BeforeValidator(fields.lines(fields.LONGEST_ADDRESS))] = ""
    email: Annotated[str, BeforeValidator(fields.email)] = ""
    mobile: Annotated[str, BeforeValidator(fields.line(fields.LONGEST_TYPED))] = ""

    @field_validator("mobile")
    @classmethod
    def _read_mobile(cls, text: str, info: ValidationInfo) -> str:
        # Beside a wrong address too: everything that is wrong is said at once. The country stands above it.
        return fields.mobile(text, info.data.get("nationality", "IN"))


class Proof(Page):
    """How they prove it. The context's `nationality` is that of the contact page."""

    id_type: Annotated[IdType, BeforeValidator(fields.word_of(IdType))] = cast("IdType", "")
    id_number: Annotated[str, BeforeValidator(fields.line(fields.LONGEST_TYPED))] = ""

    @field_validator("id_number")
    @classmethod
    def _read_number(cls, text: str, info: ValidationInfo) -> str:
        if "id_type" not in info.data:
            return text  # which proof it is comes first
        return fields.proof_number(info.data["id_type"], text, (info.context or {}).get("nationality", "IN"))


class Photo(Page):
    """The copy of the proof: the id of a stored document."""

    document_id: Annotated[str, BeforeValidator(fields.line(32))] = ""


class JailChoice(Page):
    """Where: `27-11`, the state's code and the jail's within it."""

    jail: Annotated[str, BeforeValidator(fields.line(9))] = ""

    @property
    def codes(self) -> tuple[int, int] | None:
        """Both numbers; None for something else."""
        state, _, code = self.jail.partition("-")
        return (int(state), int(code)) if state.isdecimal() and code.isdecimal() else None


class PrisonerPage(Page):
    """Whom to meet, in the family's words. Nothing here is compared with any register."""

    name: Name = ""
    father_name: Name = ""
    age: Annotated[int | None, BeforeValidator(fields.age)] = None
    gender: Annotated[Gender, BeforeValidator(fields.word_of(Gender))] = cast("Gender", "")
    number: Annotated[str, BeforeValidator(fields.line(fields.LONGEST_NUMBER, needed=False))] = ""


class How(Page):
    """In person, or by video."""

    mode: Annotated[VisitMode, BeforeValidator(fields.word_of(VisitMode))] = cast("VisitMode", "")


class Times(Page):
    """The beginnings of the wanted slots (UTC), best first."""

    slot_1: Annotated[datetime | None, BeforeValidator(fields.instant)] = None
    slot_2: Annotated[datetime | None, BeforeValidator(fields.instant)] = None
    slot_3: Annotated[datetime | None, BeforeValidator(fields.instant)] = None
    blamed = "slot_1"

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if not self.wanted:
            raise refuse("required")
        return self

    @property
    def wanted(self) -> tuple[datetime, ...]:
        """Without gaps and doubles."""
        chosen = (self.slot_1, self.slot_2, self.slot_3)
        return tuple(dict.fromkeys(each for each in chosen if each is not None))


class Letter(Page):
    """In which language to write, and what the jail should know."""

    language: str = DEFAULT
    note: Annotated[str, BeforeValidator(fields.lines(fields.LONGEST_NOTE, needed=False))] = ""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.language not in LANGUAGES:
            raise refuse("choose")
        return self

    blamed = "language"


P = TypeVar("P", bound=Page)
_PAGES: Mapping[Step, type[Page]] = MappingProxyType(
    {
        Step.YOU: You,
        Step.CONTACT: Contact,
        Step.PROOF: Proof,
        Step.PHOTO: Photo,
        Step.JAIL: JailChoice,
        Step.PRISONER: PrisonerPage,
        Step.HOW: How,
        Step.TIMES: Times,
        Step.LETTER: Letter,
    }
)


def read_page(model: type[P], step: str, typed: Typed, context: Mapping[str, Any]) -> P:
    """One page's values. Raises Incomplete with the error id of each wrong field."""
    try:
        return model.model_validate(dict(typed), context=dict(context))
    except ValidationError as wrong:
        problems = {
            str(error["loc"][0]) if error["loc"] else model.blamed: error["type"]
            for error in wrong.errors(include_url=False, include_input=False, include_context=False)
        }
        raise Incomplete(step, problems) from None


def context_of(draft: Draft, today: date) -> dict[str, Any]:
    """What some fields must know of others."""
    return {"today": today, "nationality": draft.typed(Step.CONTACT).get("nationality", "IN")}


def read(step: Step, draft: Draft, today: date) -> Page:
    """What stands on one page of a draft. Raises Incomplete. Not for the companions, who are several."""
    return read_page(_PAGES[step], step.value, draft.typed(step), context_of(draft, today))
