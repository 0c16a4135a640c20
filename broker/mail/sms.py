"""Text messages to mobiles by an HTTP gateway.

One POST a message, with JSON and a bearer token: {"to": E.164, "from": sender, "text": …, "id": the outbox's}. The id
is also the `Idempotency-Key`, so that a gateway that knows it sends a repeated one only once. Any 2xx means taken.
Gateways that want something else get a small proxy of their own: there are as many forms as gateways.
"""

from __future__ import annotations

from datetime import datetime

import aiohttp

from broker.mail.errors import MailError, MailRefused, MailUndelivered
from broker.outbox import Channel, OutboxMail
from config.settings import Settings

#: Seconds for handing one message over. Shorter than the outbox's lease, so that nobody else tries too.
TIMEOUT = 10.0

_OURS = frozenset({401, 402, 403, 404, 405, 407})
_LATER = frozenset({408, 409, 425, 429})


class NoSms:
    """Stands where no gateway is set: a message to a mobile fails at once, and says why."""

    async def send(self, _mail: OutboxMail, _now: datetime, /) -> None:
        """Raises MailRefused."""
        raise MailRefused("no_sms_gateway")


class SmsGateway:
    """A client of the gateway in the settings."""

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def send(self, mail: OutboxMail, _now: datetime, /) -> None:
        """Hand one message over; returns once the gateway has taken it. Raises MailRefused, MailUndelivered."""
        if mail.channel is not Channel.SMS:
            raise MailRefused("not_a_text_message")
        try:
            status = await self._post(mail)
        except TimeoutError:
            raise MailUndelivered("sms_gateway_slow") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise MailUndelivered("sms_gateway_unreachable") from None
        if not 200 <= status < 300:
            raise _refusal(status)

    async def _post(self, mail: OutboxMail) -> int:
        settings = self._settings
        body = {"to": mail.to, "from": settings.sms_sender, "text": mail.text, "id": mail.id}
        headers = {"Idempotency-Key": mail.id}
        if token := settings.sms_token.get_secret_value():
            headers["Authorization"] = f"Bearer {token}"
        # A redirect is not followed: the token and the number are for the address in the settings alone.
        async with (
            aiohttp.ClientSession(timeout=self._timeout, headers=headers) as session,
            session.post(settings.sms_url, json=body, allow_redirects=False) as answer,
        ):
            return answer.status


def _refusal(status: int) -> MailError:
    """What is about us, or about the hour, is worth another try; what is about the message is not."""
    if status in _OURS or 300 <= status < 400:
        return MailUndelivered("sms_gateway_refuses_us")
    if status in _LATER or status >= 500:
        return MailUndelivered("sms_gateway_busy")
    return MailRefused("sms_refused")
