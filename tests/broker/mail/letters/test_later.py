"""Letters after the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from broker.lifecycle import Outcome
from broker.mail import letters
from broker.mail.letters import Letter
from broker.mail.letters.words import FAILURES
from broker.mail.offers import MadeGood
from broker.reasons import CancelReason
from broker.reminders import Reminder
from broker.sessions.noshow import NoShow
from broker.vocabulary import LossCause, LossSide, VisitMode
from tests.broker.samples import JAIL
from tests.support.clock import NOON
from tests.support.letters import EVERY_LANGUAGE, PAGES, Blocks, a_reader, both

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
BEFORE = (NOON - DAY - 2 * QUARTER, NOON - DAY - QUARTER)


def uid_and_sequence(letter: Letter) -> tuple[str, int]:
    """Of the calendar entry."""
    [attachment] = letter.attachments
    event: Any = Calendar.from_ical(attachment.body).walk("VEVENT")[0]
    return str(event["uid"]), int(event["sequence"])


@EVERY_LANGUAGE
@pytest.mark.parametrize("mode", list(VisitMode))
def test_change_says_the_new_time_and_the_old(language: str, mode: VisitMode) -> None:
    """Both clocks for the new one, the way in, and the jail's reason."""
    reader = a_reader(language=language, mode=mode)
    letter = letters.changed(reader, BEFORE, NOON, text="The machine is broken.")
    for text in both(letter):
        for needed in ("17:30", "13:00", "17:00", "The machine is broken.", JAIL.helpline):
            assert needed in text
    assert reader.link in Blocks(letter.message.html).links
    assert "17:30" in letter.message.subject


def test_calendar_entries_of_one_visit_replace_each_other() -> None:
    """One UID throughout; approval, change and cancellation have ever higher sequences."""
    reader = a_reader()
    approved = uid_and_sequence(letters.approved(reader, NOON - 3 * DAY))
    changed = uid_and_sequence(letters.changed(reader, BEFORE, NOON - 2 * DAY))
    cancelled = uid_and_sequence(letters.cancelled(reader, CancelReason.LOCKDOWN, NOON - DAY))
    assert approved[0] == changed[0] == cancelled[0]
    assert approved[1] < changed[1] < cancelled[1]


@EVERY_LANGUAGE
@pytest.mark.parametrize("reason", list(CancelReason))
def test_cancellation_says_which_visit_why_and_what_next(language: str, reason: CancelReason) -> None:
    """The reason in a sentence, the jail's words, and the way to another visit."""
    reader = a_reader(language=language)
    letter = letters.cancelled(reader, reason, NOON, text="All of March.")
    for text in both(letter):
        for needed in ("17:30", "25/35/55/2021", "All of March.", JAIL.helpline):
            assert needed in text
    assert f"{PAGES.public_url}/account/visits/{reader.visit.id}" in Blocks(letter.message.html).links
    assert reader.link not in letter.message.text


def test_jails_cancellation_is_said_not_to_count_and_the_familys_own_is_not_said_to() -> None:
    """Whether one's own late cancellation counts is for the state's rule."""
    said = "does not count"
    assert said in letters.cancelled(a_reader(), CancelReason.WEATHER, NOON).message.text
    assert said not in letters.cancelled(a_reader(), CancelReason.BY_VISITOR, NOON).message.text


def test_request_that_never_had_a_slot_leaves_the_calendar_alone() -> None:
    """There is no entry to take out."""
    reader = a_reader()
    undecided = replace(reader, visit=replace(reader.visit, slot=None, terminal=None))
    assert letters.cancelled(undecided, CancelReason.BY_VISITOR, NOON).attachments == ()


@EVERY_LANGUAGE
@pytest.mark.parametrize("reminder", list(Reminder))
@pytest.mark.parametrize("mode", list(VisitMode))
def test_reminder_says_when_on_both_clocks_and_leads_in(language: str, reminder: Reminder, mode: VisitMode) -> None:
    """To the room from 17:15, to the gate at 17:00; the subject has the hour."""
    reader = a_reader(language=language, mode=mode)
    letter = letters.reminded(reader, reminder)
    assert letter.name == reminder.value
    for text in both(letter):
        for needed in ("17:30", "13:00", "17:00" if mode is VisitMode.IN_PERSON else "17:15", JAIL.helpline):
            assert needed in text
    assert reader.link in Blocks(letter.message.html).links
    assert "17:30" in letter.message.subject
    assert letter.sms is not None
    assert "17:30" in letter.sms.text


def test_reminder_across_daylight_saving_has_the_hour_of_the_visit_not_of_its_sending() -> None:
    """Sent on 7 March at 7 in New York, for the 8th at noon UTC: clocks there go forward in the night between."""
    reader = a_reader(timezone="America/New_York", starts_at=NOON.replace(day=8))
    text = letters.reminded(reader, Reminder.REMINDER_DAY).message.text
    assert "08:00 to 08:15 (UTC-04:00)" in text


@EVERY_LANGUAGE
def test_missed_visit_is_told_kindly_and_leads_to_the_next_one(language: str) -> None:
    """It is counted, and the helpline can put it right."""
    letter = letters.missed(a_reader(language=language))
    for text in both(letter):
        assert JAIL.helpline in text
        assert "25/35/55/2021" in text
    assert "counts as one of your visits" in letters.missed(a_reader()).message.text


@EVERY_LANGUAGE
def test_missed_visit_is_told_as_it_was_written_down(language: str) -> None:
    """Only where nobody pressed anything its time is said to be over: else until when staff waited, or who said so."""
    reader = a_reader(language=language)
    over = "No visitor came in before the time was over."
    told = {
        None: letters.missed(reader),
        "by hand": letters.missed(reader, NoShow(NOON + timedelta(minutes=11))),
        "called off": letters.missed(reader, NoShow(NOON + timedelta(minutes=11), called_off=True)),
        "afterwards": letters.missed(reader, NoShow(reader.visit.ends_at)),
    }
    assert told["afterwards"] == told[None]
    assert len({letter.message.text for letter in told.values()}) == len({each.message.html for each in told.values()})
    assert len({letter.message.text for letter in told.values()}) == 3
    for text in both(told["by hand"]):
        assert "17:41" in text
    if language == "en":
        assert [over in letter.message.text for letter in told.values()] == [True, False, False, True]
        assert "you had said you would not come" in told["called off"].message.text


@pytest.mark.parametrize("outcome", [*FAILURES, Outcome.NOBODY_CAME, None])
def test_visit_that_failed_is_made_good_whatever_happened(outcome: Outcome | None) -> None:
    """What went wrong in a sentence, an apology, and that it isn't counted."""
    reader = a_reader()
    letter = letters.makeup(replace(reader, visit=replace(reader.visit, outcome=outcome)))
    for text in both(letter):
        assert "We are sorry" in text
        assert "does not count" in text
        assert FAILURES.get(outcome or "", "Something went wrong") in text


@pytest.mark.parametrize("reminder", list(Reminder))
def test_who_has_no_account_is_not_sent_to_one(reminder: Reminder) -> None:
    """A visit that staff booked, and a companion: they call the helpline, or ask for a visit of their own."""
    staff_booked = a_reader(account=None, timezone=None)
    for letter in (letters.approved(staff_booked, NOON), letters.reminded(staff_booked, reminder)):
        assert "/account/" not in letter.message.text + letter.message.html
    after = letters.cancelled(staff_booked, CancelReason.WEATHER, NOON)
    assert f"{PAGES.public_url}/visits/new?jail=25-35" in after.message.text


def made(*slots: datetime, had: int = 540) -> MadeGood:
    """Nine of fifteen minutes; the rest was lost to the prison's line and to a late start."""
    causes = ((LossCause.PRISON_NETWORK, LossSide.PRISON), (LossCause.STAFF_ENDED, LossSide.PRISON))
    return MadeGood(had, 900, causes, slots, NOON + timedelta(days=60), lambda language: f"Rule ({language}).")


@EVERY_LANGUAGE
def test_lost_minutes_are_told_with_times_that_only_need_to_be_taken(language: str) -> None:
    """How much there was, each time on both clocks with its own link, until when, by which rule."""
    reader = a_reader(language=language)
    letter = letters.makeup(reader, made(NOON + timedelta(days=3), NOON + timedelta(days=4)))
    link = PAGES.makeup(reader.visitor)
    for text in both(letter):
        for needed in ("9", "15", "17:30", "13:00", f"Rule ({language}).", JAIL.helpline):
            assert needed in text
    assert Blocks(letter.message.html).links[:3] == [
        f"{link}?slot=20260305T1200Z",
        f"{link}?slot=20260306T1200Z",
        link,
    ]
    assert f"{link}?slot=20260306T1200Z" in letter.message.text
    assert letter.sms is not None
    assert str(reader.visit.visrn) in letter.sms.text


def test_causes_that_lay_with_the_prison_are_said_in_the_place_of_the_outcome() -> None:
    """Each in a sentence, and how much there was in whole minutes, never more than there was."""
    text = letters.makeup(a_reader(), made()).message.text
    assert "You had 9 of 15 minutes." in text
    assert "The line of the prison was down." in text
    assert "The prison began late, paused the visit or ended it early." in text
    assert "No time is free at the moment." in text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "nothing of the 15 minutes"), (59, "less than one of the 15"), (119, "1 of 15"), (899, "14 of 15")],
)
def test_minutes_are_never_said_to_be_more_than_they_were(seconds: int, said: str) -> None:
    """A rounded-up minute would be one more taken from them."""
    assert f"You had {said}" in letters.makeup(a_reader(), made(had=seconds)).message.text
