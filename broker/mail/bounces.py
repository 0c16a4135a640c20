"""What comes back: delivery reports (RFC 3464), read from the mail server's pipe.

A report quotes the message it is about, and that one's Message-ID is the outbox's id: 122 random bits, known to nobody
but us and the mail's readers. So a forged report can mark no letter but one that its author was sent. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from enum import StrEnum

#: A report with a whole message in it; longer ones are cut, as what is needed stands at the beginning of its parts.
MAX_BYTES = 512 * 1024

_OURS = re.compile(r"<([0-9a-f]{32})@")
_STATUS = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})")


class Bounce(StrEnum):
    """Why a letter came back, by its status (RFC 3463)."""

    ADDRESS_UNKNOWN = "address_unknown"
    BOUNCED = "bounced"
    MAILBOX_FULL = "mailbox_full"
    NOT_IN_TIME = "not_in_time"
    TAKEN_FOR_SPAM = "taken_for_spam"


@dataclass(frozen=True, slots=True)
class Report:
    """A letter that did not arrive, for good."""

    mail_id: str
    why: Bounce


def read(raw: bytes) -> Report | None:
    """What a delivery report says; None for anything else: holiday notices, delays, deliveries, letters of others."""
    try:
        message = message_from_bytes(raw[:MAX_BYTES], policy=policy.default)
        parts = list(message.walk())
        statuses = [fields for part in parts for fields in _failures(part)]
        found = next((mail_id for part in parts for mail_id in _quoted(part)), None)
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return None  # the parser of the standard library stumbles over some of what the world sends
    if not statuses or found is None or found == _own_id(message):
        return None
    return Report(found, _why(statuses[0]))


def _failures(part: Message) -> Iterator[str]:
    """The statuses of the recipients a report has given up; `delayed` and `delivered` are no bounces."""
    if part.get_content_type() != "message/delivery-status":
        return
    payload = part.get_payload()
    for fields in payload if isinstance(payload, list) else ():
        if isinstance(fields, Message) and str(fields.get("Action", "")).strip().lower() == "failed":
            yield str(fields.get("Status", ""))


def _quoted(part: Message) -> Iterator[str]:
    """The ids of our own letters that a part quotes, as a whole message or as its headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        quoted = inner[0] if isinstance(inner, list) and inner else None
        if isinstance(quoted, Message) and (found := _own_id(quoted)):
            yield found
    elif kind in {"text/rfc822-headers", "message/rfc822-headers"} and isinstance(part, EmailMessage):
        text = part.get_payload(decode=True)
        headers = message_from_bytes(text if isinstance(text, bytes) else b"", policy=policy.default)
        if found := _own_id(headers):
            yield found


def _own_id(message: Message) -> str | None:
    found = _OURS.search(str(message.get("Message-ID", "")))
    return None if found is None else found[1]


def _why(status: str) -> Bounce:
    """RFC 3463: the second number is the subject, the third the detail."""
    found = _STATUS.match(status)
    if found is None:
        return Bounce.BOUNCED
    match (int(found[2]), int(found[3])):
        case (1, 0 | 1 | 2 | 3 | 6 | 10):
            return Bounce.ADDRESS_UNKNOWN
        case (2, 1):
            return Bounce.ADDRESS_UNKNOWN
        case (2, 2):
            return Bounce.MAILBOX_FULL
        case (4, _):
            return Bounce.NOT_IN_TIME
        case (7, _):
            return Bounce.TAKEN_FOR_SPAM
        case _:
            return Bounce.BOUNCED
