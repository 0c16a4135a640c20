"""All the pages together: is anything missing, and does the state's rule allow it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar, cast

from broker.registration.companions import Companion, read_companions
from broker.registration.draft import STEPS, Draft, Step
from broker.registration.errors import Incomplete
from broker.registration.form import (
    Contact,
    How,
    JailChoice,
    Letter,
    Page,
    Photo,
    PrisonerPage,
    Proof,
    Times,
    You,
    read,
)
from broker.rules.model import Rule
from broker.vocabulary import VisitMode

P = TypeVar("P", bound=Page)


@dataclass(frozen=True, slots=True)
class Whole:
    """A registration without a gap."""

    you: You = field(repr=False)
    contact: Contact = field(repr=False)
    proof: Proof = field(repr=False)
    photo: Photo = field(repr=False)
    jail: JailChoice
    prisoner: PrisonerPage = field(repr=False)
    how: How
    companions: tuple[Companion, ...] = field(repr=False)
    times: Times
    letter: Letter = field(repr=False)

    @property
    def people(self) -> int:
        """How many would come."""
        return 1 + len(self.companions)


def read_whole(draft: Draft, today: date) -> Whole:
    """Raises Incomplete for the first page that lacks something."""

    def page(step: Step, _model: type[P]) -> P:
        return cast("P", read(step, draft, today))

    # In the order of the pages, so that the first gap is the one that is told.
    return Whole(
        you=page(Step.YOU, You),
        contact=page(Step.CONTACT, Contact),
        proof=page(Step.PROOF, Proof),
        photo=page(Step.PHOTO, Photo),
        jail=page(Step.JAIL, JailChoice),
        prisoner=page(Step.PRISONER, PrisonerPage),
        how=page(Step.HOW, How),
        companions=companions_of(draft),
        times=page(Step.TIMES, Times),
        letter=page(Step.LETTER, Letter),
    )


def companions_of(draft: Draft) -> tuple[Companion, ...]:
    """Those who come along. Raises Incomplete."""
    return read_companions(
        draft.typed(Step.COMPANIONS),
        by_video=draft.typed(Step.HOW).get("mode") == VisitMode.VIDEO,
        own_email=draft.typed(Step.CONTACT).get("email", "").strip().lower(),
    )


def problems_of(step: Step, draft: Draft, today: date) -> dict[str, str]:
    """The error ids of one page by field; {} when it is right."""
    try:
        if step is Step.COMPANIONS:
            companions_of(draft)
        else:
            read(step, draft, today)
    except Incomplete as wrong:
        return wrong.problems
    return {}


def first_gap(draft: Draft, today: date) -> Step | None:
    """The first page that lacks something; None when everything is there."""
    return next((step for step in STEPS if problems_of(step, draft, today)), None)


def check_rule(whole: Whole, rule: Rule) -> None:
    """Raises Incomplete (`not_admitted`, `not_offered`, `too_many_people`) for what the state's rule does not allow."""
    if whole.you.relationship not in rule.relationships:
        raise Incomplete(Step.YOU, {"relationship": "not_admitted"})
    if whole.how.mode not in rule.modes:
        raise Incomplete(Step.HOW, {"mode": "not_offered"})
    if whole.people > rule.visitors_max[whole.how.mode]:
        raise Incomplete(Step.COMPANIONS, {"name_1": "too_many_people"})
