"""GET /text/{language}.json: the sentences that the call's scripts show, in one language."""

from __future__ import annotations

import hashlib
import json

from aiohttp import ETag, web

from config.i18n import LANGUAGES, translations
from web.client_text import client_text


def add_routes(app: web.Application) -> None:
    """Each language's table is made once; a page asks whether the one it has is still right."""
    tables = {code: _table(code) for code in LANGUAGES}

    async def text(request: web.Request) -> web.Response:
        table = tables.get(request.match_info["language"])
        if table is None:
            raise web.HTTPNotFound
        body, tag = table
        fresh = any(known.value == tag for known in request.if_none_match or ())
        response = web.Response(status=304) if fresh else web.Response(body=body, content_type="application/json")
        response.etag = ETag(tag)
        response.headers["Cache-Control"] = "no-cache"
        return response

    app.router.add_get("/text/{language}.json", text)


def _table(code: str) -> tuple[bytes, str]:
    body = json.dumps(client_text(translations(code).gettext), ensure_ascii=False).encode()
    return body, hashlib.sha256(body).hexdigest()[:16]
