"""Use cases of the rule book: files come in, an administrator makes the next version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import structlog

from broker.audit.events import AuditEvent
from broker.rules.book import diff
from broker.rules.errors import BadStart, NothingChanged, Overtaken
from broker.rules.files import RuleFile, read_files
from broker.rules.model import Rule, RuleVersion
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork

BY_FILE = "system:rules"
BROWSER = "browser"

_log = structlog.get_logger(__name__)


async def load_files(db: Database, now: datetime, files: Iterable[RuleFile] | None = None) -> list[RuleVersion]:
    """Put every rule file of a state that the database knows into the book, unless it is there; returns what was new.
    A file that came in once comes in never again, even if an administrator has made a later version since. Raises
    BadRuleFile, having loaded none.
    """
    wanted = read_files() if files is None else tuple(files)
    added = []
    async with db.begin() as uow:
        known = {state.code for state in await uow.jails.states()}
        for file in wanted:
            state = file.rule.state_code
            if state not in known or await uow.rules.knows(state, file.rule, file.valid_from):
                continue
            made = await uow.rules.add(
                state, file.rule, file.valid_from, source=file.name, note=file.note, by=BY_FILE, now=now
            )
            _note(uow, made)
            added.append(made)
        await uow.commit()
    for version in added:
        _log.info("rule_loaded", state=version.state_code, version=version.version)
    return added


async def make_version(
    db: Database, rule: Rule, valid_from: date, *, base_id: int, today: date, note: str, by: str, now: datetime
) -> RuleVersion:
    """Store an edited rule as its state's next version, from `valid_from` on. `base_id`: the version it was made from.
    Raises NotFound, Overtaken (that is not the newest any more), BadStart (before `today`, the state's calendar, or
    before the one it follows), NothingChanged.
    """
    async with db.begin() as uow:
        base = await uow.rules.newest(rule.state_code)
        if base.id != base_id:
            raise Overtaken("another version was made meanwhile")
        if valid_from < max(today, base.valid_from):
            raise BadStart("a version begins today or later, and not before the one it follows")
        if not diff(base.rule, rule):
            raise NothingChanged("the rule says what it said")
        made = await uow.rules.add(rule.state_code, rule, valid_from, source=BROWSER, note=note.strip(), by=by, now=now)
        _note(uow, made)
        await uow.commit()
    _log.info("rule_made", state=made.state_code, version=made.version)
    return made


def _note(uow: UnitOfWork, made: RuleVersion) -> None:
    uow.audit.record(
        AuditEvent.RULE_EDIT,
        by=made.by,
        at=made.created_at,
        subject=f"state:{made.state_code}",
        why=made.note,
        details={"version": made.version, "since": made.valid_from.isoformat()},
    )
