"""web.account.view: where a visit stands for the family."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.accounts.account import Account
from broker.deciding.store import Decision
from broker.outbox import Channel, MailStatus
from broker.visit import Outcome, Visit, VisitMode, VisitorDecision, VisitStatus
from broker.vocabulary import DecisionKind
from tests.broker.samples import a_mail, a_visit
from tests.support.clock import NOON
from web.account import view
from web.account.view import Stage

ACCOUNT = Account("a" * 32, "asha@family.example", "", "en", "Asia/Kolkata")
BEFORE = NOON - timedelta(hours=3)


def visit(status: VisitStatus, **changes: object) -> Visit:
    """A visit at noon."""
    return replace(a_visit(starts_at=NOON, status=status), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "stage", "may"),
    [
        (VisitStatus.REQUESTED, Stage.REQUESTED, (False, True, True)),
        (VisitStatus.ASKED, Stage.ASKED, (True, True, True)),
        (VisitStatus.APPROVED, Stage.APPROVED, (False, True, True)),
        (VisitStatus.REFUSED, Stage.REFUSED, (False, False, False)),
        (VisitStatus.CANCELLED, Stage.CANCELLED, (False, False, False)),
    ],
)
def test_what_may_be_done_follows_from_where_it_stands(
    status: VisitStatus, stage: Stage, may: tuple[bool, bool, bool]
) -> None:
    """Answer, change, withdraw: before it begins."""
    item = view.item(visit(status), BEFORE)
    assert item.stage is stage
    assert (item.may_answer, item.may_change, item.may_withdraw) == may


def test_nothing_is_changed_once_it_has_begun() -> None:
    """Not by the family, from its first instant."""
    item = view.item(visit(VisitStatus.APPROVED), NOON)
    assert (item.may_change, item.may_withdraw) == (False, False)


def test_a_video_visit_can_be_entered_a_quarter_of_an_hour_before() -> None:
    """To its last instant; a visit at the jail has no such door."""
    approved = visit(VisitStatus.APPROVED)
    assert view.stage(approved, NOON - timedelta(minutes=15)) is Stage.OPEN
    assert view.stage(approved, NOON - timedelta(minutes=16)) is Stage.APPROVED
    assert view.stage(approved, approved.ends_at) is Stage.OVER
    assert view.stage(replace(approved, mode=VisitMode.IN_PERSON), NOON) is Stage.APPROVED


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        (Outcome.COMPLETED, Stage.OVER),
        (Outcome.NOBODY_CAME, Stage.MISSED),
        (Outcome.PRISON_ABSENT, Stage.FAILED),
        (Outcome.TECHNICAL_FAILURE, Stage.FAILED),
        (Outcome.VISITOR_ABSENT, Stage.MISSED),
    ],
)
def test_how_it_went_is_told_without_blame_where_there_is_none(outcome: Outcome, stage: Stage) -> None:
    """What the family did not cause is called a failure, and theirs a missed visit."""
    assert view.stage(visit(VisitStatus.CLOSED, outcome=outcome), NOON) is stage


def test_what_comes_next_stands_first() -> None:
    """To come by time; earlier ones, the newest first."""
    soon, later = visit(VisitStatus.APPROVED), visit(VisitStatus.REQUESTED, starts_at=NOON + timedelta(days=2))
    old, older = (visit(VisitStatus.CANCELLED, starts_at=NOON - timedelta(days=days)) for days in (2, 9))
    ahead, past = view.split([later, older, soon, old], BEFORE)
    assert [item.visit.id for item in ahead] == [soon.id, later.id]
    assert [item.visit.id for item in past] == [old.id, older.id]


def test_ours_are_those_whom_letters_reach_at_the_accounts_address() -> None:
    """A companion with an address of their own has a pass of their own; who was refused has none."""
    one = visit(VisitStatus.APPROVED)
    me = one.visitors[0]
    people = (
        me,
        replace(me, id="b", email="ASHA@family.example"),
        replace(me, id="c", email="arun@family.example"),
        replace(me, id="d", decision=VisitorDecision.REFUSED),
    )
    assert [each.id for each in view.ours(replace(one, visitors=people), ACCOUNT)] == [me.id, "b"]


def test_letters_are_the_accounts_own_and_never_codes() -> None:
    """Newest first; one that bounced says so."""
    own = a_mail(NOON, subject="Approved", status=MailStatus.BOUNCED)
    newer = a_mail(NOON + timedelta(hours=1), subject="Tomorrow")
    code = a_mail(NOON, expires_at=NOON + timedelta(minutes=5))
    others = a_mail(NOON, to="arun@family.example")
    text_message = a_mail(NOON, channel=Channel.SMS)
    found = view.letters([own, newer, code, others, text_message], ACCOUNT)
    assert [(letter.subject, letter.unreached) for letter in found] == [("Tomorrow", False), ("Approved", True)]


def test_the_last_word_is_the_one_that_put_it_there() -> None:
    """A question answered long ago is not why it was refused."""
    kinds = (DecisionKind.ASKED, DecisionKind.REFUSED, DecisionKind.APPROVED, DecisionKind.REFUSED)
    decisions = [Decision("v", NOON, "staff:7", what, reason=str(place)) for place, what in enumerate(kinds)]
    found = view.last_word(decisions, Stage.REFUSED)
    assert found is not None
    assert found.reason == "3"
    assert view.last_word(decisions, Stage.APPROVED) is None
