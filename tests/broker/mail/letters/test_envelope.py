"""A letter, and the envelopes it leaves in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from jinja2 import UndefinedError

from broker.mail.compose import Message
from broker.mail.letters import addressed, texted
from broker.mail.letters.envelope import write
from broker.outbox import Attachment, Channel
from tests.broker.samples import a_visit
from tests.support.clock import NOON

MESSAGE = Message("Subject", "Text\n", "<p>Text</p>")


def test_envelope_has_reader_visit_and_attachments() -> None:
    """What the outbox needs to send it, and a page to find it."""
    visit = a_visit()
    [visitor] = visit.visitors
    file = Attachment("visit.ics", "text/calendar", b"BEGIN")
    mail = addressed("approved", MESSAGE, visit, visitor, NOON, attachments=(file,))
    assert (mail.to, mail.visit_id, mail.visitor_id) == (visitor.email, visit.id, visitor.id)
    assert (mail.channel, mail.expires_at, mail.attachments) == (Channel.MAIL, None, (file,))
    coded = addressed("codes", MESSAGE, visit, visitor, NOON, expires_at=NOON + timedelta(minutes=5))
    assert coded.expires_at == NOON + timedelta(minutes=5)


def test_short_form_goes_to_the_mobile_as_text_alone() -> None:
    """No subject, no HTML."""
    visit = a_visit()
    sms = texted("approved", Message("", "Short", ""), visit, visit.visitors[0], NOON)
    assert (sms.to, sms.channel) == (visit.visitors[0].mobile, Channel.SMS)
    assert (sms.subject, sms.text, sms.html) == ("", "Short", "")


def test_letter_has_a_short_form_only_where_there_is_a_template() -> None:
    """A sign-in goes by mail alone."""
    context = {"code": "123456", "minutes": 10, "host": "visits.example"}
    assert write("verify", "en", context).sms is not None
    assert write("sign_in", "en", context).sms is None


def test_letter_with_something_missing_is_an_error() -> None:
    """None leaves with a hole in it."""
    with pytest.raises(UndefinedError):
        write("verify", "en", {"code": "123456"})
