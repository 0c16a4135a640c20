"""GET /dev/inbox and /dev/inbox.json: what embedded mail has written into files instead of sending it, text messages to
mobiles included.
"""

from __future__ import annotations

import asyncio
import base64
import re
from typing import Any

from aiohttp import web
from markupsafe import Markup, escape

from broker.mail.files import read_inbox
from broker.outbox import Attachment
from web.dev.mails import as_answer
from web.keys import SETTINGS
from web.render import render

_SHOWN = 200
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


async def page(request: web.Request) -> web.StreamResponse:
    """Newest first, as text; links can be clicked."""
    mails = await _mails(request)
    first = max(0, len(mails) - _SHOWN)
    shown = [
        {**mail, "body": _with_links(str(mail["text"])), "place": place}
        for place, mail in reversed(list(enumerate(mails))[first:])
    ]
    return render(request, "dev/inbox.html", mails=shown, total=len(mails))


async def data(request: web.Request) -> web.StreamResponse:
    """All of them, newest last: `to`, `subject`, `text`, `html`, `sent_at`, `kind`, `message_id`,
    `attachments`.
    """
    return web.json_response(await _mails(request), headers={"Cache-Control": "no-store"})


async def file(request: web.Request) -> web.StreamResponse:
    """GET: an attachment by the places of mail and file; mails only ever come to the end."""
    mails = await _mails(request)
    place, number = int(request.match_info["place"]), int(request.match_info["number"])
    if place >= len(mails) or number >= len(mails[place].get("attachments", ())):
        raise web.HTTPNotFound
    kept = mails[place]["attachments"][number]
    body = base64.b64decode(kept["body"])
    return as_answer(Attachment(kept["filename"], kept["content_type"], body, kept["content_id"]))


async def _mails(request: web.Request) -> list[dict[str, Any]]:
    return await asyncio.to_thread(read_inbox, request.app[SETTINGS].mail_dir)


def _with_links(text: str) -> Markup:
    parts = []
    last = 0
    for match in _ADDRESS.finditer(text):
        parts += [escape(text[last : match.start()]), Markup('<a href="{0}">{0}</a>').format(match[0])]
        last = match.end()
    return Markup("").join([*parts, escape(text[last:])])
