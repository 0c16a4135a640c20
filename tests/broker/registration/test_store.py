"""Drafts on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.registration.draft import KEPT_FOR, Draft, Step
from broker.registration.errors import DraftGone
from broker.storage.database import Database
from broker.vocabulary import VisitMode
from tests.support.registering import FIRST_SLOT, MONDAY, QUARTER, Bookable, drafted, typed


async def test_a_draft_is_kept_for_a_day_after_its_last_page(both: Database) -> None:
    """Each page that is sent begins the day anew; after it, the draft is gone whether or not it was swept."""
    draft = await drafted(both, {"you": {"name": "Savita"}})
    evening = MONDAY + timedelta(hours=23)
    async with both.begin() as uow:
        again = await uow.drafts.put((await uow.drafts.locked(draft.id, evening)).with_typed(Step.HOW, {}), evening)
        await uow.commit()
    assert again.expires_at == evening + KEPT_FOR
    async with both.read() as uow:
        assert (await uow.drafts.get(draft.id, evening + KEPT_FOR - QUARTER)).typed(Step.YOU) == {"name": "Savita"}
        for late in (evening + KEPT_FOR, evening + 2 * KEPT_FOR):
            with pytest.raises(DraftGone):
                await uow.drafts.get(draft.id, late)


async def test_a_forgotten_draft_takes_its_photo_and_its_hold_along(both: Database, jail: Bookable) -> None:
    """Nothing of it stays."""
    draft = await drafted(both, typed(jail))
    async with both.begin() as uow:
        await uow.holds.take(
            jail.jail.id, VisitMode.VIDEO, FIRST_SLOT, FIRST_SLOT + QUARTER, MONDAY,
            draft_id=draft.id, expires_at=MONDAY + QUARTER,
        )  # fmt: skip
        await uow.drafts.forget(draft.id)
        await uow.commit()
    async with both.read() as uow:
        assert await uow.documents.of_draft(draft.id) == []
        assert await uow.holds.of_draft(draft.id, MONDAY) is None


async def test_the_sweep_takes_what_is_over(both: Database) -> None:
    """And nothing else; it says how many."""
    old, young = await drafted(both, {}), await drafted(both, {}, MONDAY + timedelta(hours=1))
    async with both.begin() as uow:
        assert await uow.drafts.sweep(MONDAY + KEPT_FOR) == 1
        await uow.commit()
    async with both.read() as uow:
        assert (await uow.drafts.get(young.id, MONDAY)).id == young.id
        with pytest.raises(DraftGone):
            await uow.drafts.get(old.id, MONDAY)


async def test_a_draft_that_was_never_stored_can_not_be_put(both: Database) -> None:
    """Somebody forgot it meanwhile."""
    async with both.begin() as uow:
        with pytest.raises(DraftGone):
            await uow.drafts.put(replace(Draft("x" * 32, None, MONDAY)), MONDAY)
