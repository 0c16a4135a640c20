"""Visits of the demonstration."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from broker import demo
from broker.demo.world import JAILS, PASSWORD
from broker.errors import BadSlot, NoFreeTerminal
from broker.lifecycle import VisitStatus
from broker.links import demo_terminal_token
from broker.outbox import MailStatus
from broker.storage.database import Database
from broker.visit import VisitKind
from broker.visrn import VisRN
from config.secrets import digest
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.settings import SECRET_KEY

TERMINALS = sum(jail.terminals for jail in JAILS)
SETTINGS = Settings.model_construct(secret_key=SecretStr(SECRET_KEY), public_url="http://127.0.0.1:8080")


async def test_summary_leads_to_the_visit_its_people_and_its_terminal(world: Database) -> None:
    """Each key of the line that is printed, against what the database holds."""
    booked = await demo.book(world, SETTINGS, demo.Wish(minutes=0.5, starts_in=90, visitors=2), NOON)
    line = booked.summary()
    async with world.read() as uow:
        visit = await uow.visits.by_visrn(VisRN.parse(line["visrn"]))
        assert visit is not None
        assert visit.terminal is not None
        assert visit.status is VisitStatus.APPROVED
        assert (visit.starts_at, visit.ends_at) == (NOON + timedelta(seconds=90), NOON + timedelta(seconds=120))
        for url, visitor in zip(line["links"], visit.visitors, strict=True):
            token = url.removeprefix("http://127.0.0.1:8080/join/")
            assert await uow.visits.by_link_digest(digest(token)) == (visit, visitor)
        operator = await uow.staff.by_username(line["operator"]["username"])
        monitor = await uow.staff.by_username(line["monitor"]["username"])
    assert operator is not None
    assert monitor is not None
    assert operator.staff.jail_ids == {visit.jail.id}
    assert visit.jail.id in monitor.staff.jail_ids
    assert line["operator"]["password"] == line["monitor"]["password"] == PASSWORD
    assert (line["starts_at"], line["ends_at"]) == ("2026-03-02T12:01:30.000Z", "2026-03-02T12:02:00.000Z")
    assert (line["visit"], line["link"], line["terminal"]) == (visit.id, line["links"][0], visit.terminal.name)
    assert line["emails"] == [visitor.email for visitor in visit.visitors]
    token = demo_terminal_token(SECRET_KEY, visit.terminal.id)
    assert line["terminal_link"] == f"http://127.0.0.1:8080/dev/terminal/{token}"
    assert line["jail"] == {
        "name": visit.jail.name,
        "code": f"{visit.jail.state_code}/{visit.jail.code}",
        "helpline": visit.jail.helpline,
        "timezone": "Asia/Kolkata",
    }


async def test_each_visitor_gets_a_mail_with_the_own_link(world: Database) -> None:
    """Queued with the visit, one each, to addresses that repeat nowhere."""
    first = (await demo.book(world, SETTINGS, demo.Wish(visitors=3), NOON)).summary()
    second = (await demo.book(world, SETTINGS, demo.Wish(visitors=3), NOON)).summary()
    async with world.read() as uow:
        mails = await uow.outbox.for_visit(first["visit"])
    assert {mail.to: mail.status for mail in mails} == dict.fromkeys(first["emails"], MailStatus.QUEUED)
    for mail in mails:
        own = first["links"][first["emails"].index(mail.to)]
        assert [link for link in first["links"] + second["links"] if link in mail.text] == [own]
        assert own in mail.html
    assert len({*first["emails"], *second["emails"]}) == 6


async def test_lawyers_visit_in_hindi_is_one(world: Database) -> None:
    """Kind and language are those wished for."""
    booked = await demo.book(world, SETTINGS, demo.Wish(kind=VisitKind.LEGAL, language="hi"), NOON)
    (visitor,) = booked.visit.visitors
    assert booked.visit.kind is VisitKind.LEGAL
    assert (visitor.language, visitor.relationship) == ("hi", "lawyer")


async def test_as_many_as_there_are_terminals_book_at_once_and_each_has_its_own(migrated_url: str) -> None:
    """From several processes' connections; one more finds none, and says so in a sentence."""
    databases = [Database(migrated_url) for _ in range(4)]
    await demo.seed(databases[0])
    booked = await asyncio.gather(*(demo.book(databases[n % 4], SETTINGS, demo.Wish(), NOON) for n in range(TERMINALS)))
    assert len({each.terminal.id for each in booked}) == TERMINALS
    assert len({each.visit.visrn for each in booked}) == TERMINALS
    assert len({each.visit.inmate_known.id for each in booked}) == TERMINALS, "nobody is at two terminals at once"
    with pytest.raises(NoFreeTerminal, match=r"^Every terminal .*\.$"):
        await demo.book(databases[0], SETTINGS, demo.Wish(minutes=1), NOON)
    for db in databases:
        await db.close()


async def test_times_are_whole_milliseconds_as_on_the_wire(world: Database) -> None:
    """So that no two processes differ about the last instant."""
    now = datetime.fromisoformat("2026-03-02T12:00:00.123456+00:00")
    booked = await demo.book(world, SETTINGS, demo.Wish(minutes=1), now)
    assert booked.visit.ends_at.isoformat() == "2026-03-02T12:01:00.123000+00:00"


async def test_wish_for_no_time_at_all_is_refused(world: Database) -> None:
    """And nothing is left of it."""
    with pytest.raises(BadSlot):
        await demo.book(world, SETTINGS, demo.Wish(minutes=0), NOON)
    async with world.read() as uow:
        assert await uow.visits.due_for_closing(NOON + timedelta(days=1)) == []
