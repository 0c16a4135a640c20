"""GET /dev/inbox and /dev/inbox.json: what embedded mail has written into files instead of sending it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from aiohttp import web
from markupsafe import Markup, escape

from broker.mail.files import read_inbox
from web.keys import SETTINGS
from web.render import render

_SHOWN = 200
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


async def page(request: web.Request) -> web.StreamResponse:
    """Newest first, as text; links can be clicked."""
    mails = await _mails(request)
    shown = [{**mail, "body": _with_links(str(mail["text"]))} for mail in reversed(mails[-_SHOWN:])]
    return render(request, "dev/inbox.html", mails=shown, total=len(mails))


async def data(request: web.Request) -> web.StreamResponse:
    """All of them, newest last: `to`, `subject`, `text`, `html`, `sent_at`, `kind`."""
    return web.json_response(await _mails(request), headers={"Cache-Control": "no-store"})


async def _mails(request: web.Request) -> list[dict[str, Any]]:
    return await asyncio.to_thread(read_inbox, request.app[SETTINGS].mail_dir)


def _with_links(text: str) -> Markup:
    parts = []
    last = 0
    for match in _ADDRESS.finditer(text):
        parts += [escape(text[last : match.start()]), Markup('<a href="{0}">{0}</a>').format(match[0])]
        last = match.end()
    return Markup("").join([*parts, escape(text[last:])])
