"""Messages on their way. A worker claims some for the length of a lease in a short transaction, sends them outside of
any, then marks each. A worker that dies in between loses nothing: its lease runs out and another one claims them, so a
message may in rare cases be sent twice but is never forgotten.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.outbox import EXPIRED, Attachment, MailStatus, OutboxMail
from broker.storage.models import OutboxRow

_WIPED: Mapping[str, Any] = {"subject": "", "text": "", "html": "", "attachments": []}


class Outbox:
    """The repository of messages."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, mail: OutboxMail) -> None:
        """Queue a message; it leaves after the commit. Due at once, unless `due_at` says later."""
        self._session.add(
            OutboxRow(
                id=mail.id,
                visit_id=mail.visit_id,
                visitor_id=mail.visitor_id,
                name=mail.name,
                channel=mail.channel,
                to=mail.to,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                attachments=[_as_json(each) for each in mail.attachments],
                status=MailStatus.QUEUED,
                attempts=0,
                created_at=mail.created_at,
                due_at=mail.due_at or mail.created_at,
                expires_at=mail.expires_at,
            )
        )
        await self._session.flush()

    async def claim(self, now: datetime, lease: timedelta, limit: int) -> list[OutboxMail]:
        """Up to `limit` due messages, those with codes first, then the oldest, each counted as one more attempt and
        hidden from other workers until `now + lease`. Codes whose time ran out are given up and wiped instead.
        """
        await self._give_up_expired(now)
        rows = (
            await self._session.scalars(
                select(OutboxRow)
                .where(OutboxRow.status == MailStatus.QUEUED, OutboxRow.due_at <= now)
                .order_by(OutboxRow.expires_at.is_(None), OutboxRow.due_at, OutboxRow.created_at, OutboxRow.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
                .execution_options(populate_existing=True)
            )
        ).all()
        for row in rows:
            row.attempts += 1
            row.due_at = now + lease
        await self._session.flush()
        return [_mail(row) for row in rows]

    async def mark_sent(self, mail_id: str, now: datetime) -> None:
        """The server took it. A message with codes loses its text, every message its files. Raises NotFound."""
        await self._set(mail_id, {"status": MailStatus.SENT, "sent_at": now, "error_id": None, "attachments": []})
        await self._wipe(OutboxRow.id == mail_id)

    async def mark_failed(self, mail_id: str, error_id: str, retry_at: datetime | None, now: datetime) -> None:
        """This try failed for `error_id`. Another one at `retry_at`; None gives up, as does a `retry_at` not before the
        codes' end, and wipes codes. Raises NotFound.
        """
        row = await self._session.get(OutboxRow, mail_id, populate_existing=True)
        if row is None:
            raise NotFound("mail")
        expires_at = row.expires_at
        if retry_at is None or (expires_at is not None and max(retry_at, now) >= expires_at):
            await self._set(mail_id, {"status": MailStatus.FAILED, "error_id": error_id})
            await self._wipe(OutboxRow.id == mail_id)
        else:
            await self._set(mail_id, {"status": MailStatus.QUEUED, "error_id": error_id, "due_at": retry_at})

    async def mark_bounced(self, mail_id: str, error_id: str) -> OutboxMail | None:
        """A server took it and sent it back later. Returns the message; None if there is none, it was never handed
        over, or that is known already.
        """
        row = await self._session.get(OutboxRow, mail_id, with_for_update=True, populate_existing=True)
        if row is None or row.attempts == 0 or row.status in {MailStatus.BOUNCED, MailStatus.FAILED}:
            return None
        row.status, row.error_id = MailStatus.BOUNCED, error_id
        await self._session.flush()
        return _mail(row)

    async def next_due(self) -> datetime | None:
        """When the next queued message is due (its lease or back-off ends), None with nothing queued."""
        return await self._session.scalar(
            select(OutboxRow.due_at).where(OutboxRow.status == MailStatus.QUEUED).order_by(OutboxRow.due_at).limit(1)
        )

    async def pending_for(self, visit_id: str) -> list[OutboxMail]:
        """A visit's messages that have not arrived: queued, failed or bounced, oldest first."""
        return [m for m in await self.for_visit(visit_id) if m.status is not MailStatus.SENT]

    async def for_visit(self, visit_id: str) -> list[OutboxMail]:
        """All of a visit's messages, oldest first."""
        return (await self.for_visits([visit_id])).get(visit_id, [])

    async def for_visits(self, visit_ids: list[str]) -> dict[str, list[OutboxMail]]:
        """All messages of several visits by visit, oldest first; one query for a console's page."""
        found: dict[str, list[OutboxMail]] = {}
        rows = await self._session.scalars(
            select(OutboxRow)
            .where(OutboxRow.visit_id.in_(visit_ids))
            .order_by(OutboxRow.created_at, OutboxRow.id)
            .execution_options(populate_existing=True)
        )
        for row in rows:
            found.setdefault(row.visit_id or "", []).append(_mail(row))
        return found

    async def _give_up_expired(self, now: datetime) -> None:
        late = (OutboxRow.status == MailStatus.QUEUED) & (OutboxRow.expires_at <= now)
        await self._session.execute(
            update(OutboxRow)
            .where(late)
            .values(status=MailStatus.FAILED, error_id=EXPIRED, **_WIPED)
            .execution_options(synchronize_session=False)
        )

    async def _wipe(self, which: ColumnElement[bool]) -> None:
        await self._session.execute(
            update(OutboxRow)
            .where(which, OutboxRow.expires_at.is_not(None))
            .values(**_WIPED)
            .execution_options(synchronize_session=False)
        )

    async def _set(self, mail_id: str, values: Mapping[str, Any]) -> None:
        found = await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == mail_id)
            .values(**values)
            .returning(OutboxRow.id)
            .execution_options(synchronize_session=False)
        )
        if found.first() is None:
            raise NotFound("mail")


def _mail(row: OutboxRow) -> OutboxMail:
    """The message of a row."""
    return OutboxMail(
        id=row.id,
        name=row.name,
        to=row.to,
        subject=row.subject,
        text=row.text,
        html=row.html,
        created_at=row.created_at,
        visit_id=row.visit_id,
        visitor_id=row.visitor_id,
        channel=row.channel,
        expires_at=row.expires_at,
        due_at=row.due_at,
        status=row.status,
        attempts=row.attempts,
        error_id=row.error_id,
        sent_at=row.sent_at,
        attachments=tuple(_attachment(each) for each in row.attachments),
    )


def _as_json(attachment: Attachment) -> dict[str, Any]:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "content_id": attachment.content_id,
        "body": base64.b64encode(attachment.body).decode(),
    }


def _attachment(kept: Mapping[str, Any]) -> Attachment:
    return Attachment(kept["filename"], kept["content_type"], base64.b64decode(kept["body"]), kept["content_id"])
