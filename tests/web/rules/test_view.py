"""A state's book as its pages show it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from broker.rules.model import Clause
from broker.staff import Role
from tests.support.clock import NOON
from tests.support.desk import Desk
from tests.support.rules import a_rule, a_version
from tests.support.visits import furnish
from web.rules import view

OLD = a_version(number=1, valid_from=date(2025, 1, 1))
NOW = a_version(a_rule(last_day=14), number=2, valid_from=date(2026, 1, 1))
NEXT = a_version(a_rule(last_day=10), number=3, valid_from=date(2026, 12, 1))
TODAY = date(2026, 11, 21)


def test_the_history_says_what_each_version_changed_and_where_it_stands() -> None:
    """Newest first; the first of all changed nothing."""
    book = view.book([OLD, NOW, NEXT], TODAY, "en")
    assert book.now is NOW
    assert [(entry.version.version, entry.standing) for entry in book.history] == [
        (3, "planned"),
        (2, "now"),
        (1, "over"),
    ]
    assert [(change.before, change.after) for entry in book.history for change in entry.changes] == [
        ("14", "10"),
        ("28", "14"),
    ]


def test_every_clause_is_told_with_its_source() -> None:
    """Both lengths, both numbers of visitors, each allowance."""
    version = a_version(a_rule(sources={Clause.LENGTH: "a leaflet"}))
    lines = {line.clause: line for line in view.book([version], TODAY, "en").lines}
    assert set(lines) == set(Clause)
    assert lines[Clause.LENGTH].sentences == ("A visit lasts 15 minutes.", "A visit with a lawyer lasts 30 minutes.")
    assert lines[Clause.LENGTH].source == "a leaflet"
    assert len(lines[Clause.QUOTA].sentences) == len(lines[Clause.VISITORS].sentences) == 2


def test_without_a_rule_there_is_nothing_to_tell() -> None:
    """Neither before the first version begins, nor without any."""
    assert view.book([], TODAY, "en") == view.Book(None, "", (), ())
    assert view.book([NEXT], TODAY, "en").now is None


async def test_a_state_is_whole_to_whoever_has_all_its_jails(desk: Desk) -> None:
    """Somebody of one jail of two reads the rule and doesn't make it; other states are not theirs."""
    second = await furnish(desk.db, state=27, code=12)
    part = await desk.hire("vasant", Role.SUPERINTENDENT, desk.here)
    whole = await desk.hire("rohini", Role.STATE_ADMIN, desk.here, second)
    async with desk.db.read() as uow:
        state, _ = await view.choose_state(uow, part, "")
        assert (state.code, state.whole) == (27, False)
        state, all_ = await view.choose_state(uow, whole, "27")
        assert (state.whole, len(all_)) == (True, 1)
        assert state.today(NOON) == NOON.astimezone(ZoneInfo(state.timezone)).date()
        with pytest.raises(web.HTTPForbidden):
            await view.choose_state(uow, whole, "19")
        with pytest.raises(web.HTTPNotFound):
            await view.choose_state(uow, whole, "twenty-seven")
