"""What an act says on the page that comes after it: kept in the browser's session, said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from web import session

_KEY = "superintendent_said"
#: Visits that are named one by one; of more only the number is said.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Said:
    """`what` is the id of a sentence in `superintendent/said.html`. `visrn`: which visit it is about. `count`: how many
    it went well for; `failed`: for which not, by VisRN, and the id of why.
    """

    what: str
    visrn: str = ""
    count: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    more: int = 0

    @property
    def good(self) -> bool:
        """Whether everything went well."""
        return not self.failed


def say(
    request: web.Request, what: str, *, visrn: str = "", count: int = 0, failed: Mapping[str, str] | None = None
) -> None:
    """Remember it for the next page."""
    named = dict(list((failed or {}).items())[:NAMED])
    more = len(failed or {}) - len(named)
    session.of(request)[_KEY] = {"what": what, "visrn": visrn, "count": count, "failed": named, "more": more}


def heard(request: web.Request) -> Said | None:
    """What is to be said now; it is forgotten."""
    current = session.of(request)
    kept: dict[str, Any] | None = current.get(_KEY)
    if kept is None:
        return None
    del current[_KEY]
    return Said(**kept)
