"""Which draft is this browser's: its id in the server-side session."""

from __future__ import annotations

from aiohttp import web

from web import session

_KEY = "draft"


def draft_id(request: web.Request) -> str | None:
    """The id of the draft this browser is typing, or None."""
    found = session.of(request).get(_KEY)
    return found if isinstance(found, str) else None


def use(request: web.Request, draft: str) -> None:
    """From now on this browser types that draft: `use(request, draft.id)`, then lead it to /visits/new/times."""
    session.of(request)[_KEY] = draft


def forget(request: web.Request) -> None:
    """This browser types nothing any more."""
    session.of(request).pop(_KEY, None)
