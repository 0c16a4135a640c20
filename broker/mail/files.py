"""Mail into files, and the inbox that reads them. For development and demonstration: the files hold codes."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from broker.mail.errors import MailUndelivered
from broker.outbox import Attachment, Channel, OutboxMail

_log = structlog.get_logger(__name__)


class FileSender:
    """Writes each message into a directory, as JSON: to, subject, text, html, sent_at (ISO 8601), kind, message_id (as
    a mail server would have got it, "" for a text message), attachments (filename, content_type, content_id or null,
    body in base64).
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        _log.warning("messages_go_to_files", advice="Not for production: set MULAKAT_SMTP_HOST.")

    async def send(self, mail: OutboxMail, now: datetime, /) -> None:
        """Write one file, readable by its owner only; it appears whole or not at all. Raises MailUndelivered."""
        try:
            await asyncio.to_thread(self._write, mail, now)
        except OSError:
            raise MailUndelivered("mail_file_not_written") from None

    def _write(self, mail: OutboxMail, now: datetime) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        sent_at = now.astimezone(UTC)
        entry = {
            "to": mail.to,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "sent_at": sent_at.isoformat(timespec="milliseconds"),
            "kind": mail.channel.value,
            "message_id": f"<{mail.id}@localhost>" if mail.channel is Channel.MAIL else "",
            "attachments": [_as_json(each) for each in mail.attachments],
        }
        target = self._directory / f"{sent_at:%Y%m%dT%H%M%S.%f}-{mail.id}.json"
        draft = target.with_suffix(".part")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(entry, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(target)


def _as_json(attachment: Attachment) -> dict[str, str | None]:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "content_id": attachment.content_id,
        "body": base64.b64encode(attachment.body).decode(),
    }


def read_inbox(directory: Path) -> list[dict[str, Any]]:
    """Everything in the directory, newest last; nothing when there is no directory yet."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(directory.glob("*.json"))]
