"""Nothing that can happen to a calendar is without words."""

from __future__ import annotations

import re
from pathlib import Path

from broker.slots.availability import Unavailable
from broker.vocabulary import BlockReason
from web.calendar import forms, words
from web.render import TEMPLATE_DIR


def test_every_reason_has_its_words() -> None:
    """Why a time is blocked, and why nothing can be had."""
    assert set(words.REASONS) == set(BlockReason)
    assert set(words.UNAVAILABLE) == set(Unavailable)


def test_every_problem_of_a_form_has_its_sentence() -> None:
    """What the forms find wrong can be said."""
    source = Path(forms.__file__).read_text(encoding="utf-8")
    found = set(re.findall(r'errors\[[^]]+\] = "(\w+)"', source))
    assert found | {"overlap"} == set(words.PROBLEMS)


def test_every_field_has_the_name_by_which_a_mistake_is_told() -> None:
    """The labels of the forms and the links of the summary are the same words."""
    template = (TEMPLATE_DIR / "calendar/calendar.html").read_text(encoding="utf-8")
    fields = set(re.findall(r'fields\.input\("\w+", \w+, "(\w+)"', template))
    assert fields | {"mode", "weekday", "station", "reason"} == set(words.FIELDS)
