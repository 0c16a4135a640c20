"""Letters from the request to its decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from broker.links import gate_link, link_token
from broker.mail import letters, qr
from broker.mail.offers import Offer
from broker.reasons import AskFor, RefusalReason
from broker.vocabulary import VisitKind, VisitMode
from tests.broker.samples import JAIL
from tests.support.clock import NOON
from tests.support.letters import EVERY_LANGUAGE, PAGES, Blocks, a_reader, a_request, both
from tests.support.settings import SECRET_KEY

DAY = timedelta(days=1)


@EVERY_LANGUAGE
def test_receipt_says_the_number_every_time_asked_for_and_when_there_is_an_answer(language: str) -> None:
    """In order of preference, on both clocks; the answer comes by the hour the request would lapse at the latest."""
    reader = replace(a_reader(language=language), request=a_request("Africa/Lagos", NOON, NOON + DAY))
    letter = letters.registered(reader)
    for text in both(letter):
        assert "25/35/55/2021" in text
        assert text.index("17:30") < text.rindex("17:30")
        assert text.count("13:00") == 2
        assert JAIL.helpline in text
    assert f"{PAGES.public_url}/account/visits/{reader.visit.id}" in Blocks(letter.message.html).links
    assert f"{PAGES.public_url}/status" in letter.message.text
    assert "Sunday, 1 March 2026, 17:30" in letters.registered(a_reader()).message.text


@EVERY_LANGUAGE
@pytest.mark.parametrize("kind", list(VisitKind))
def test_approval_says_when_where_and_with_what(language: str, kind: VisitKind) -> None:
    """Date and time of the jail, link, VisRN and helpline stand in both parts; the subject says when."""
    reader = a_reader(language=language)
    reader = replace(reader, visit=replace(reader.visit, kind=kind))
    letter = letters.approved(reader, NOON - 9 * DAY)
    link = PAGES.join(reader.visitor)
    for text in both(letter):
        for needed in ("17:30", "17:45", "17:15", "UTC+05:30", link, "25/35/55/2021", JAIL.name, JAIL.helpline):
            assert needed in text
    html = Blocks(letter.message.html)
    assert link in html.links
    assert "tel:020-26600000" in html.links
    assert "17:30" in letter.message.subject
    assert [each.filename for each in letter.attachments] == ["visit.ics"]


@EVERY_LANGUAGE
def test_visitor_abroad_reads_both_clocks_and_one_at_home_only_one(language: str) -> None:
    """17:30 in Pune is 13:00 in Lagos; somebody in Kolkata needs no second line."""
    for text in both(letters.approved(a_reader(language=language), NOON)):
        assert "13:00" in text
        assert "UTC+01:00" in text
    for zone in ("Asia/Kolkata", None):
        for text in both(letters.approved(a_reader(language=language, timezone=zone), NOON)):
            assert text.count("UTC") == 1


@pytest.mark.parametrize(
    ("starts_at", "theirs"),
    [
        (NOON.replace(month=3, day=7), "07:00 to 07:15 (UTC-05:00)"),
        (NOON.replace(month=3, day=9), "08:00 to 08:15 (UTC-04:00)"),
        (NOON.replace(month=10, day=31), "08:00 to 08:15 (UTC-04:00)"),
        (NOON.replace(month=11, day=1), "07:00 to 07:15 (UTC-05:00)"),
    ],
)
def test_new_york_reads_the_hour_of_the_visits_own_day(starts_at: datetime, theirs: str) -> None:
    """Daylight saving begins there on 8 March 2026 and ends on 1 November; at the jail it is 17:30 throughout."""
    reader = a_reader(timezone="America/New_York", starts_at=starts_at)
    for text in both(letters.approved(reader, NOON)):
        assert theirs in text
        assert "17:30 to 17:45 (UTC+05:30)" in text


def test_other_day_over_there_is_said() -> None:
    """20:00 UTC is the next day in India and the same one in New York."""
    reader = a_reader(timezone="America/New_York", starts_at=NOON.replace(hour=20))
    text = letters.approved(reader, NOON).message.text
    assert "Tuesday, 3 March 2026" in text
    assert "01:30 to 01:45" in text
    assert "Monday, 2 March 2026, 15:00 to 15:15" in text


def test_legal_visit_is_said_to_be_unheard() -> None:
    """Staff see every visit and hear only those of families; the mail says which it is."""
    reader = a_reader()
    legal = replace(reader, visit=replace(reader.visit, kind=VisitKind.LEGAL))
    assert "cannot hear" in letters.approved(legal, NOON).message.text
    assert "see and hear" in letters.approved(reader, NOON).message.text


@EVERY_LANGUAGE
def test_visit_in_person_gets_a_pass_with_its_code_and_no_link_to_a_room(language: str) -> None:
    """The QR code stands in the HTML part and is what the gate opens; half an hour is left for the gate."""
    reader = a_reader(language=language, mode=VisitMode.IN_PERSON)
    letter = letters.approved(reader, NOON)
    assert letter.name == "pass"
    html = Blocks(letter.message.html)
    assert html.pictures == ["cid:pass-qr"]
    image, entry = letter.attachments
    assert (image.content_id, image.content_type) == ("pass-qr", "image/png")
    token = link_token(SECRET_KEY, reader.visitor.id)
    assert image.body == qr.png(gate_link(PAGES.public_url, token))
    assert entry.filename == "visit.ics"
    for text in both(letter):
        assert "17:00" in text
        assert "/join/" not in text
    assert f"{PAGES.public_url}/pass/{token}" in html.links
    assert f"{PAGES.public_url}/pass/{token}" in letter.message.text


@EVERY_LANGUAGE
def test_one_left_out_is_told_so_without_a_way_in(language: str) -> None:
    """The reason in the jail's words; no link to the room, and no pass."""
    reader = a_reader(language=language)
    reader = replace(reader, visitor=replace(reader.visitor, decision_reason="The proof has expired."))
    letter = letters.left_out(reader)
    for text in both(letter):
        assert "The proof has expired." in text
    assert reader.link not in letter.message.text + letter.message.html
    assert letter.attachments == ()


@EVERY_LANGUAGE
@pytest.mark.parametrize("reason", list(RefusalReason))
def test_refusal_gives_reason_rule_and_what_is_possible(language: str, reason: RefusalReason) -> None:
    """The jail's own words, the rule in the reader's language, free times on both clocks, the day from which to ask."""
    offer = Offer((NOON + DAY, NOON + 2 * DAY), date(2026, 4, 1))
    letter = letters.refused(
        a_reader(language=language), reason, text="Come in May.", citation=lambda code: f"Rule in {code}.", offer=offer
    )
    for text in both(letter):
        assert "Come in May." in text
        assert f"Rule in {language}." in text
        assert text.count("13:00") >= 2
        assert "2026" in text
        assert JAIL.helpline in text


def test_refusal_without_offer_or_text_leaves_no_holes() -> None:
    """No empty heading, no empty quotation."""
    text = letters.refused(a_reader(), RefusalReason.NO_MATCH).message.text
    assert "The jail writes" not in text
    assert "are free" not in text
    assert "found nobody" in text


def test_request_that_nobody_decided_is_refused_with_an_apology() -> None:
    """The fault is said to be ours."""
    text = letters.refused(a_reader(), RefusalReason.NOT_DECIDED).message.text
    assert "We are sorry" in text
    assert "not yours" in text


@EVERY_LANGUAGE
def test_question_says_what_is_wanted_where_to_answer_and_until_when(language: str) -> None:
    """One item a wish; the visit's page in the account, unless another address is given."""
    reader = a_reader(language=language)
    letter = letters.asked(reader, (AskFor.BETTER_ID, AskFor.RELATIONSHIP), text="The back side too.")
    html = Blocks(letter.message.html)
    assert letter.message.text.count("\n- ") == 2
    assert f"{PAGES.public_url}/account/visits/{reader.visit.id}" in html.links
    for text in both(letter):
        assert "The back side too." in text
        assert "17:30" in text
    elsewhere = letters.asked(reader, (AskFor.OTHER,), link="https://visits.example/answer/1")
    assert "https://visits.example/answer/1" in elsewhere.message.text


@EVERY_LANGUAGE
def test_prisoner_is_named_in_no_letter(language: str) -> None:
    """A mailbox is read by more people than its owner."""
    reader = a_reader(language=language)
    made = [
        letters.registered(reader), letters.approved(reader, NOON), letters.left_out(reader),
        letters.refused(reader, RefusalReason.MOVED), letters.asked(reader, (AskFor.PRISONER_DETAILS,)),
    ]  # fmt: skip
    for letter in made:
        shown = letter.message.subject + letter.message.text + letter.message.html
        shown += "".join(each.body.decode() for each in letter.attachments)
        assert reader.visit.inmate_known.name not in shown
        assert reader.visit.inmate_known.father_name not in shown


def test_names_and_the_jails_words_are_escaped_in_html_and_kept_in_text() -> None:
    """What has signs of HTML in it stays what it is."""
    name = 'Asha <b>"Pawar"</b> & sons'
    reader = a_reader()
    reader = replace(reader, visitor=replace(reader.visitor, name=name))
    letter = letters.refused(reader, RefusalReason.OTHER, text="<i>No</i>", citation="a < b")
    for shown in (name, "<i>No</i>", "a < b"):
        assert shown in letter.message.text
        assert shown in Blocks(letter.message.html).text
    assert "<b>" not in letter.message.html
    assert "<i>" not in letter.message.html
