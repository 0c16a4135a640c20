"""What staff say of losses: agreed, corrected, never overwritten unseen; given is given."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from broker.errors import NotFound
from broker.losses.errors import AlreadyJudged, BadJudgement
from broker.losses.judging import Judgement, judge, looked_at
from broker.losses.store import Loss
from broker.storage.database import Database
from broker.visit import Visit
from broker.vocabulary import LossCause, LossSide
from config.settings import Settings
from tests.support.deciding import STAFF, Office, counted, letters
from tests.support.losses import approved, closed, family_failed, terminal_failed

FAMILYS = (LossCause.FAMILY_NETWORK, LossSide.FAMILY)
PRISONS = (LossCause.PRISON_NETWORK, LossSide.PRISON)
COLLEAGUE = "staff:8"


async def losses_of(db: Database, visit: Visit) -> list[Loss]:
    """What a visit lost."""
    async with db.read() as uow:
        return await uow.losses.of_visit(visit.id)


async def saying(
    db: Database,
    visit: Visit,
    cause: tuple[LossCause, LossSide] | None = None,
    *,
    note: str = "",
    seen: datetime | None = None,
    corrects: bool = False,
) -> Judgement:
    """That it was this cause; None: what it says already."""
    [loss] = await losses_of(db, visit)
    return Judgement(visit.id, {loss.id: cause or (loss.cause, loss.side)}, seen, note, corrects)


async def events(db: Database, visit: Visit) -> list[tuple[str, str, str]]:
    """What is audited of a visit's judgements, oldest first."""
    async with db.read() as uow:
        found = [entry for entry in await uow.audit.newest(50) if entry.visit_id == visit.id]
    told = [(str(entry.event), entry.by, entry.why) for entry in reversed(found)]
    return [each for each in told if each[0].startswith(("loss:con", "loss:cor"))]


async def test_agreement_is_written_down_with_who_and_when(db: Database, office: Office, settings: Settings) -> None:
    """Nothing else changes: what was owed was given with the closing."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    judged = await judge(db, settings, await saying(db, visit), STAFF, visit.ends_at)
    assert (judged.owed, judged.newly) == (True, False)
    [loss] = await losses_of(db, visit)
    assert looked_at([loss]) == (visit.ends_at, STAFF)
    assert not loss.corrected
    assert (await letters(db, visit)).count("makeup") == 1
    assert await events(db, visit) == [("loss:confirm", STAFF, "")]


async def test_correction_gives_what_the_family_is_owed_by_it(db: Database, office: Office, settings: Settings) -> None:
    """A third lost to the family's network, as measured; the operator knows that the jail's line was down."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, family_failed(visit))
    assert await counted(db, visit.id, office.inmate) == 1
    said = await saying(db, visit, PRISONS, note="Our line was down from 10:10.")
    judged = await judge(db, settings, said, STAFF, visit.ends_at)
    assert (judged.owed, judged.newly) == (True, True)
    assert await counted(db, visit.id, office.inmate) == 0
    assert (await letters(db, visit)).count("makeup") == 1
    assert await events(db, visit) == [("loss:correct", STAFF, "Our line was down from 10:10.")]
    async with db.read() as uow:
        assert await uow.makeups.of_visit(visit.id) is not None
        [entry] = [entry for entry in await uow.audit.newest(20) if entry.event == "loss:correct"]
    assert entry.details == {"family_network/family": "prison_network/prison"}


async def test_what_was_given_is_never_taken_back(db: Database, office: Office, settings: Settings) -> None:
    """Corrected to the family's, and then to the prison's again: one offer, one letter, nothing counted."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    seen = None
    for number, cause in enumerate((FAMILYS, PRISONS)):
        now = visit.ends_at + number * timedelta(minutes=1)
        judged = await judge(db, settings, await saying(db, visit, cause, note="x", seen=seen), STAFF, now)
        assert (judged.owed, judged.newly) == (True, False)
        assert await counted(db, visit.id, office.inmate) == 0
        seen = now
    assert (await letters(db, visit)).count("makeup") == 1


async def test_what_was_confirmed_is_not_confirmed_by_another(db: Database, office: Office, settings: Settings) -> None:
    """The name that stands beside it is of who did."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    await judge(db, settings, await saying(db, visit), STAFF, visit.ends_at)
    with pytest.raises(BadJudgement) as told:
        await judge(db, settings, await saying(db, visit, seen=visit.ends_at), COLLEAGUE, visit.ends_at + timedelta(1))
    assert told.value.field == "nothing"
    assert looked_at(await losses_of(db, visit)) == (visit.ends_at, STAFF)


async def test_second_of_two_operators_is_told_what_the_first_said(
    db: Database, office: Office, settings: Settings
) -> None:
    """Both had the page open; nothing of the first one's is lost, and with it seen the second may correct."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, family_failed(visit))
    agree, correct = await saying(db, visit), await saying(db, visit, PRISONS, note="x")
    await judge(db, settings, agree, STAFF, visit.ends_at)
    with pytest.raises(AlreadyJudged) as told:
        await judge(db, settings, correct, COLLEAGUE, visit.ends_at + timedelta(minutes=1))
    assert (told.value.by, told.value.at) == (STAFF, visit.ends_at)
    assert not (await losses_of(db, visit))[0].corrected
    seen = await saying(db, visit, PRISONS, note="x", seen=visit.ends_at)
    assert (await judge(db, settings, seen, COLLEAGUE, visit.ends_at + timedelta(minutes=2))).newly


async def test_two_at_the_same_instant_are_one_after_the_other(
    db: Database, office: Office, settings: Settings
) -> None:
    """The visit's lock: one is taken, one is told."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, family_failed(visit))
    said = [await saying(db, visit, PRISONS, note=note) for note in ("a", "b")]
    answers = await asyncio.gather(
        *(judge(db, settings, each, by, visit.ends_at) for each, by in zip(said, (STAFF, COLLEAGUE), strict=True)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in answers) == ["AlreadyJudged", "Judged"]
    assert (await letters(db, visit)).count("makeup") == 1


@pytest.mark.parametrize("what", ["note", "cause", "loss", "nothing"])
async def test_judgement_that_cannot_be_changes_nothing(
    db: Database, office: Office, settings: Settings, what: str
) -> None:
    """A correction changes something and says why; the family's network is never the prison's doing; each is judged."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, family_failed(visit))
    said = {
        "note": await saying(db, visit, PRISONS, note="  "),
        "cause": await saying(db, visit, (LossCause.FAMILY_NETWORK, LossSide.PRISON), note="x"),
        "loss": Judgement(visit.id, {}),
        "nothing": await saying(db, visit, note="They rang.", corrects=True),
    }[what]
    with pytest.raises(BadJudgement) as told:
        await judge(db, settings, said, STAFF, visit.ends_at)
    assert told.value.field == what
    assert looked_at(await losses_of(db, visit)) is None
    assert await events(db, visit) == []


async def test_visit_that_lost_nothing_is_not_judged(db: Database, office: Office, settings: Settings) -> None:
    """Nor one that is still to come, nor one that never was."""
    visit = await approved(db, office, settings)
    for visit_id in (visit.id, "0" * 32):
        with pytest.raises(NotFound):
            await judge(db, settings, Judgement(visit_id, {}), STAFF, visit.ends_at)
