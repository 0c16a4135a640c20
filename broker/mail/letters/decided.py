"""Letters from the request to its decision."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from broker.admission.window import opens_at
from broker.mail import qr
from broker.mail.letters import ics, when, words
from broker.mail.letters.envelope import Letter, write
from broker.mail.letters.reader import Reader
from broker.mail.offers import NOTHING, Offer
from broker.outbox import Attachment

#: How long before a visit in person its visitors should be at the gate: they are registered and searched there.
AT_THE_GATE = timedelta(minutes=30)
_QR_ID = "pass-qr"

#: A sentence, or what makes it in a language: readers of one visit may differ in theirs.
Citation = str | Callable[[str], str]


def registered(reader: Reader) -> Letter:
    """We have the request: its number, the times asked for in their order, and by when there is an answer."""
    request = reader.request
    beginnings = request.preferences if request is not None and request.preferences else (reader.visit.starts_at,)
    context = reader.context() | {
        "wanted": reader.slots(beginnings),
        "until": None if request is None else reader.moment(request.lapse_at),
    }
    return write("registered", reader.language, context)


def approved(reader: Reader, now: datetime) -> Letter:
    """Video: the link and a calendar entry. In person: the pass, its QR code in the HTML part, and a calendar entry."""
    entry = ics.entry(reader, now)
    if reader.in_person:
        come = when.clock(reader.visit.starts_at - AT_THE_GATE, reader.zone)
        image = Attachment("pass.png", "image/png", qr.png(reader.pages.gate(reader.visitor)), _QR_ID)
        context = reader.context() | {"come": come, "qr": _QR_ID, "side": qr.side(image.body)}
        return write("pass", reader.language, context, (image, entry))
    opens = when.clock(opens_at(reader.visit), reader.zone)
    return write("approved", reader.language, reader.context() | {"opens": opens}, (entry,))


def left_out(reader: Reader) -> Letter:
    """The visit was approved, but not for this visitor; why stands in `Visitor.decision_reason`."""
    return write("left_out", reader.language, reader.context() | {"text": reader.visitor.decision_reason})


def refused(reader: Reader, reason: str, *, text: str = "", citation: Citation = "", offer: Offer = NOTHING) -> Letter:
    """No, why, by which rule, and what is possible instead."""
    context = reader.context() | {
        "reason": words.refusal(reason, reader.language),
        "late": reason == "not_decided",
        "text": text,
        "citation": citation if isinstance(citation, str) else citation(reader.language),
        "slots": reader.slots(offer.slots),
        "from_date": None if offer.from_date is None else when.in_words(offer.from_date, reader.language),
    }
    return write("refused", reader.language, context)


def asked(reader: Reader, wants: Collection[str], *, text: str = "", link: str = "") -> Letter:
    """What the jail needs before it can decide, and where to give it."""
    request = reader.request
    context = reader.context() | {
        "wants": [words.want(each, reader.language) for each in wants],
        "text": text,
        "answer": link or reader.own,
        "until": None if request is None else reader.moment(request.lapse_at),
    }
    return write("asked", reader.language, context)
