"""What a form sent, as text."""

from __future__ import annotations

from aiohttp import web

#: More than this of a wrongly typed number is not shown again.
KEPT_CHARACTERS = 120


async def field(request: web.Request, name: str) -> str:
    """A field's text; "" where it is missing or a file."""
    value = (await request.post()).get(name, "")
    return value if isinstance(value, str) else ""
