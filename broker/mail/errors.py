"""Why a message could not be handed over.

BrokerError
└── MailError
    ├── MailRefused       for good: trying again would change nothing
    └── MailUndelivered   for now: worth another try

`error_id` is what the outbox keeps and pages show in words. Neither carries an address or what the server said: servers
repeat addresses in their answers.
"""

from __future__ import annotations

from broker.errors import BrokerError


class MailError(BrokerError):
    """A message was not handed over; `error_id` says why."""

    id = "mail_error"

    def __init__(self, error_id: str) -> None:
        super().__init__(error_id)
        self.error_id = error_id


class MailRefused(MailError):
    """The server refused it for good (RFC 5321, section 4.2.1: 5yz), or it can't be sent by this way at all."""

    id = "mail_refused"


class MailUndelivered(MailError):
    """The server was not there, too slow, or asked to come back later (RFC 5321, section 4.2.1: 4yz)."""

    id = "mail_undelivered"
