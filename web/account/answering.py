"""/account/visits/{visit}/answer: what the jail asked the family for, a clearer picture of a proof or a correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from broker.deciding.commands import Answer
from broker.deciding.errors import DecidingError
from broker.deciding.families import answer
from broker.documents.errors import DocumentError, TooLargeFile
from broker.documents.service import keep
from broker.errors import IllegalTransition
from broker.reasons import AskFor
from broker.visit import Prisoner
from broker.vocabulary import DecisionKind, IdType
from web.account import answer_form, answer_words
from web.account.visits import Known, known, shown, tell
from web.keys import CLOCK, DB, SETTINGS
from web.render import render

#: All files of one answer together.
MOST_MEGABYTES = 3 * TooLargeFile.most
#: Where a larger one is led: this page again, which says so.
TOO_LARGE = "?large=1"
_KEPT_CHARACTERS = 2000


async def page(request: web.Request) -> web.StreamResponse:
    """GET: what is asked for, with what is known filled in."""
    found = await _asked(request)
    typed = answer_form.start(found.visit.visitors, _prisoner(found))
    problems = {f"photo_{found.visit.visitors[0].id}": "too_large_file"} if "large" in request.query else {}
    return _form(request, found, typed, answer_words.sentences(request, problems))


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: the answer; the request goes back to the jail."""
    found = await _asked(request)
    wants, visitors = wanted(found), found.visit.visitors
    typed, files = await _sent(request)
    reading = answer_form.read(
        wants,
        visitors,
        _prisoner(found),
        typed,
        answer_form.digester(request.app[SETTINGS].secret_key),
    )
    problems = dict(reading.problems)
    photos = {each.id: files[f"photo_{each.id}"] for each in visitors if f"photo_{each.id}" in files}
    if answer_form.PHOTO & set(wants) and not photos:
        problems[f"photo_{visitors[0].id}"] = "empty_file"
    given = reading.answer if problems else await _with_photos(request, found, reading.answer, photos, problems)
    if problems:
        return _form(request, found, typed, answer_words.sentences(request, problems), status=422)
    return await _answer(request, found, given)


def wanted(found: Known) -> tuple[AskFor, ...]:
    """What the jail asked for last."""
    asked = [decision for decision in found.decisions if decision.what is DecisionKind.ASKED]
    if not asked:
        return (AskFor.OTHER,)
    known_words = {word.value for word in AskFor}
    words = asked[-1].details.get("wants") or [asked[-1].reason]
    return tuple(AskFor(word) for word in words if word in known_words) or (AskFor.OTHER,)


async def _asked(request: web.Request) -> Known:
    found = await known(request)
    if not found.item.may_answer:
        raise web.HTTPSeeOther(f"/account/visits/{found.visit.id}?said=too_late")
    return found


def _prisoner(found: Known) -> Prisoner | None:
    return found.request.prisoner if found.request else None


async def _sent(request: web.Request) -> tuple[dict[str, str], dict[str, bytes]]:
    """The form's texts, and its files that hold something."""
    texts, files = {}, {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            # One byte more than is taken tells that there is more.
            body = value.file.read(TooLargeFile.most * 1024 * 1024 + 1)
            if value.filename:
                files[name] = body
        elif isinstance(value, str):
            texts[name] = value[:_KEPT_CHARACTERS]
    return texts, files


async def _with_photos(
    request: web.Request, found: Known, given: Answer, photos: Mapping[str, bytes], problems: dict[str, str]
) -> Answer:
    """Keep the files and put them into the answer; a file that isn't taken becomes a problem of its field."""
    app = request.app
    for visitor in found.visit.visitors:
        if visitor.id not in photos:
            continue
        try:
            document = await keep(
                app[DB],
                photos[visitor.id],
                draft_id=None,
                now=app[CLOCK].now(),
                settings=app[SETTINGS],
                account_id=found.account.id,
            )
        except DocumentError as refused:
            problems[f"photo_{visitor.id}"] = refused.id
            continue
        given = answer_form.with_document(given, visitor, document.id)
    if problems:
        # They are sent once more with the form: kept with each try, they would fill the disk.
        await _forget(request, found, given)
    return given


async def _forget(request: web.Request, found: Known, given: Answer) -> None:
    """Delete the pictures of an answer that was not taken."""
    before = {each.identity.document_id for each in found.visit.visitors if each.identity}
    async with request.app[DB].begin() as uow:
        for _, identity in given.visitors.values():
            if identity.document_id is not None and identity.document_id not in before:
                await uow.documents.remove(identity.document_id)
        await uow.commit()


async def _answer(request: web.Request, found: Known, given: Answer) -> web.StreamResponse:
    app = request.app
    said = "answered"
    try:
        await answer(app[DB], app[SETTINGS], found.visit.id, found.account.id, given, app[CLOCK].now())
    except (DecidingError, IllegalTransition):
        said = "too_late"
        await _forget(request, found, given)
    await tell(request, found.visit)
    raise web.HTTPSeeOther(f"/account/visits/{found.visit.id}?said={said}")


def _form(
    request: web.Request,
    found: Known,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> web.Response:
    wants = set(wanted(found))
    asked = [decision for decision in found.decisions if decision.what is DecisionKind.ASKED]
    context: dict[str, Any] = {
        "asked_text": asked[-1].text if asked else "",
        "wants": answer_words.wants(request, wanted(found)),
        "wants_details": bool(answer_form.DETAILS & wants),
        "wants_photo": bool(answer_form.PHOTO & wants),
        "wants_prisoner": bool(answer_form.PRISONER & wants),
        "wants_words": bool(answer_form.WORDS & wants),
    }
    return render(
        request,
        "account/answer.html",
        status=status,
        **shown(found),
        **context,
        people=[visitor for visitor in found.visit.visitors if visitor.identity],
        typed=typed,
        problems=problems or {},
        id_types=list(IdType),
        megabytes=TooLargeFile.most,
    )
