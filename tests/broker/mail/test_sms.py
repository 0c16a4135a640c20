"""Text messages by HTTP, to a real gateway: one that takes, one that refuses, one that hangs, one that isn't there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from broker.mail.errors import MailError, MailRefused, MailUndelivered
from broker.mail.sms import SmsGateway
from broker.outbox import Channel
from config.settings import Settings
from tests.broker.samples import a_mail
from tests.support.clock import NOON
from tests.support.ports import free_port

Make = Callable[..., Settings]
MOBILE = "+919876543210"


@dataclass
class Gateway:
    """A gateway that keeps what it is given. `status` is what it answers, `hang` that it doesn't."""

    url: str = ""
    status: int = 202
    hang: bool = False
    taken: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    elsewhere: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        """Take one message."""
        self.taken.append((dict(request.headers), await request.json()))
        if self.hang:
            await self.over.wait()
        location = {"Location": "/elsewhere"} if 300 <= self.status < 400 else {}
        return web.Response(status=self.status, headers=location, text=f"about {MOBILE}")

    async def stray(self, _request: web.Request) -> web.Response:
        """Where a redirect leads."""
        self.elsewhere += 1
        return web.Response()


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[Gateway]:
    """A gateway on a loopback port."""
    made = Gateway()
    app = web.Application()
    app.router.add_post("/send", made.handle)
    app.router.add_route("*", "/elsewhere", made.stray)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/send"))
        yield made
        made.over.set()


def client(make_settings: Make, url: str, timeout: float = 10.0) -> SmsGateway:
    """A client with a token and a sender's name."""
    settings = make_settings(sms_url=url, sms_token=SecretStr("secret token"), sms_sender="JAILS")
    return SmsGateway(settings, timeout=timeout)


async def error_of(sender: SmsGateway) -> MailError:
    """How a message is refused."""
    with pytest.raises(MailError) as refused:
        await sender.send(a_mail(channel=Channel.SMS, to=MOBILE), NOON)
    return refused.value


async def test_message_arrives_with_number_text_sender_and_one_id(make_settings: Make, gateway: Gateway) -> None:
    """The id is the outbox's, so that a gateway can know a repeated message."""
    mail = a_mail(channel=Channel.SMS, to=MOBILE, text="OTP: 048213\nआपका कोड")
    await client(make_settings, gateway.url).send(mail, NOON)
    [(headers, body)] = gateway.taken
    assert body == {"to": MOBILE, "from": "JAILS", "text": "OTP: 048213\nआपका कोड", "id": mail.id}
    assert headers["Authorization"] == "Bearer secret token"
    assert headers["Idempotency-Key"] == mail.id


@pytest.mark.parametrize(
    ("status", "kind", "error_id"),
    [
        (400, MailRefused, "sms_refused"),
        (422, MailRefused, "sms_refused"),
        (401, MailUndelivered, "sms_gateway_refuses_us"),
        (402, MailUndelivered, "sms_gateway_refuses_us"),
        (403, MailUndelivered, "sms_gateway_refuses_us"),
        (404, MailUndelivered, "sms_gateway_refuses_us"),
        (429, MailUndelivered, "sms_gateway_busy"),
        (500, MailUndelivered, "sms_gateway_busy"),
        (503, MailUndelivered, "sms_gateway_busy"),
    ],
)
async def test_gateways_answer_decides_whether_to_try_again(
    make_settings: Make, gateway: Gateway, status: int, kind: type[MailError], error_id: str
) -> None:
    """What is about this message is for good; what is about us or the hour is not."""
    gateway.status = status
    error = await error_of(client(make_settings, gateway.url))
    assert (type(error), error.error_id) == (kind, error_id)


async def test_redirect_is_not_followed(make_settings: Make, gateway: Gateway) -> None:
    """The number and the token are for the address in the settings alone."""
    gateway.status = 307
    error = await error_of(client(make_settings, gateway.url))
    assert (type(error), error.error_id) == (MailUndelivered, "sms_gateway_refuses_us")
    assert gateway.elsewhere == 0


async def test_gateway_that_hangs_is_given_up_in_time(make_settings: Make, gateway: Gateway) -> None:
    """It has the message, perhaps; the next try has the same id."""
    gateway.hang = True
    begun = time.monotonic()
    error = await error_of(client(make_settings, gateway.url, timeout=0.3))
    assert (type(error), error.error_id) == (MailUndelivered, "sms_gateway_slow")
    assert time.monotonic() - begun < 2.5


async def test_gateway_that_is_not_there_is_worth_another_try(make_settings: Make) -> None:
    """A refused connection."""
    error = await error_of(client(make_settings, f"http://127.0.0.1:{free_port()}/send"))
    assert (type(error), error.error_id) == (MailUndelivered, "sms_gateway_unreachable")


async def test_number_token_and_answer_are_not_in_the_error(make_settings: Make, gateway: Gateway) -> None:
    """What we keep and log says only what kind of error it was."""
    gateway.status = 400
    error = await error_of(client(make_settings, gateway.url))
    assert MOBILE not in f"{error} {error!r} {error.args}"
    assert "secret" not in f"{error!r}"


async def test_mail_is_no_text_message(make_settings: Make, gateway: Gateway) -> None:
    """It would arrive without its subject and its links."""
    with pytest.raises(MailRefused, match="not_a_text_message"):
        await client(make_settings, gateway.url).send(a_mail(), NOON)
    assert gateway.taken == []
