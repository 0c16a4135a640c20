"""Why a message has not arrived, in words."""

from __future__ import annotations

import re
from pathlib import Path

from broker.mail.bounces import Bounce
from broker.mail.troubles import TROUBLES, trouble
from tests.support.letters import EVERY_LANGUAGE

MAIL = Path(__file__).parents[3] / "broker" / "mail"
RAISED = re.compile(r'(?:MailRefused|MailUndelivered|_by_code)\((?:error\.\S+ )?(?:[^")]*, )?"(\w+)"')


def test_every_error_that_a_sender_raises_has_its_sentence_and_no_other_has() -> None:
    """Read from the senders themselves; the outbox adds "expired", and reports the bounces."""
    raised = {name for path in MAIL.glob("*.py") for name in RAISED.findall(path.read_text())}
    assert len(raised) > 12
    assert set(TROUBLES) == raised | {"expired"} | {str(bounce) for bounce in Bounce}


@EVERY_LANGUAGE
def test_trouble_is_a_sentence_and_no_trouble_is_silence(language: str) -> None:
    """An id of tomorrow is still told as what it is."""
    assert all(trouble(name, language).endswith((".", "।")) for name in (*TROUBLES, "of_tomorrow"))
    assert trouble(None, language) == ""
