"""/visits/new/photo: the copy of the identity proof. It has a page of its own, so that a slow or refused upload costs
nothing that was typed.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from broker.documents.errors import DocumentError, TooLargeFile
from broker.documents.service import keep
from broker.documents.store import Document
from broker.registration.booking import check_photo
from broker.registration.draft import Step
from broker.registration.errors import Incomplete
from web.errors import TooMany
from web.family.forms import field
from web.keys import DB, SETTINGS
from web.register import asking, limits
from web.register.asking import Asking
from web.register.pages import show

#: What a form may weigh: the largest file and some words around it. A file that is only a little too large is still
#: read, to say so in the words for it.
MOST_MEGABYTES = TooLargeFile.most + 2
TOO_LARGE = f"{asking.HOME}/photo?large=1"


async def page(request: web.Request) -> web.StreamResponse:
    """GET: choose a file, or keep the one that is there."""
    found = await asking.needed(request)
    return await _form(request, found, TooLargeFile.id if "large" in request.query else "")


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: keep the file; without one, the one that is there will do."""
    found = await asking.needed(request)
    if await field(request, "go") == "back":
        raise asking.back(Step.PHOTO)
    raw = await _uploaded(request)
    if raw is None and await _kept(request, found) is not None:
        raise asking.onward(found, Step.PHOTO)
    wait_until = await limits.refused_until(request, "upload", limits.MOST_UPLOADS) if raw else None
    if wait_until is not None:
        raise TooMany(wait_until)
    try:
        document = await keep(
            request.app[DB], raw or b"", draft_id=found.draft.id, now=found.now, settings=request.app[SETTINGS]
        )
    except DocumentError as refused:
        return await _form(request, found, refused.id)
    changed = await asking.keep(request, Step.PHOTO, {"document_id": document.id})
    raise asking.onward(changed, Step.PHOTO)


async def _form(request: web.Request, found: Asking, error: str) -> web.Response:
    return await show(
        request,
        found,
        Step.PHOTO,
        {"file": error} if error else {},
        kept=await _kept(request, found),
        most_megabytes=TooLargeFile.most,
    )


async def _kept(request: web.Request, found: Asking) -> Document | None:
    """The file that is there already."""
    document_id = found.draft.typed(Step.PHOTO).get("document_id", "")
    if not document_id:
        return None
    async with request.app[DB].read() as uow:
        try:
            return await check_photo(uow, found.draft, document_id)
        except Incomplete:
            return None


async def _uploaded(request: web.Request) -> bytes | None:
    """The bytes of the file, None where none was chosen. Browsers send an empty one without a name then."""
    upload = (await request.post()).get("file")
    if not isinstance(upload, web.FileField) or not upload.filename:
        return None
    with upload.file as file:
        return await asyncio.to_thread(file.read)
