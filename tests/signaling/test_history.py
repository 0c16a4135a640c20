"""What a session was told."""

from __future__ import annotations

from signaling.history import LENGTH, History
from signaling.messages import Notice, Ping, State
from tests.support.clock import NOON


def test_numbers_go_on_from_where_the_page_was() -> None:
    """A new node counts on from the last message the page has seen."""
    history = History(after=41)
    assert [history.add(Notice(left=left)).seq for left in (60, 30)] == [42, 43]


def test_only_what_was_missed_is_told_anew_and_only_once() -> None:
    """Seen ones are not repeated, and a second resume gets nothing twice."""
    history = History()
    history.add(Notice(left=300))
    history.add(Notice(left=60))
    assert [message.left for message in history.take_missed(1) if isinstance(message, Notice)] == [60]
    assert history.take_missed(1) == []


def test_what_the_welcome_says_anew_is_not_kept() -> None:
    """A stale state after the welcome would turn the page back; a ping is of the moment."""
    history = History()
    history.add(State(state="waiting", awaiting="slot", now=NOON, left=900))
    history.add(Ping(now=NOON))
    assert history.take_missed(0) == []
    assert history.seq == 2


def test_a_long_absence_keeps_the_newest() -> None:
    """The ring is bounded; what falls out is the oldest."""
    history = History()
    for left in range(LENGTH + 10):
        history.add(Notice(left=left))
    missed = history.take_missed(0)
    assert len(missed) == LENGTH
    assert missed[-1].seq == LENGTH + 10


def test_offers_are_numbered_on_their_own() -> None:
    """Only the newest offer's answer counts."""
    history = History()
    assert [history.next_offer(), history.next_offer(), history.offer] == [1, 2, 2]
