"""Files come into the book, and administrators make versions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.errors import NotFound
from broker.rules.errors import BadStart, NothingChanged, Overtaken
from broker.rules.model import Rule, RuleVersion
from broker.rules.service import BROWSER, load_files, make_version
from broker.storage.database import Database
from tests.support.clock import NOON
from tests.support.rules import a_rule, enact
from tests.support.visits import Place, furnish

TODAY = NOON.date()
DAY = timedelta(days=1)


async def test_files_come_in_once_and_only_for_known_states(db: Database, place: Place) -> None:
    """Loading again changes nothing; a state that comes later gets its rule at the next load."""
    assert [version.state_code for version in await load_files(db, NOON)] == [27]
    assert await load_files(db, NOON) == []
    await furnish(db, state=19, code=3)
    assert [version.state_code for version in await load_files(db, NOON)] == [19]
    async with db.read() as uow:
        version = await uow.rules.in_force(27, TODAY)
    assert (version.source, version.by, version.version) == ("27-maharashtra.toml", "system:rules", 1)


async def test_a_file_never_undoes_an_administrator(db: Database, place: Place) -> None:
    """Loaded after an edit, the file of the version before stays history."""
    (loaded,) = await load_files(db, NOON)
    edited = loaded.rule.model_copy(update={"last_day": 10})
    made = await _make(db, edited, TODAY, loaded)
    assert await load_files(db, NOON) == []
    async with db.read() as uow:
        assert await uow.rules.in_force(27, TODAY) == made


async def test_an_edit_becomes_the_next_version_from_its_day(db: Database, place: Place) -> None:
    """Until that day the old one holds; the new one says who made it and why."""
    base = await enact(db)
    made = await _make(db, a_rule(last_day=14), TODAY + DAY, base)
    async with db.read() as uow:
        assert await uow.rules.in_force(27, TODAY) == base
        assert await uow.rules.in_force(27, TODAY + DAY) == made
    assert (made.version, made.source, made.note, made.by) == (2, BROWSER, "shorter", "staff:9")


async def test_an_edit_that_changes_nothing_is_refused(db: Database, place: Place) -> None:
    """A version that says the same would only confuse whoever reads the history."""
    base = await enact(db)
    with pytest.raises(NothingChanged):
        await _make(db, a_rule(), TODAY, base)


async def test_no_version_begins_in_the_past_or_before_the_one_it_follows(db: Database, place: Place) -> None:
    """Decisions that were taken stay right, and the newest version is the last to come into force."""
    base = await enact(db)
    with pytest.raises(BadStart):
        await _make(db, a_rule(last_day=14), TODAY - DAY, base)
    planned = await _make(db, a_rule(last_day=14), TODAY + 9 * DAY, base)
    with pytest.raises(BadStart):
        await _make(db, a_rule(last_day=12), TODAY + 8 * DAY, planned)


async def test_an_edit_of_what_somebody_else_has_edited_is_refused(db: Database, place: Place) -> None:
    """Two administrators with the same page open: the second is told, and undoes nothing."""
    base = await enact(db)
    await _make(db, a_rule(last_day=14), TODAY, base)
    with pytest.raises(Overtaken):
        await _make(db, a_rule(first_day=2), TODAY, base)


async def test_an_edit_needs_a_rule_to_begin_from(db: Database, place: Place) -> None:
    """A state without a rule gets its first one from a file."""
    await furnish(db, state=19, code=3)
    base = await enact(db)
    with pytest.raises(NotFound):
        await _make(db, a_rule(state_code=19), TODAY, base)


async def _make(db: Database, rule: Rule, valid_from: date, base: RuleVersion) -> RuleVersion:
    return await make_version(
        db, rule, valid_from, base_id=base.id, today=TODAY, note=" shorter ", by="staff:9", now=NOON
    )
