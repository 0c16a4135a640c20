"""What paper knows of a family that did not come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.audit.events import AuditEvent
from broker.losses.absent.evidence import Evidence, evidence, never_there
from broker.outbox import MailStatus
from broker.sessions.noshow import NoShow
from broker.storage.database import Database
from broker.visit import Visit
from config.settings import Settings
from tests.support.deciding import Office
from tests.support.losses import approved, codes_that_came_back

MINUTE = timedelta(minutes=1)


async def known(db: Database, visit: Visit, no_show: NoShow | None = None) -> Evidence:
    """The evidence as it stands."""
    async with db.read() as uow:
        return await evidence(uow, visit, no_show)


async def test_codes_that_came_back_and_help_are_read_from_what_is_kept(
    db: Database, office: Office, settings: Settings
) -> None:
    """The mail's fate is the outbox's, the telephone's the audit's; wrong answers on it let nobody in."""
    visit = await approved(db, office, settings)
    assert await known(db, visit) == Evidence()
    await codes_that_came_back(db, visit)
    asked = visit.starts_at - 5 * MINUTE
    assert await known(db, visit) == Evidence(((asked, visit.ends_at),))
    for minute, right in ((1, False), (2, True)):
        async with db.begin() as uow:
            uow.audit.record(
                AuditEvent.CODES_READ_OUT,
                by="staff:7",
                at=visit.starts_at + minute * MINUTE,
                visit_id=visit.id,
                subject=f"visitor:{visit.visitors[0].id}",
                details={"asked": "city", "right": right},
            )
            await uow.commit()
    found = await known(db, visit)
    assert found.shut_out[0] == (asked, visit.starts_at + 2 * MINUTE)
    async with db.read() as uow:
        assert [mail.status for mail in await uow.outbox.for_visit(visit.id) if mail.name == "codes"] == [
            MailStatus.BOUNCED
        ]


async def test_family_that_said_not_to_come_was_not_kept_out(db: Database, office: Office, settings: Settings) -> None:
    """What staff wrote down counts, whether long ago or just now."""
    visit = await approved(db, office, settings)
    await codes_that_came_back(db, visit)
    said = NoShow(visit.starts_at + 10 * MINUTE, called_off=True)
    assert await known(db, visit, said) == Evidence((), said)
    async with db.begin() as uow:
        uow.audit.record(AuditEvent.VISIT_NO_SHOW, by="staff:7", at=said.at, visit_id=visit.id, why="called_off")
        await uow.commit()
    found = await known(db, visit)
    assert found == Evidence((), said)
    assert found.called_off


async def test_terminal_that_no_browser_holds_is_silent_all_the_time(
    db: Database, office: Office, settings: Settings
) -> None:
    """A paired one is known by its page; a visit without any has nothing to be silent."""
    visit = await approved(db, office, settings)
    assert visit.terminal is not None
    assert never_there(replace(visit, terminal=replace(visit.terminal, paired=False))) == (
        (visit.starts_at, visit.ends_at),
    )
    assert never_there(replace(visit, terminal=replace(visit.terminal, paired=True))) == ()
    assert never_there(replace(visit, terminal=None)) == ()
