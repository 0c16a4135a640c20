"""Letters after the decision: another time, no visit at all, a reminder, and what became of it."""

from __future__ import annotations

from datetime import datetime

from broker.admission.window import opens_at
from broker.mail.letters import ics, when, words
from broker.mail.letters.decided import AT_THE_GATE
from broker.mail.letters.envelope import Letter, write
from broker.mail.letters.reader import Reader
from broker.mail.offers import MadeGood
from broker.reasons import CancelReason
from broker.reminders import Reminder
from broker.sessions.noshow import NoShow


def changed(reader: Reader, before: tuple[datetime, datetime], now: datetime, *, text: str = "") -> Letter:
    """Another time; `before` is when it was to be. The calendar entry takes the old one's place."""
    context = reader.context() | {"before": reader.readings(*before)[0], "text": text, **_doors(reader)}
    return write("changed", reader.language, context, (ics.entry(reader, now),))


def cancelled(reader: Reader, reason: str, now: datetime, *, text: str = "") -> Letter:
    """It does not take place. Who had a slot gets a calendar entry that takes the old one out."""
    context = reader.context() | {
        "reason": words.cancellation(reason, reader.language),
        "by_jail": reason != CancelReason.BY_VISITOR,
        "text": text,
    }
    had_a_slot = reader.visit.slot is not None
    return write("cancelled", reader.language, context, (ics.removal(reader, now),) if had_a_slot else ())


def reminded(reader: Reader, reminder: Reminder) -> Letter:
    """The visit is soon. What is said is so at whatever minute it is read: the date and the time."""
    return write(reminder.value, reader.language, reader.context() | _doors(reader))


def missed(reader: Reader, no_show: NoShow | None = None) -> Letter:
    """Nobody of the family came: until the time was over, or until staff wrote it down (`no_show`); or they had said so
    themselves.
    """
    by_hand = no_show is not None and no_show.at < reader.visit.ends_at
    context = {
        "called_off": no_show is not None and no_show.called_off,
        "until": when.clock(no_show.at, reader.zone) if no_show is not None and by_hand else "",
    }
    return write("missed", reader.language, reader.context() | context)


def makeup(reader: Reader, made: MadeGood | None = None) -> Letter:
    """It failed, and not by their fault: what happened, that it isn't counted, and how to get another one. With `made`:
    how much of it there was, what took the rest, and slots of which one needs only to be taken.
    """
    outcome = reader.visit.outcome
    happened = [words.failure(outcome and outcome.value, reader.language)]
    if made is not None and made.causes:
        happened = [words.loss(*cause, reader.language) for cause in made.causes]
    context = reader.context() | {"happened": happened, "had": "", "offer": None}
    if made is not None:
        context |= {
            "had": words.had(made.had, made.offered, reader.language),
            "offer": {
                "slots": [(slot, reader.pages.makeup_at(reader.visitor, at)) for at, slot in _named(reader, made)],
                "link": reader.pages.makeup(reader.visitor),
                "until": reader.moment(made.until),
                "citation": made.citation(reader.language),
            },
        }
    return write("makeup", reader.language, context)


def _named(reader: Reader, made: MadeGood) -> list[tuple[datetime, tuple[when.Reading, ...]]]:
    """Each slot on the family's clocks."""
    return list(zip(made.slots, reader.slots(made.slots), strict=True))


def _doors(reader: Reader) -> dict[str, str]:
    """When to come: to the page, or to the gate."""
    visit = reader.visit
    first = visit.starts_at - AT_THE_GATE if reader.in_person else opens_at(visit)
    return {"opens": when.clock(first, reader.zone)}
