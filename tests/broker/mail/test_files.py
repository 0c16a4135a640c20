"""Mail into files, and the inbox that reads them."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from broker.mail.errors import MailUndelivered
from broker.mail.files import FileSender, read_inbox
from broker.outbox import Attachment, Channel
from tests.broker.samples import a_mail
from tests.support.clock import NOON


async def test_sent_messages_are_in_the_inbox_newest_last(tmp_path: Path) -> None:
    """Each with the fields a test or a person needs."""
    sender = FileSender(tmp_path / "mail")
    second, first = a_mail(subject="second"), a_mail(subject="पहला", channel=Channel.SMS)
    await sender.send(second, NOON + timedelta(milliseconds=1))
    await sender.send(first, NOON)
    inbox = read_inbox(tmp_path / "mail")
    assert [entry["subject"] for entry in inbox] == ["पहला", "second"]
    assert inbox[0] == {
        "to": first.to, "subject": "पहला", "text": first.text, "html": first.html,
        "sent_at": "2026-03-02T12:00:00.000+00:00", "kind": "sms", "message_id": "", "attachments": [],
    }  # fmt: skip
    assert (inbox[1]["kind"], inbox[1]["message_id"]) == ("mail", f"<{second.id}@localhost>")


async def test_attachments_are_kept_with_their_message(tmp_path: Path) -> None:
    """As they would have been sent; their bytes in base64."""
    image = Attachment("pass.png", "image/png", b"\x89PNG", "pass-qr")
    await FileSender(tmp_path).send(a_mail(attachments=(image,)), NOON)
    [entry] = read_inbox(tmp_path)
    assert entry["attachments"] == [
        {"filename": "pass.png", "content_type": "image/png", "content_id": "pass-qr", "body": "iVBORw=="}
    ]


def test_inbox_without_a_directory_is_empty(tmp_path: Path) -> None:
    """Before the first mail there is nothing to read, and no error."""
    assert read_inbox(tmp_path / "nothing") == []


async def test_files_are_for_their_owner_only_and_never_half_written(tmp_path: Path) -> None:
    """They hold codes. A draft is not part of the inbox."""
    directory = tmp_path / "mail"
    await FileSender(directory).send(a_mail(), NOON)
    [path] = directory.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    (directory / "draft.part").write_text(json.dumps({})[:1])
    assert len(read_inbox(directory)) == 1


async def test_message_sent_twice_with_one_id_at_one_time_is_there_once(tmp_path: Path) -> None:
    """A repeat after a crash overwrites its own file."""
    sender, mail = FileSender(tmp_path), a_mail()
    await sender.send(mail, NOON)
    await sender.send(mail, NOON)
    assert len(read_inbox(tmp_path)) == 1


async def test_directory_that_cannot_be_written_is_worth_another_try(tmp_path: Path) -> None:
    """A full disk is like a server that is away."""
    (tmp_path / "mail").write_text("a file where the directory should be")
    with pytest.raises(MailUndelivered) as refused:
        await FileSender(tmp_path / "mail").send(a_mail(), NOON)
    assert refused.value.error_id == "mail_file_not_written"


def test_sender_says_at_its_start_that_it_is_not_for_production(tmp_path: Path) -> None:
    """Once, as a warning."""
    with capture_logs() as logs:
        FileSender(tmp_path)
    [line] = logs
    assert line["log_level"] == "warning"
    assert "Not for production" in line["advice"]
