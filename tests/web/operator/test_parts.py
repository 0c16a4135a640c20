"""web.operator.parts: each row as a part of the page, and what needs a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web

from broker.staff import Role, Staff
from tests.broker.samples import JAIL, a_visit
from tests.support.asked import asked
from tests.support.clock import NOON
from web.operator.board import Board, build
from web.operator.parts import parts


def staff_of(role: Role) -> Staff:
    """Somebody in this role."""
    return Staff(7, "asha", "Asha", role, frozenset({JAIL.id}), totp_required=False)


async def test_every_visit_is_a_part_of_its_own_behind_its_hours_heading(wired: web.Application) -> None:
    """In the order of time, whatever is over."""
    now, later, over = (
        a_visit(),
        a_visit(starts_at=NOON + timedelta(hours=1)),
        a_visit(starts_at=NOON - timedelta(hours=1)),
    )
    board = build([over, now, later], [], {}, {}, NOON)
    shown = parts(asked(wired), staff_of(Role.OPERATOR), JAIL, board)
    at = {visit.id: f"at-{int(visit.starts_at.timestamp())}" for visit in (now, later, over)}
    assert list(shown.items) == [
        *(at[over.id], f"visit-{over.id}"),
        *(at[now.id], f"visit-{now.id}"),
        *(at[later.id], f"visit-{later.id}"),
    ]
    assert set(shown.fixed) == {"needs", "summary", "terminals"}


async def test_a_day_without_visits_says_so(wired: web.Application) -> None:
    """Rather than showing nothing at all."""
    empty: Board = build([], [], {}, {}, NOON)
    assert list(parts(asked(wired), staff_of(Role.OPERATOR), JAIL, empty).items) == ["empty"]


@pytest.mark.parametrize(("role", "acts"), [(Role.OPERATOR, True), (Role.STATE_ADMIN, False)])
async def test_whoever_may_only_look_is_offered_no_act(wired: web.Application, role: Role, acts: bool) -> None:  # noqa: FBT001
    """The same row, with and without its button."""
    visit = a_visit()
    shown = parts(asked(wired), staff_of(role), JAIL, build([visit], [], {}, {}, NOON))
    assert ('data-action="start"' in shown.items[f"visit-{visit.id}"]) is acts
