"""web.monitor.reasons: why, as it is chosen and as the audit says it."""

from __future__ import annotations

import pytest

from web.monitor.errors import ReasonNeeded
from web.monitor.reasons import LONGEST_NOTE, Reason, parse


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_taken_with_a_note_of_its_own(reason: Reason) -> None:
    """The note stands behind the reason, on one line, and is cut where it is too long."""
    assert parse(reason.value, " a\n knife ") == (reason, f"{reason.value}: a knife")
    assert len(parse(reason.value, "x" * 999)[1]) == len(reason.value) + 2 + LONGEST_NOTE


def test_a_reason_needs_no_note_but_another_reason_does() -> None:
    """ "Another reason" alone says nothing."""
    assert parse("conduct", "") == (Reason.CONDUCT, "conduct")
    for reason, note in (("other", "  "), ("", "a note"), ("because", "")):
        with pytest.raises(ReasonNeeded):
            parse(reason, note)
