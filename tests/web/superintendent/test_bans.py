"""Who may not visit."""

from __future__ import annotations

import re
from dataclasses import replace

from broker.deciding.bans import NewBan, email_digest
from broker.identity.proofs import number_digest
from broker.people import State
from broker.staff import Role
from broker.vocabulary import IdType
from tests.support.deciding import Office, identity, person
from tests.support.desk import Desk, post
from tests.support.superintendent import at_the_desk, in_days, read, requested, send, sentences
from web.keys import SETTINGS

PATH = "/superintendent/bans"


async def test_a_visits_visitor_is_banned_by_everything_they_are_known_by(desk: Desk, office: Office) -> None:
    """From the request, and back to it; the request comes with a flag."""
    visit = await requested(desk, office)
    who = {"visit": visit.id, "visitor": visit.visitors[0].id}
    async with desk.browser() as browser:
        await at_the_desk(browser)
        assert "Savita Kolte" in await read(browser, f"{PATH}/new?visit={visit.id}&visitor={who['visitor']}")
        where = await send(browser, f"{PATH}/new", **who, where="jail", reason="Smuggled a telephone")
        assert where == f"/superintendent/requests/{visit.id}"
        html = await read(browser, where)
        assert "Smuggled a telephone" in html
        assert 'data-flag="banned"' in html
        assert "Smuggled a telephone" in await read(browser, PATH)
    async with desk.db.read() as uow:
        (ban,) = await uow.bans.of_jail(office.jail.id, 27)
    assert ban.id_digest
    assert ban.email_digest == email_digest("savita@family.example")
    assert ban.mobile_digest
    assert (ban.jail_id, ban.state_code, ban.inmate_id) == (office.jail.id, None, None)


async def test_a_typed_proof_meets_the_registered_one(desk: Desk, office: Office) -> None:
    """However it was written; the number itself is neither kept nor shown."""
    digest = number_digest(desk.app[SETTINGS].secret_key, IdType.PAN, "ABCPE1234F")
    known = replace(person(), identity=identity("ABCPE1234F", id_digest=digest))
    visit = await requested(desk, office, people=[known])
    async with desk.browser() as browser:
        await at_the_desk(browser)
        fields = {"name": "S. K.", "reason": "Threatened staff", "id_type": "pan", "id_number": "abcpe 1234 f"}
        where = await send(browser, f"{PATH}/new", jail=str(office.jail.id), **fields)
        html = await read(browser, where)
        assert "1 visit must be looked at again" in html
        assert "1234" not in html
        assert 'data-flag="banned"' in await read(browser, f"/superintendent/requests/{visit.id}")


async def test_a_name_alone_bars_nobody(desk: Desk, office: Office) -> None:
    """And what is typed wrongly is said where it stands."""
    async with desk.browser() as browser:
        await at_the_desk(browser)
        answer = await post(browser, f"{PATH}/new", name="S. K.", reason="So")
        assert answer.status == 422
        assert "A name alone bars the wrong people" in sentences(await answer.text())[0]
        wrong = {"id_type": "aadhaar", "id_number": "1234", "email": "nobody", "mobile": "12"}
        answer = await post(browser, f"{PATH}/new", until=in_days(desk, -2).date().isoformat(), **wrong)
        html = await answer.text()
    assert len(sentences(html)) == 6
    assert 'value="nobody"' in html


async def test_a_ban_is_lifted_by_its_own_jail(desk: Desk, office: Office) -> None:
    """A state's ban is the state's to lift."""
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    async with desk.db.begin() as uow:
        own = NewBan("A", "So", jail_id=office.jail.id, email_digest=email_digest("a@family.example"))
        wide = NewBan("B", "So", state_code=27, email_digest=email_digest("b@family.example"))
        theirs = NewBan("C", "So", jail_id=desk.elsewhere.jail.id, email_digest=email_digest("c@family.example"))
        ids = [(await uow.bans.add(each, "staff:1", desk.clock.now())).id for each in (own, wide, theirs)]
        await uow.commit()
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, PATH)
        assert set(re.findall(r'data-ban="(\d+)"', html)) == {str(ids[0]), str(ids[1])}
        assert (await post(browser, f"{PATH}/{ids[1]}/lift")).status == 403
        assert (await post(browser, f"{PATH}/{ids[2]}/lift")).status == 403
        assert (await post(browser, f"{PATH}/999999/lift")).status == 404
        where = await send(browser, f"{PATH}/{ids[0]}/lift", jail=str(office.jail.id))
        assert where == f"{PATH}?jail={office.jail.id}"
        assert f'data-ban="{ids[0]}"' not in await read(browser, where)
    async with desk.browser() as browser:
        await at_the_desk(browser, "state")
        await send(browser, f"{PATH}/{ids[1]}/lift")


async def test_another_states_ban_is_not_this_states_to_lift(desk: Desk, office: Office) -> None:
    """Its number alone opens nothing."""
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    async with desk.db.begin() as uow:
        await uow.jails.add_state(State(7, "Delhi"))
        new = NewBan("D", "So", state_code=7, email_digest=email_digest("d@family.example"))
        ban = await uow.bans.add(new, "staff:1", desk.clock.now())
        await uow.commit()
    async with desk.browser() as browser:
        await at_the_desk(browser, "state")
        assert (await post(browser, f"{PATH}/{ban.id}/lift", jail=str(office.jail.id))).status == 403
    async with desk.db.read() as uow:
        assert (await uow.bans.get(ban.id)).lifted_at is None


async def test_the_whole_state_is_for_the_states_administrator(desk: Desk, office: Office) -> None:
    """A superintendent who asks for it gets their own jail."""
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    for username in ("leela", "state"):
        async with desk.browser() as browser:
            await at_the_desk(browser, username)
            await send(
                browser, f"{PATH}/new", name=username, reason="So", email=f"{username}@family.example", where="state"
            )
    async with desk.db.read() as uow:
        bans = {ban.name: (ban.jail_id, ban.state_code) for ban in await uow.bans.of_jail(office.jail.id, 27)}
    assert bans == {"leela": (office.jail.id, None), "state": (None, 27)}


async def test_one_person_only(desk: Desk, office: Office) -> None:
    """Where the visit is matched, a ban can be about meeting that person."""
    visit = await desk.book(starts_in=86_400)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        fields = {"visit": visit.id, "visitor": visit.visitors[0].id, "where": "inmate", "reason": "So"}
        where = await send(browser, f"{PATH}/new", **fields)
        assert "Sanjay Kolte only" in await read(browser, where)
        gone = {"visit": visit.id, "visitor": "0" * 32}
        assert (await post(browser, f"{PATH}/new", **gone)).status == 404
