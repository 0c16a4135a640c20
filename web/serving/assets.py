"""Static files under a path that carries the hash of them all.

`/static/v-<hash>/js/call.js`: the hash in the path, rather than in a query, so that modules which import each other by
relative names, and pictures named in a stylesheet, inherit it. The right hash is cached for a year; any other (an old
page after an upgrade) and the bare `/static/js/call.js` are served too, but must be asked for again.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from aiohttp import ETag, web

from web.keys import ASSETS

STATIC_DIR = Path(__file__).parent.parent / "static"
_VERSIONED = re.compile(r"v-([0-9a-f]{12})/(.+)")
_TYPES = {
    ".css": "text/css",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
}
#: What is sent as text.
_TEXTS = frozenset({".css", ".js", ".svg"})


class Assets:
    """The static tree and its hash, read once."""

    def __init__(self, root: Path = STATIC_DIR) -> None:
        self.root = root.resolve()
        self.version = _tree_hash(self.root)

    def url(self, path: str) -> str:
        """The address of a static file, such as `css/base.css`."""
        return f"/static/v-{self.version}/{path}"

    def find(self, requested: str) -> tuple[Path, bool] | None:
        """The file behind `requested` and whether it may be kept for ever; None where there is none."""
        match = _VERSIONED.fullmatch(requested)
        version, name = match.groups() if match else ("", requested)
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root) or path.suffix not in _TYPES or not path.is_file():
            return None
        return path, version == self.version


def _tree_hash(root: Path) -> str:
    tree = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            tree.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return tree.hexdigest()[:12]


async def serve(request: web.Request) -> web.StreamResponse:
    """GET /static/…"""
    found = request.app[ASSETS].find(request.match_info["path"])
    if found is None:
        raise web.HTTPNotFound
    path, forever = found
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if forever else "no-cache"}
    if path.suffix not in _TEXTS:
        return web.FileResponse(path, headers=headers | {"Content-Type": _TYPES[path.suffix]})
    return _text(request, path, headers)


def _text(request: web.Request, path: Path, headers: dict[str, str]) -> web.Response:
    """A small file, whole and compressed where the browser takes that: pages are opened over slow networks."""
    body = path.read_bytes()
    tag = ETag(hashlib.sha256(body).hexdigest()[:16])
    known = request.if_none_match or ()
    if any(each.value in {tag.value, "*"} for each in known):
        answer = web.Response(status=304, headers=headers)
    else:
        answer = web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)
        answer.enable_compression()
        answer.headers["Vary"] = "Accept-Encoding"
    answer.etag = tag
    return answer


def add_routes(app: web.Application) -> None:
    """Static files."""
    app.router.add_get("/static/{path:.+}", serve)
