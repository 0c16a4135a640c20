"""web.family.codeform: the codes page, and what each of the two doors may see on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web

from broker.admission.errors import (
    AdmissionError,
    CodesExpired,
    Locked,
    Throttled,
    TryLater,
    UnreadableCodes,
    WrongCodes,
)
from broker.storage.models import VisitorRow
from tests.support.asked import asked
from tests.support.clock import NOON
from tests.support.desk import Desk
from web import language
from web.family import codeform
from web.family.joining import Joining
from web.timewords import iso

BY_HAND = Joining("hand", "27/11/1/2026")
#: Each refusal with its status, and whether the OTP's field and the PIN's are marked.
REFUSALS: list[tuple[AdmissionError, int, bool, bool]] = [
    (UnreadableCodes(otp=True, pin=False), 422, True, False),
    (UnreadableCodes(otp=False, pin=True), 422, False, True),
    (WrongCodes(left=3), 422, True, True),
    (CodesExpired(), 422, True, True),
    (Locked(NOON + timedelta(minutes=15)), 429, False, False),
    (Throttled(NOON + timedelta(seconds=30)), 429, False, False),
    (TryLater(), 503, False, False),
]


def marked(text: str, field: str) -> bool:
    """Whether the field is marked as wrong."""
    return 'aria-invalid="true"' in text.partition(f'id="{field}"')[2].partition(">")[0]


async def test_by_hand_nothing_is_looked_up(wired: web.Application) -> None:
    """There is no database behind this application: neither page nor time can tell whether the number exists."""
    assert await codeform.known(asked(wired), BY_HAND) is None
    text = (await codeform.show(asked(wired), BY_HAND, None)).text or ""
    assert BY_HAND.visrn in text
    assert "data-mail-state" not in text


@pytest.mark.parametrize(("error", "status", "otp", "pin"), REFUSALS)
async def test_each_refusal_marks_the_fields_it_is_about(
    wired: web.Application,
    error: AdmissionError,
    status: int,
    otp: bool,  # noqa: FBT001
    pin: bool,  # noqa: FBT001
) -> None:
    """Which of two wrong codes it was is not told; what is nobody's fault marks nothing; each says something."""
    answer = await codeform.refuse(asked(wired), BY_HAND, None, error, NOON)
    text = answer.text or ""
    assert answer.status == status
    assert (marked(text, "otp"), marked(text, "pin")) == (otp, pin)
    assert 'role="alert"' in text


@pytest.mark.parametrize(("ahead", "shown"), [(40.2, 41), (0.0, 0), (-500.0, 0)])
async def test_the_wait_for_new_codes_is_rounded_up_and_never_below_zero(
    wired: web.Application, ahead: float, shown: int
) -> None:
    """Whoever presses when the page says so is not told to wait again."""
    own = Joining("hand", "27/11/1/2026", resend_at=iso(NOON + timedelta(seconds=ahead)))
    assert f'data-seconds="{shown}"' in ((await codeform.show(asked(wired), own, None)).text or "")


async def test_by_the_link_the_page_knows_its_own_visitor_and_masks_the_address(desk: Desk) -> None:
    """The second of two: their address' first letter, their mail's fate, and nobody's name."""
    visit = await desk.book(visitors=2)
    own = Joining("link", str(visit.visrn), visit.id, visit.visitors[1].id)
    by_link = await codeform.known(asked(desk.app), own)
    assert by_link == codeform.Known(visit, visit.visitors[1])
    text = (await codeform.show(asked(desk.app), own, by_link)).text or ""
    assert "s••••@family.example" in text
    assert "data-mail-state" in text
    names = [visit.inmate_known.name, *(one.name for one in visit.visitors)]
    assert [name for name in names if name in text] == []
    assert not [one.email for one in visit.visitors if one.email in text]


async def test_by_the_link_the_page_speaks_the_visitors_language(desk: Desk) -> None:
    """Unless this browser has chosen another."""
    visit = await desk.book()
    async with desk.db.begin() as uow:
        (await uow.session.get_one(VisitorRow, visit.visitors[0].id)).language = "bn"
        await uow.commit()
    own = Joining("link", str(visit.visrn), visit.id, visit.visitors[0].id)
    plain, chosen = asked(desk.app), asked(desk.app, language="hi", headers={"Cookie": f"{language.COOKIE}=hi"})
    for request in (plain, chosen):
        await codeform.known(request, own)
    assert (language.of(plain), language.of(chosen)) == ("bn", "hi")
