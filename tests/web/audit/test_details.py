"""web.audit.details: what is noted beside an event, in words."""

from __future__ import annotations

import re

import pytest

from broker.audit.chain import Details, Entry
from broker.audit.events import AuditEvent
from config.i18n import LANGUAGES
from tests.web.audit.test_lines import AT, reader
from web.audit.values import CAUSES, VALUES

RAW = re.compile(r"[a-z][a-z_]*(:[a-z_]*)?|\d{4}-\d\d-\d\dT.*|.*\+00:00")


def said(details: Details, language: str = "en") -> dict[str, str]:
    """The details of an entry, as its line has them."""
    return dict(reader(language).line(Entry(AT, "staff:12", AuditEvent.VISIT_READ, details=details)).details)


def test_a_number_of_jails_is_no_jail() -> None:
    """A list of them is a list of names."""
    assert said({"jails": 3}) == {"jails": "3"}
    assert said({"jails": [3, 4]}) == {"jails": "Yerwada, #4"}


def test_visits_people_and_subjects_have_their_names() -> None:
    """As the entry's own."""
    assert said({"visits": ["a" * 32, "b" * 32], "who": ["staff:12", "system:", "system"], "subject": "staff:12"}) == {
        "which visits": f"27/11/5/2026, {'b' * 32}",
        "who": "Asha Rao, The system",
        "about": "Member of staff Asha Rao",
    }


def test_times_lengths_hours_and_lists_are_written_as_people_do() -> None:
    """On the reader's clock; a day alone is the same everywhere; both as people write them."""
    assert said(
        {
            "starts_at": "2026-03-02T05:45:00+00:00",
            "day": "2026-03-02",
            "seconds": 190,
            "hours": ["video 0 09:00-11:45"],
            "asked": "age id_last4",
            "right": False,
        }
    ) == {
        "begins at": "2 Mar 2026, 11:15",
        "day": "2 Mar 2026",
        "for how long": "3 min 10 s",
        "visiting hours": "Video, Monday 09:00-11:45",
        "what was asked": "age, the end of the proof's number",
        "answered right": "no",
    }


def test_causes_of_lost_minutes_are_said_on_both_sides() -> None:
    """What was measured, with its length; what was corrected, with what it is now."""
    assert said({"terminal_down/prison": 120}) == {"The terminal was down": "2 min"}
    assert said({"terminal_down/prison": "nobody_came/family"}) == {"The terminal was down": "The family was not there"}


def test_an_event_that_was_looked_for_is_named_alone_or_with_its_kind() -> None:
    """Whatever the code knows of it."""
    assert said({"event": "visit:end"}) == {"event": "Ended a session"}
    assert said({"event": "visit:"}) == {"event": "Visits"}
    assert said({"event": "ghost:seen"}) == {"event": "ghost:seen"}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_every_value_with_words_has_them_in_every_language(language: str) -> None:
    """And its label too: neither is left as the id it is stored by."""
    for name, values in VALUES.items():
        for value in values:
            if str(value):
                ((label, text),) = said({name: str(value)}, language).items()
                assert not RAW.fullmatch(label), name
                assert not RAW.fullmatch(text), (name, value)
    for cause in CAUSES:
        assert not any(RAW.fullmatch(each) for each in said({cause: cause}, language).popitem())
