"""Looks at personal data: recorded before anything is shown, so that what cannot be recorded is not shown either."""

from __future__ import annotations

from aiohttp import web

from broker.audit.chain import Details, Entry
from broker.audit.events import AuditEvent
from web.keys import CLOCK, LOOKS
from web.staff.guard import STAFF


async def note(
    request: web.Request,
    event: AuditEvent,
    *,
    by: str = "",
    jail_id: int | None = None,
    visit_id: str | None = None,
    subject: str = "",
    details: Details | None = None,
) -> None:
    """Record that the signed-in member of staff (or `by`) is about to be shown something; see
    broker.audit.chain.Entry. Not within a transaction that writes. Raises SQLAlchemyError: the look is then refused.
    """
    who, at = by or f"staff:{request[STAFF].id}", request.app[CLOCK].now()
    entry = Entry(at, who, event, jail_id, visit_id, subject, details=details or {})
    await request.app[LOOKS].note(entry)


def several(jail_ids: list[int]) -> tuple[int | None, Details]:
    """The jail of a list, where it is of one; else all of them as a detail."""
    return (jail_ids[0], {}) if len(jail_ids) == 1 else (None, {"jails": sorted(jail_ids)})
