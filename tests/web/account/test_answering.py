"""web.account.answering: what the jail asked for, answered."""

from __future__ import annotations

import io

import aiohttp
from PIL import Image
from sqlalchemy import func, select

from broker.deciding.commands import Question
from broker.deciding.refusing import ask as ask_family
from broker.reasons import AskFor
from broker.storage.models import DocumentRow
from broker.visit import Visit, VisitStatus
from tests.support.account import ask, open_account, open_hours, sign_in, visitor
from tests.support.desk import Browser, Desk
from tests.support.family import FORM_TOKEN, Page, get, read
from web.keys import SETTINGS


async def asked(desk: Desk, *wants: AskFor, text: str = "") -> Visit:
    """A request about which the jail asked something."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk))
    await ask_family(desk.db, desk.app[SETTINGS], Question(visit.id, wants, text), "staff:7", desk.clock.now())
    return visit


def path(visit: Visit) -> str:
    """The page with the question."""
    return f"/account/visits/{visit.id}/answer"


def photo() -> bytes:
    """A picture as a phone makes it."""
    made = io.BytesIO()
    Image.effect_noise((900, 600), 60).save(made, "JPEG", quality=90)
    return made.getvalue()


async def send(browser: Browser, visit: Visit, files: dict[str, bytes], **fields: str) -> Page:
    """Fill in the form with its files."""
    token = FORM_TOKEN.search((await get(browser, path(visit))).text)
    assert token
    form = aiohttp.FormData({"csrf": token[1], **fields})
    for name, body in files.items():
        form.add_field(name, io.BytesIO(body), filename="proof.jpg", content_type="image/jpeg")
    return await read(await browser.post(path(visit), data=form, allow_redirects=False))


async def test_a_better_picture_of_the_proof_goes_back_to_the_jail(desk: Desk) -> None:
    """It is kept sealed, and the request is with the jail again."""
    visit = await asked(desk, AskFor.BETTER_ID)
    me = visit.visitors[0].id
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        done = await send(browser, visit, {f"photo_{me}": photo()}, note="")
        page = await get(browser, done.location)
    answered = await desk.visit(visit.id)
    assert answered.status is VisitStatus.REQUESTED
    assert "Your answer is with the jail." in page.words
    identity = answered.visitors[0].identity
    assert identity is not None
    assert identity.document_id is not None


async def test_pictures_of_an_answer_that_is_not_taken_are_not_kept(desk: Desk) -> None:
    """One file is none: the good one is asked for again with it."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk), visitors=(visitor(desk), visitor(desk)))
    question = Question(visit.id, (AskFor.BETTER_ID,), "")
    await ask_family(desk.db, desk.app[SETTINGS], question, "staff:7", desk.clock.now())
    one, two = (visitor.id for visitor in visit.visitors)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await send(browser, visit, {f"photo_{one}": photo(), f"photo_{two}": b"<html>"}, note="")
    assert page.status == 422
    async with desk.db.read() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(DocumentRow)) == 0


async def test_what_is_no_picture_is_refused_with_words(desk: Desk) -> None:
    """The list of problems leads to the field, and the question stays open."""
    visit = await asked(desk, AskFor.BETTER_ID)
    me = visit.visitors[0].id
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await send(browser, visit, {f"photo_{me}": b"<html>not a picture</html>"}, note="As asked")
    assert page.status == 422
    assert "neither a photo (JPEG or PNG) nor a PDF" in page.words
    assert f'href="#photo_{me}"' in page.text
    assert ">As asked</textarea>" in page.text
    assert (await desk.visit(visit.id)).status is VisitStatus.ASKED


async def test_no_picture_is_said_at_the_field(desk: Desk) -> None:
    """Words alone don't answer this question."""
    visit = await asked(desk, AskFor.BETTER_ID)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await send(browser, visit, {}, note="It is quite clear.")
    assert page.status == 422
    assert "Please choose a photo or a scan of the proof." in page.words


async def test_a_picture_that_is_too_large_comes_back_to_the_same_page(desk: Desk) -> None:
    """With words, not with an error page."""
    visit = await asked(desk, AskFor.BETTER_ID)
    me = visit.visitors[0].id
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        large = await send(browser, visit, {f"photo_{me}": bytes(9 * 1024 * 1024)})
        assert large.status == 422
        assert "at most 8 MB" in large.words
        huge = await send(browser, visit, {f"photo_{me}": bytes(25 * 1024 * 1024)})
        assert huge.status == 303
        assert "at most 8 MB" in (await get(browser, path(visit) + huge.location)).words


async def test_corrected_details_of_the_prisoner_replace_what_was_typed(desk: Desk) -> None:
    """Everything known is filled in; the rest stays."""
    visit = await asked(desk, AskFor.PRISONER_DETAILS, text="We hold nobody of this age.")
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, path(visit))
        assert "We hold nobody of this age." in page.words
        assert page.value("prisoner_name") == "Sanjay Kolte"
        fields = {"prisoner_name": "Sanjay M. Kolte", "prisoner_father_name": "Mahadev", "prisoner_age": "३६"}
        assert (await send(browser, visit, {}, **fields)).status == 303
    async with desk.db.read() as uow:
        request = await uow.visits.request(visit.id)
    assert request is not None
    assert (request.prisoner.name, request.prisoner.age) == ("Sanjay M. Kolte", 36)
    assert request.prisoner.gender == "male"


async def test_a_corrected_proof_number_is_checked_like_the_first(desk: Desk) -> None:
    """A slip of the finger is said at the field; everything typed is kept."""
    visit = await asked(desk, AskFor.VISITOR_DETAILS)
    me = visit.visitors[0].id
    fields = {
        f"name_{me}": "Savita S. Kolte",
        f"father_name_{me}": "Ganpat More",
        f"address_{me}": "Pune",
        f"id_type_{me}": "aadhaar",
    }
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        wrong = await send(browser, visit, {}, **fields, **{f"id_number_{me}": "2341 2341 2345"})
        assert wrong.status == 422
        assert wrong.value(f"name_{me}") == "Savita S. Kolte"
        assert "does not fit this kind of proof" in wrong.words
        assert (await send(browser, visit, {}, **fields, **{f"id_number_{me}": "2341 2341 2346"})).status == 303
    person = (await desk.visit(visit.id)).visitors[0]
    assert person.identity is not None
    assert (person.name, person.identity.id_number) == ("Savita S. Kolte", "234123412346")


async def test_a_visit_that_asks_nothing_has_no_question(desk: Desk) -> None:
    """A bookmark leads to the visit."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk))
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        assert (await get(browser, path(visit))).location == f"/account/visits/{visit.id}?said=too_late"
