"""Whether the same people may come again: looked at as time has gone on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.deciding.bans import NewBan, email_digest
from broker.deciding.errors import (
    InmateElsewhere,
    NobodyAdmitted,
    NoObjectionNeeded,
    NotPermitted,
    VisitorBanned,
)
from broker.losses.standing import check, may_come
from broker.storage.database import Database
from broker.visit import VisitorDecision
from broker.vocabulary import InmateStatus, RestrictionKind
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import DAY, MORNING, STAFF, Office
from tests.support.losses import approved

LATER = MORNING + 7 * DAY


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("nothing", None),
        ("moved", InmateElsewhere),
        ("restricted", NotPermitted),
        ("banned", VisitorBanned),
        ("agency", NoObjectionNeeded),
        ("refused", NobodyAdmitted),
    ],
)
async def test_what_stands_against_another_visit(
    db: Database, office: Office, settings: Settings, what: str, error: type[Exception] | None
) -> None:
    """Each by its own refusal; a ban that ends before the day is none."""
    visit = await approved(db, office, settings)
    inmate = office.inmate
    async with db.begin() as uow:
        known = email_digest(visit.visitors[0].email)
        until = MORNING.date()
        await uow.bans.add(NewBan("x", "x", until=until, state_code=27, email_digest=known), STAFF, NOON)
        match what:
            case "moved":
                inmate = replace(inmate, status=InmateStatus.MOVED)
            case "restricted":
                await uow.restrictions.add(inmate.id, RestrictionKind.NO_VIDEO, "x", None, STAFF, NOON)
            case "banned":
                await uow.bans.add(NewBan("x", "x", state_code=27, email_digest=known), STAFF, NOON)
            case "agency":
                inmate = replace(inmate, no_objection="CBI")
            case "refused":
                refused = tuple(replace(each, decision=VisitorDecision.REFUSED) for each in visit.visitors)
                visit = replace(visit, visitors=refused)
        version = await uow.rules.in_force(27, LATER.date())
        if error is None:
            await check(uow, visit, inmate, version, LATER)
            assert await may_come(uow, visit, version, LATER)
            assert not await may_come(uow, replace(visit, inmate=None), version, LATER)
        else:
            with pytest.raises(error):
                await check(uow, visit, inmate, version, LATER)
