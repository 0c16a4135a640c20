"""broker.deciding.amending: what decisions stand on is set right, once, and with an entry."""

from __future__ import annotations

from broker.deciding.amending import adjust_quota, lift_ban, lift_restriction
from broker.deciding.bans import NewBan, email_digest
from broker.storage.database import Database
from broker.vocabulary import RestrictionKind, VisitKind, VisitMode
from tests.support.audit import audited, entries
from tests.support.deciding import MINUTE, MORNING, STAFF, Office


async def test_a_ban_is_lifted_and_written_down_once(db: Database, office: Office) -> None:
    """A second time changes nothing, and says nothing."""
    async with db.begin() as uow:
        new = NewBan("M", "A quarrel", jail_id=office.jail.id, email_digest=email_digest("m@family.example"))
        ban = await uow.bans.add(new, STAFF, MORNING)
        lifted = [await lift_ban(uow, ban.id, STAFF, MORNING + minutes * MINUTE) for minutes in (1, 2)]
        await uow.commit()
    assert [each.lifted_at for each in lifted] == [MORNING + MINUTE] * 2
    (entry,) = await entries(db)
    assert (entry.event, entry.jail_id, entry.subject) == ("ban:lift", office.jail.id, f"ban:{ban.id}")


async def test_a_restriction_is_lifted_and_written_down_once(db: Database, office: Office) -> None:
    """With the person it was about."""
    async with db.begin() as uow:
        made = await uow.restrictions.add(office.inmate.id, RestrictionKind.NO_VIDEO, "x", None, STAFF, MORNING)
        for minutes in (1, 2):
            await lift_restriction(uow, office.inmate, made.id, STAFF, MORNING + minutes * MINUTE)
        await uow.commit()
    (entry,) = await entries(db)
    assert (entry.subject, entry.details) == (f"inmate:{office.inmate.id}", {"kind": "no_video"})


async def test_an_allowance_is_set_right_with_its_reason(db: Database, office: Office) -> None:
    """Nothing is written of what was rolled back."""
    what = office.inmate, VisitKind.FAMILY, VisitMode.VIDEO, MORNING.date(), 1, " Used on paper "
    for committed in (False, True):
        async with db.begin() as uow:
            left = await adjust_quota(uow, *what, STAFF, MORNING, office.version)
            assert left.used == 1
            if committed:
                await uow.commit()
    assert await audited(db) == [f"quota:adjust {STAFF}"]
    (entry,) = await entries(db)
    assert (entry.why, entry.details["amount"]) == ("Used on paper", 1)
