"""web.operator.rules: for how long the rule waits for a family."""

from __future__ import annotations

from dataclasses import replace

from broker.visit import Visit
from tests.support.desk import Desk
from tests.support.rules import a_rule, enact
from web.operator.rules import minutes_within, no_show_minutes
from web.operator.states import NO_SHOW_MINUTES


async def add_rule(desk: Desk, visit: Visit, minutes: int) -> int:
    """A version of the state's rule; returns its id."""
    rule = a_rule(state_code=visit.jail.state_code, no_show_minutes=minutes)
    return (await enact(desk.db, rule)).id


async def test_without_any_rule_it_is_ten_minutes(desk: Desk) -> None:
    """A state whose rules are missing still has a day to run."""
    assert await no_show_minutes(desk.app, await desk.book()) == NO_SHOW_MINUTES == 10


async def test_the_rule_of_the_day_counts_unless_the_visit_was_approved_under_another(desk: Desk) -> None:
    """A family was promised what the rule said when it was approved."""
    visit = await desk.book()
    first = await add_rule(desk, visit, 12)
    await add_rule(desk, visit, 7)
    assert await no_show_minutes(desk.app, visit) == 7
    assert await no_show_minutes(desk.app, replace(visit, rule_version_id=first)) == 12
    assert await no_show_minutes(desk.app, replace(visit, rule_version_id=4711)) == NO_SHOW_MINUTES


async def test_a_rule_is_looked_up_once_for_a_whole_day(desk: Desk) -> None:
    """The board asks for every visit; what is known is not asked again."""
    visit = await desk.book()
    await add_rule(desk, visit, 12)
    known: dict[int | None, int] = {}
    async with desk.db.read() as uow:
        assert await minutes_within(uow, visit, known) == 12
        assert known == {None: 12}
        known[None] = 3
        assert await minutes_within(uow, visit, known) == 3
