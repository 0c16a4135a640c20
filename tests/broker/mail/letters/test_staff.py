"""Letters to staff."""

from __future__ import annotations

from datetime import timedelta

from broker.mail import letters
from tests.support.clock import NOON
from tests.support.letters import EVERY_LANGUAGE, Blocks, both

LINK = "https://visits.example/staff/invite/abc"


@EVERY_LANGUAGE
def test_invitation_has_its_link_and_how_long_it_works(language: str) -> None:
    """In both parts; three days are 72 hours, and a second less is 71."""
    letter = letters.staff_invite("Vandana Rao", language, LINK, NOON + timedelta(days=3), NOON)
    for text in both(letter):
        assert "Vandana Rao" in text
        assert "72" in text
    assert LINK in letter.message.text
    assert LINK in Blocks(letter.message.html).links
    late = letters.staff_invite("V", "en", LINK, NOON + timedelta(days=3) - timedelta(seconds=1), NOON)
    assert "for 71 hours" in late.message.text


@EVERY_LANGUAGE
def test_escalation_says_how_many_and_where_and_nothing_of_the_visits(language: str) -> None:
    """A number and a link: names stay inside."""
    letter = letters.escalated("Vandana Rao", language, 3, "https://visits.example/superintendent")
    assert "3" in letter.message.subject
    assert "https://visits.example/superintendent" in letter.message.text
    assert "1 request waits" in letters.escalated("V", "en", 1, LINK).message.subject
