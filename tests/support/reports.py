"""Delivery reports (RFC 3464) as a mail server writes them, in three parts."""

from __future__ import annotations

_FORM = """\
From: MAILER-DAEMON@mx.example
To: no-reply@prisons.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part.of.report"

This is a MIME-encapsulated message.

--part.of.report
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--part.of.report
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon,  2 Mar 2026 12:00:03 +0000 (UTC)

Final-Recipient: rfc822; asha@family.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <asha@family.example>: Recipient address rejected

--part.of.report
Content-Description: Undelivered Message
Content-Type: {kind}

{quoted}
--part.of.report--
"""


def delivery_report(message: bytes, *, action: str = "failed", status: str = "5.1.1", quoted: str = "all") -> bytes:
    """A report about `message`; `quoted` says whether it quotes all of it or its headers alone."""
    text = message.decode("utf-8", "replace").replace("\r\n", "\n")
    if quoted == "headers":
        kind, text = "text/rfc822-headers", text.partition("\n\n")[0] + "\n"
    else:
        kind = "message/rfc822"
    return _FORM.format(action=action, status=status, kind=kind, quoted=text).encode()
