"""The leaflet's words."""

from __future__ import annotations

from datetime import time

import pytest

from broker.slots.calendar import Session
from broker.vocabulary import VisitMode
from config.i18n import LANGUAGES
from web.leaflet.sheet import PICTURES, Hours, sheet

VIDEO = Session(VisitMode.VIDEO, 0, time(10), time(16, 45))
COUNTER = Session(VisitMode.IN_PERSON, 2, time(9), time(9))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_picture_in_every_language(language: str) -> None:
    """As many sentences as drawings."""
    made = sheet(language, [VIDEO, COUNTER])
    assert made.language == language
    assert len(made.steps) == len(PICTURES)
    assert all(made.steps)


def test_hours_are_told_by_mode() -> None:
    """A session with one slot has one time."""
    assert sheet("en", [COUNTER, VIDEO]).hours == (
        Hours("By video", "Monday", ("10:00–16:45",)),
        Hours("In person", "Wednesday", ("09:00",)),
    )


def test_the_steps_speak_only_of_what_the_jail_offers() -> None:
    """Nobody is sent to a gate at which there are no visits."""
    assert "in person" not in " ".join(sheet("en", [VIDEO]).steps).lower()
    assert "video" not in " ".join(sheet("en", [COUNTER]).steps).lower()
    assert "In person: come" in sheet("en", [VIDEO, COUNTER]).steps[-1]


def test_without_a_calendar_the_helpline_knows_the_hours() -> None:
    """And the steps speak of both ways."""
    made = sheet("en", [])
    assert made.hours == ()
    assert "helpline" in made.hours_title
    assert "By video" in made.steps[-1]


def test_every_language_has_the_same_lines_of_hours() -> None:
    """They stand side by side, and the times once."""
    week = [Session(VisitMode.VIDEO, day, time(10), time(12)) for day in (0, 1, 4)] + [COUNTER]
    made = [sheet(language, week).hours for language in LANGUAGES]
    assert {tuple(line.times for line in each) for each in made} == {(("10:00–12:00",), ("10:00–12:00",), ("09:00",))}
    assert [line.days for line in made[0]] == ["Monday to Tuesday", "Friday", "Wednesday"]
    assert made[0][1].mode == ""


def test_longer_words_and_longer_weeks_weigh_more() -> None:
    """By the weight the print is chosen."""
    assert sheet("en", [VIDEO, COUNTER]).weight > sheet("en", [VIDEO]).weight > 400
