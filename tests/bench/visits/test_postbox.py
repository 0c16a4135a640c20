"""The mail server of the measurements, with the client that the worker has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bench.visits.postbox import postbox
from broker.mail.smtp import SmtpSender
from config.settings import Settings
from tests.broker.samples import a_mail
from tests.support.clock import NOON


async def test_a_mail_is_handed_out_to_whoever_waits_for_it(make_settings: Callable[..., Settings]) -> None:
    """By its address, however that is spelt; a line that begins with a dot stays as it was."""
    async with postbox() as box:
        sender = SmtpSender(make_settings(smtp_host="127.0.0.1", smtp_port=box.port, smtp_tls="none"))
        waiting = asyncio.create_task(box.mail("Asha@family.example"))
        await sender.send(a_mail(to="meera@family.example", text="another"), NOON)
        assert not waiting.done()
        await sender.send(a_mail(to="asha@family.example", text="OTP: 123 456\n.hidden\n"), NOON)
        text = await asyncio.wait_for(waiting, 5)
        assert text.splitlines() == ["OTP: 123 456", ".hidden"]
        assert (await asyncio.wait_for(box.mail("meera@family.example"), 5)).strip() == "another"
