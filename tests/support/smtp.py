"""A real SMTP server that keeps what it is given, and can be told to refuse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest_asyncio
from aiosmtpd.smtp import SMTP, Envelope, Session

WAIT_SECONDS = 10.0


@dataclass
class SmtpServer:
    """A server on a loopback port. `messages` are those it took, `attempts` counts all, `recipients` are by message."""

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    attempts: int = 0
    _answers: list[str] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def refuse(self, answer: str, times: int = 1) -> None:
        """Answer the next messages like `451 4.3.0 try again` instead of taking them."""
        self._answers += [answer] * times

    async def wait(self, number: int = 1) -> list[EmailMessage]:
        """Wait until so many messages were taken; return all of them."""
        async with asyncio.timeout(WAIT_SECONDS), self._changed:
            await self._changed.wait_for(lambda: len(self.messages) >= number)
        return self.messages

    async def wait_attempts(self, number: int) -> None:
        """Wait until so many messages were offered, taken or refused."""
        async with asyncio.timeout(WAIT_SECONDS), self._changed:
            await self._changed.wait_for(lambda: self.attempts >= number)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take or refuse one message."""
        async with self._changed:
            self.attempts += 1
            self._changed.notify_all()
            if self._answers:
                return self._answers.pop(0)
            content = envelope.content or b""
            raw = content if isinstance(content, bytes) else content.encode()
            self.messages.append(message_from_bytes(raw, policy=policy.default))
            self.recipients.append([str(address) for address in envelope.rcpt_tos])
        return "250 2.0.0 taken"


@asynccontextmanager
async def serving() -> AsyncIterator[SmtpServer]:
    """Serve in the running loop."""
    smtp = SmtpServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(smtp, loop=loop, enable_SMTPUTF8=True), smtp.host, 0)
    smtp.port = server.sockets[0].getsockname()[1]
    yield smtp
    server.close()


@pytest_asyncio.fixture
async def smtp_server() -> AsyncIterator[SmtpServer]:
    """A server for one test."""
    async with serving() as smtp:
        yield smtp
