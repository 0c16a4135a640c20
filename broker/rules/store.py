"""The states' rules, version by version."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.rules.book import in_force
from broker.rules.errors import NoRule
from broker.rules.model import Rule, RuleVersion
from broker.storage.models import RuleVersionRow, StateRow


class RuleBook:
    """The repository of rules. Versions are only ever added."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def in_force(self, state_code: int, on: date) -> RuleVersion:
        """The version that holds in a state on a day (the state's calendar). Raises NoRule."""
        found = in_force(await self.versions(state_code), on)
        if found is None:
            raise NoRule(state_code, on)
        return found

    async def get(self, version_id: int) -> RuleVersion:
        """A version by its id. Raises NotFound."""
        row = await self._session.get(RuleVersionRow, version_id)
        if row is None:
            raise NotFound("rule version")
        return _version(row)

    async def versions(self, state_code: int) -> list[RuleVersion]:
        """Every version of a state's rule, oldest first."""
        rows = await self._session.scalars(
            select(RuleVersionRow).where(RuleVersionRow.state_code == state_code).order_by(RuleVersionRow.version)
        )
        return [_version(row) for row in rows]

    async def newest(self, state_code: int) -> RuleVersion:
        """The state's last version; nobody adds one until this transaction, which may write, ends. Raises NotFound."""
        if await self._session.get(StateRow, state_code, with_for_update=True) is None:
            raise NotFound("state")
        row = await self._session.scalar(
            select(RuleVersionRow)
            .where(RuleVersionRow.state_code == state_code)
            .order_by(RuleVersionRow.version.desc())
            .limit(1)
        )
        if row is None:
            raise NotFound("rule version")
        return _version(row)

    async def add(
        self, state_code: int, rule: Rule, valid_from: date, *, source: str, note: str, by: str, now: datetime
    ) -> RuleVersion:
        """Store the state's next version. Raises NotFound (state). Two at once get two numbers."""
        state = await self._session.get(StateRow, state_code, with_for_update=True)
        if state is None:
            raise NotFound("state")
        last = await self._session.scalar(
            select(func.max(RuleVersionRow.version)).where(RuleVersionRow.state_code == state_code)
        )
        row = RuleVersionRow(
            state_code=state_code,
            version=(last or 0) + 1,
            valid_from=valid_from,
            data=rule.model_dump(mode="json"),
            digest=rule_digest(rule, valid_from),
            source=source,
            note=note,
            by=by,
            created_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return _version(row)

    async def knows(self, state_code: int, rule: Rule, valid_from: date) -> bool:
        """Whether the state has a version that says exactly this from exactly this day on."""
        found = await self._session.scalar(
            select(RuleVersionRow.id)
            .where(RuleVersionRow.state_code == state_code, RuleVersionRow.digest == rule_digest(rule, valid_from))
            .limit(1)
        )
        return found is not None


def rule_digest(rule: Rule, valid_from: date) -> str:
    """The SHA-256 (hex) of a rule and its day, the same whatever the order it was written in."""
    data = {"rule": rule.model_dump(mode="json"), "valid_from": valid_from.isoformat()}
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _version(row: RuleVersionRow) -> RuleVersion:
    return RuleVersion(
        id=row.id,
        state_code=row.state_code,
        version=row.version,
        valid_from=row.valid_from,
        rule=Rule.model_validate(row.data),
        source=row.source,
        note=row.note,
        by=row.by,
        created_at=row.created_at,
    )
