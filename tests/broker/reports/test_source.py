"""What lines are derived from, read for many visits at once."""

from __future__ import annotations

from datetime import timedelta

from broker.lifecycle import VisitStatus
from broker.reports import source
from broker.reports.line import Measured
from broker.storage.database import Database
from broker.vocabulary import LossCause
from tests.support.clock import NOON
from tests.support.counted import held, refused
from tests.support.visits import Place, asked


async def test_everything_that_is_known_of_a_visit_is_told(db: Database, place: Place) -> None:
    """Its record, its losses by cause, whose number is foreign; of a request its reason and the family's clock."""
    call = await held(db, place, had=600, mobile="+4915112345678", prison_network=200, node_down=80)
    no = await refused(db, place, "duplicate")
    async with db.begin() as uow:
        open_request = await uow.visits.add(asked(place), NOON)
        await uow.commit()
    async with db.read() as uow:
        ids = [call.id, no.id, open_request.id, "0" * 32]
        told = {each.visit_id: each for each in await source.read(uow.session, ids)}
    assert set(told) == {call.id, no.id, open_request.id}
    assert told[call.id].measured == Measured(900, 600, 280, family_came=True, both_came=True)
    assert told[call.id].losses == {LossCause.PRISON_NETWORK: 200, LossCause.NODE_DOWN: 80}
    assert (told[call.id].foreign_phone, told[call.id].timezone, told[call.id].nationality) == (True, "", "IN")
    assert (told[no.id].reason, told[no.id].cancelled_from) == ("duplicate", VisitStatus.REQUESTED)
    assert (told[open_request.id].timezone, told[open_request.id].category) == ("Asia/Kolkata", None)


async def test_visits_are_paged_in_the_order_of_their_ids(db: Database, place: Place) -> None:
    """Each once, and none is left out."""
    made = {(await refused(db, place, "other", starts_at=NOON + timedelta(hours=number))).id for number in range(5)}
    async with db.read() as uow:
        first = await source.page(uow.session, "", 3)
        rest = await source.page(uow.session, first[-1], 3)
        assert await source.page(uow.session, rest[-1], 3) == []
    assert [*first, *rest] == sorted(made)
