"""Bans: known again by proof, address or number; where, whom for and until when they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from broker.deciding.bans import Ban, NewBan, email_digest, known_by, mobile_digest
from broker.errors import NotFound
from broker.storage.database import Database
from tests.support.clock import NOON
from tests.support.deciding import STAFF, Office, ask_for, identity

TODAY = date(2026, 3, 9)
PROOF = identity().id_digest


@pytest.mark.parametrize(
    "known",
    [
        {"id_digest": PROOF},
        {"email_digest": email_digest(" Savita@Family.example")},
        {"mobile_digest": mobile_digest("+916000000001")},
    ],
)
async def test_visitor_is_known_again_by_any_of_three(db: Database, office: Office, known: dict[str, Any]) -> None:
    """However the address is written; by a name alone nobody is."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        ban = await uow.bans.add(NewBan("Savita Kolte", "contraband", jail_id=office.jail.id, **known), STAFF, NOON)
        found = await uow.bans.of(visit.visitors, office.jail.id, 27)
        assert found == [ban]
        assert ban.bars(visit.visitors[0], None, TODAY)
        assert not ban.bars(replace(visit.visitors[0], email="", mobile="", identity=None), None, TODAY)


async def test_ban_holds_in_its_jail_or_in_the_whole_state(db: Database, office: Office) -> None:
    """One of another jail of the state doesn't reach here, one of the state does."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        other = await uow.jails.add(27, 12, name="Thane", city="Thane", timezone="Asia/Kolkata", helpline="022")
        await uow.bans.add(NewBan("x", "x", jail_id=other.id, id_digest=PROOF), STAFF, NOON)
        assert await uow.bans.of(visit.visitors, office.jail.id, 27) == []
        state = await uow.bans.add(NewBan("x", "x", state_code=27, id_digest=PROOF), STAFF, NOON)
        assert await uow.bans.of(visit.visitors, office.jail.id, 27) == [state]
        assert [ban.id for ban in await uow.bans.of_jail(office.jail.id, 27)] == [state.id]


async def test_lifted_ban_bars_nobody_and_stays_on_paper(db: Database, office: Office) -> None:
    """Lifted once: a second time changes nothing."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        ban = await uow.bans.add(NewBan("x", "x", jail_id=office.jail.id, id_digest=PROOF), STAFF, NOON)
        lifted = await uow.bans.lift(ban.id, NOON)
        assert await uow.bans.lift(ban.id, NOON.replace(year=2027)) == lifted == await uow.bans.get(ban.id)
        assert await uow.bans.of(visit.visitors, office.jail.id, 27) == []
        assert await uow.bans.of_jail(office.jail.id, 27) == [lifted]
        assert not lifted.bars(visit.visitors[0], None, TODAY)
        for unknown in (uow.bans.get, uow.bans.lift):
            with pytest.raises(NotFound):
                await (unknown(4711) if unknown == uow.bans.get else uow.bans.lift(4711, NOON))


async def test_ban_holds_until_the_end_of_its_last_day_and_for_its_inmate(db: Database, office: Office) -> None:
    """Not the day after; not for somebody else in prison, nor before anybody knows whom they mean."""
    visitor = (await ask_for(db, office)).visitors[0]
    ban = Ban("x", "x", until=TODAY, jail_id=1, inmate_id=5, id_digest=PROOF)
    assert ban.bars(visitor, 5, TODAY)
    assert not ban.bars(visitor, 5, date(2026, 3, 10))
    assert not ban.bars(visitor, 6, TODAY)
    assert not ban.bars(visitor, None, TODAY)


async def test_ban_of_nobody_or_nowhere_is_none(db: Database) -> None:
    """It needs a digest and a place."""
    async with db.begin() as uow:
        for new in (NewBan("x", "x", jail_id=1), NewBan("x", "x", id_digest=PROOF)):
            with pytest.raises(ValueError, match="a ban"):
                await uow.bans.add(new, STAFF, NOON)


async def test_nobody_is_known_by_what_is_empty(db: Database, office: Office) -> None:
    """Without proof, address and number there is nothing to look for."""
    visitor = replace((await ask_for(db, office)).visitors[0], email="", mobile="", identity=None)
    assert known_by(visitor) == set()
    async with db.begin() as uow:
        assert await uow.bans.of([visitor], office.jail.id, 27) == []
