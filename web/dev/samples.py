"""Every letter there is, with invented people, for /dev/mails. A letter that isn't in this table fails a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from broker.admission import codes
from broker.mail import letters
from broker.mail.letters import Letter, Pages, Reader
from broker.mail.offers import MadeGood, Offer
from broker.people import Inmate, Jail, Terminal, Visitor
from broker.reasons import AskFor, CancelReason, RefusalReason
from broker.reminders import Reminder
from broker.visit import Outcome, Prisoner, Request, Slot, Visit, VisitKind, VisitStatus
from broker.visrn import VisRN
from broker.vocabulary import InmateCategory, LossCause, LossSide, VisitMode

_DAY = timedelta(days=1)
_LENGTH = timedelta(minutes=15)
_CODE_LIFE = timedelta(minutes=10)
_JAIL = Jail(1, 27, 11, "Yerwada Central Prison", "Pune", "Asia/Kolkata", "020-0000 1142")
_INMATE = Inmate(1, 1, "UT/1", "", "", 30, "male", InmateCategory.UNDERTRIAL, "IN")
_IDS = {"visit": "0" * 31 + "1", "visitor": "0" * 31 + "2", "account": "0" * 31 + "3"}
_NAMES = {"en": "Grace Adeyemi", "hi": "सविता पवार", "bn": "সবিতা দাস"}
_ZONES = {"en": "Africa/Lagos", "hi": "Asia/Kolkata", "bn": "Asia/Dhaka"}
_TEXTS = {
    "en": "Please bring your son's birth certificate as well.",
    "hi": "कृपया जन्म प्रमाण पत्र भी लाएँ।",
    "bn": "জন্ম সনদটিও আনুন।",
}
_RULE = {
    "en": "By the rule of Maharashtra of 22 March 2024, an undertrial prisoner has four visits by video a month.",
    "hi": "महाराष्ट्र के 22 मार्च 2024 के नियम के अनुसार विचाराधीन बंदी को महीने में वीडियो से चार मुलाकातें मिलती हैं।",
    "bn": "মহারাষ্ট্রের 22 মার্চ 2024-এর নিয়ম অনুযায়ী বিচারাধীন বন্দি মাসে ভিডিওতে চারটি সাক্ষাৎ পান।",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """An invented visit in ten days, at a quarter past eleven at the jail, and one who reads about it."""

    pages: Pages
    language: str
    now: datetime

    @property
    def reader(self) -> Reader:
        """The one who asked for it."""
        local = (self.now + 10 * _DAY).astimezone(ZoneInfo(_JAIL.timezone))
        starts_at = local.replace(hour=11, minute=15, second=0, microsecond=0).astimezone(UTC)
        visitor = Visitor(
            _IDS["visitor"],
            _IDS["visit"],
            _NAMES[self.language],
            "family",
            "grace@family.example",
            "",
            self.language,
            0,
        )
        visit = Visit(
            id=_IDS["visit"],
            visrn=VisRN(27, 11, 55, starts_at.year),
            jail=_JAIL,
            terminal=Terminal(1, 1, "T1", paired=True),
            inmate=_INMATE,
            kind=VisitKind.FAMILY,
            status=VisitStatus.APPROVED,
            slot=Slot(1, starts_at, starts_at + _LENGTH),
            starts_at=starts_at,
            ends_at=starts_at + _LENGTH,
            visitors=(visitor,),
            account_id=_IDS["account"],
            created_at=self.now - _DAY,
        )
        request = Request(
            prisoner=Prisoner("", "", None, "male"),
            preferences=(starts_at, starts_at + timedelta(hours=1), starts_at + _DAY),
            note="",
            timezone=_ZONES[self.language],
            decide_by=starts_at - 3 * _DAY,
            lapse_at=starts_at - _DAY,
        )
        return Reader(visit, visitor, request, self.pages)

    @property
    def in_person(self) -> Reader:
        """The same at a counter of the jail."""
        return replace(self.reader, visit=replace(self.reader.visit, mode=VisitMode.IN_PERSON))

    @property
    def legal(self) -> Reader:
        """The same with a lawyer."""
        return replace(self.reader, visit=replace(self.reader.visit, kind=VisitKind.LEGAL))

    @property
    def left_out(self) -> Reader:
        """Somebody who may not come."""
        reader = self.reader
        return replace(reader, visitor=replace(reader.visitor, decision_reason=self.text))

    def closed(self, outcome: Outcome) -> Reader:
        """The same, over."""
        visit = replace(self.reader.visit, status=VisitStatus.CLOSED, outcome=outcome)
        return replace(self.reader, visit=visit)

    @property
    def text(self) -> str:
        """What a jail adds in its own words."""
        return _TEXTS[self.language]

    @property
    def before(self) -> tuple[datetime, datetime]:
        """Another time."""
        visit = self.reader.visit
        return visit.starts_at - _DAY, visit.ends_at - _DAY

    @property
    def offer(self) -> Offer:
        """What is possible instead."""
        starts_at = self.reader.visit.starts_at
        return Offer((starts_at + 2 * _DAY, starts_at + 3 * _DAY), (starts_at + 2 * _DAY).date())

    @property
    def made(self) -> MadeGood:
        """Nine of fifteen minutes, and another visit."""
        offer = self.offer
        causes = ((LossCause.PRISON_NETWORK, LossSide.PRISON),)
        until = self.reader.visit.starts_at + 60 * _DAY
        return MadeGood(540, 900, causes, offer.slots, until, lambda language: _RULE[language])


def _codes(sample: Sample) -> Letter:
    visit, visitor = sample.reader.visit, sample.reader.visitor
    return Letter("codes", letters.codes(visit, visitor, "482193", "7025", sample.now + codes.LIFETIME))


def _verify(sample: Sample) -> Letter:
    return letters.verify(sample.language, "482193", sample.now + _CODE_LIFE, sample.now, sample.pages.host)


def _sign_in(sample: Sample) -> Letter:
    return letters.sign_in(sample.language, "482193", sample.now + _CODE_LIFE, sample.now, sample.pages.host)


def _refused(sample: Sample) -> Letter:
    reason = RefusalReason.NO_ALLOWANCE
    return letters.refused(
        sample.reader, reason, text=sample.text, citation=_RULE[sample.reader.language], offer=sample.offer
    )


def _staff_invite(sample: Sample) -> Letter:
    link = f"{sample.pages.public_url}/staff/invite/example"
    return letters.staff_invite(_NAMES[sample.language], sample.language, link, sample.now + 3 * _DAY, sample.now)


def _escalated(sample: Sample) -> Letter:
    return letters.escalated(_NAMES[sample.language], sample.language, 3, f"{sample.pages.public_url}/superintendent")


#: Each letter by what its preview is called: the template's name, and what is special about it.
SAMPLES: Mapping[str, Callable[[Sample], Letter]] = MappingProxyType(
    {
        "verify": _verify,
        "sign_in": _sign_in,
        "registered": lambda s: letters.registered(s.reader),
        "registered-in-person": lambda s: letters.registered(s.in_person),
        "asked": lambda s: letters.asked(s.reader, (AskFor.BETTER_ID, AskFor.PRISONER_DETAILS), text=s.text),
        "refused": _refused,
        "refused-not-decided": lambda s: letters.refused(s.reader, RefusalReason.NOT_DECIDED),
        "approved": lambda s: letters.approved(s.reader, s.now),
        "approved-legal": lambda s: letters.approved(s.legal, s.now),
        "pass": lambda s: letters.approved(s.in_person, s.now),
        "left_out": lambda s: letters.left_out(s.left_out),
        "changed": lambda s: letters.changed(s.reader, s.before, s.now, text=s.text),
        "changed-in-person": lambda s: letters.changed(s.in_person, s.before, s.now),
        "cancelled": lambda s: letters.cancelled(s.reader, CancelReason.LOCKDOWN, s.now, text=s.text),
        "cancelled-by-visitor": lambda s: letters.cancelled(s.reader, CancelReason.BY_VISITOR, s.now),
        "reminder_day": lambda s: letters.reminded(s.reader, Reminder.REMINDER_DAY),
        "reminder_day-in-person": lambda s: letters.reminded(s.in_person, Reminder.REMINDER_DAY),
        "reminder_hour": lambda s: letters.reminded(s.reader, Reminder.REMINDER_HOUR),
        "codes": _codes,
        "missed": lambda s: letters.missed(s.closed(Outcome.VISITOR_ABSENT)),
        "makeup": lambda s: letters.makeup(s.closed(Outcome.TECHNICAL_FAILURE)),
        "makeup-offered": lambda s: letters.makeup(s.closed(Outcome.COMPLETED), s.made),
        "makeup-none-free": lambda s: letters.makeup(s.closed(Outcome.COMPLETED), replace(s.made, slots=())),
        "staff_invite": _staff_invite,
        "escalated": _escalated,
    }
)
