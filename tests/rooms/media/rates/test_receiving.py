"""How many pictures somebody is given, on both engines' paths."""

from __future__ import annotations

import pytest

from rooms.media.backends import Backend
from rooms.media.rates.pauses import AFTER, FIRST
from rooms.media.rates.receiving import Receiving
from rooms.media.rates.sharing import LEAST, UNSEEN, told
from rooms.media.routes import Path

CLEAN, BAD = (0.0, 0.003), (0.6, 0.012)


class Watched:
    """A receiver that is looked at twice a second, and says once a second what its line takes and how packets came."""

    def __init__(self, backend: Backend, sources: int, *, upstream: bool = True) -> None:
        gate = backend.gate(1e9)
        self.path = backend.path(gate, None, upstream=upstream)
        self.sources = [backend.path(gate, None, upstream=True) for _ in range(sources)]
        for source in self.sources:
            source.sent = 64_000.0
        self.receiving = Receiving(self.path)
        self.receiving.wanted = self.sources
        self.now = 100.0

    def pass_by(self, seconds: float, says: int, report: tuple[float, float] = CLEAN) -> list[tuple[float, int]]:
        """Let time pass; return when how many pictures were given, each time that changed."""
        changes = []
        for step in range(round(2 * seconds)):
            self.now += 0.5
            if step % 2 == 0 and self.receiving.given:
                self.receiving.estimated(says, self.now)
                self.receiving.reported(*report, self.now)
            if self.receiving.look(self.now):
                changes.append((self.now, len(self.receiving.given)))
        return changes


@pytest.fixture
def family(backend: Backend) -> Watched:
    """Somebody who receives one other."""
    watched = Watched(backend, 1)
    watched.pass_by(5, 400_000)
    return watched


def test_a_line_that_takes_its_picture_keeps_it(family: Watched) -> None:
    """At the least picture, too."""
    assert family.pass_by(60, LEAST) == []
    assert list(family.receiving.withheld) == []


def test_a_picture_that_is_too_much_is_paused_after_three_seconds(family: Watched) -> None:
    """Not for a moment's fall; and then the source is bound by nobody."""
    assert family.pass_by(2, 8_000, BAD) == []
    assert family.pass_by(1, 400_000) == []
    began = family.now
    [(when, count)] = family.pass_by(10, 8_000, BAD)
    assert (when - began, count) == (AFTER + 0.5, 0)
    assert list(family.receiving.withheld) == family.sources
    assert told(family.sources[0]) == UNSEEN


def test_a_paused_picture_is_tried_after_ten_seconds_and_its_source_is_told_before(family: Watched) -> None:
    """So that its first picture is small."""
    [(paused, _)] = family.pass_by(5, 8_000, BAD)
    before = round(paused + FIRST - family.now - 0.5)
    assert family.pass_by(before, 8_000) == []
    assert told(family.sources[0]) == UNSEEN
    changes = family.pass_by(0.5, 8_000)
    assert (changes, told(family.sources[0])) == ([], LEAST)
    [(tried, count)] = family.pass_by(0.5, 8_000)
    assert (tried - paused, count) == (FIRST + 0.5, 1)
    assert family.pass_by(60, 8_000) == [], "what it said of the time before does not count"


def test_a_try_that_fails_ends_within_three_seconds(family: Watched) -> None:
    """By the reports: what the receiver estimates cannot fall any more."""
    [(first, _)] = family.pass_by(5, 8_000, BAD)
    changes = family.pass_by(FIRST + 5, 8_000, BAD)
    assert [count for _, count in changes] == [1, 0]
    tried, again = (when for when, _ in changes)
    assert again - tried <= 3
    changes = family.pass_by(25, 8_000, BAD)
    assert [count for _, count in changes] == [1, 0]
    assert changes[0][0] - again == 2 * FIRST + 0.5
    assert first < tried


def test_the_first_report_of_a_try_is_of_the_time_before(family: Watched) -> None:
    """The losses that ended the picture are reported once it is there again."""
    [(paused, _)] = family.pass_by(5, 8_000, BAD)
    [(tried, _)] = family.pass_by(paused + FIRST + 0.5 - family.now, 8_000)
    assert tried == family.now
    family.receiving.reported(*BAD, family.now)
    assert family.pass_by(20, 8_000) == []


def test_a_sources_own_narrow_line_is_not_taken_for_the_receivers(family: Watched) -> None:
    """The estimate is of the whole way; of whom the relay sees that it is late, the receiver is not blamed."""
    family.sources[0].late = True
    assert family.pass_by(30, 8_000, BAD) == []
    family.sources[0].late = False
    assert family.pass_by(30, 8_000) == [], "what it said meanwhile was of that line, and is not held against its own"


def test_who_is_sent_nothing_is_not_judged_by_what_it_says(family: Watched) -> None:
    """A camera is off, or a picture waits at its source: receivers go on saying what they said of the time before."""
    family.sources[0].sent = 0.0
    assert family.pass_by(30, 8_000) == []


def test_of_several_pictures_the_most_important_stays(backend: Backend) -> None:
    """Others see both as well, so less than 150 kbit/s for each is too little."""
    visitor = Watched(backend, 2)
    for source in visitor.sources:
        source.estimates[backend.path(source.gate, None, upstream=True)] = 900_000
    visitor.pass_by(5, 900_000)
    [(_, count)] = visitor.pass_by(5, 140_000, BAD)
    assert count == 1
    assert list(visitor.receiving.given) == visitor.sources[:1]
    assert list(visitor.receiving.withheld) == visitor.sources[1:]


def test_a_weak_monitor_costs_nobody_anything(backend: Backend) -> None:
    """Its own picture is paused, as the source sends more than its line takes; what the source is told is as before."""
    monitor = Watched(backend, 1, upstream=False)
    source = monitor.sources[0]
    source.sent = 500_000.0
    source.estimates[backend.path(source.gate, None, upstream=True)] = 600_000
    assert monitor.pass_by(10, 600_000) == []
    assert told(source) == 600_000
    assert monitor.pass_by(10, 300_000) == [], "an estimate alone is no loss"
    assert [count for _, count in monitor.pass_by(5, 50_000, BAD)] == [0]
    assert told(source) == 600_000
    assert [count for _, count in monitor.pass_by(10, 50_000)] == [1]
    assert told(source) == 600_000


def test_a_word_alone_pauses_nothing(family: Watched) -> None:
    """It is as low as what was sent; whether packets wait on the line, or are lost, its reports tell."""
    assert family.pass_by(20, 20_000) == []
    family.receiving.waited(family.now)
    assert family.pass_by(2.5, 20_000) == [], "nor does one that waited"


def test_packets_that_wait_on_the_way_there_or_back_pause_a_picture_that_is_too_much(backend: Backend) -> None:
    """What a participant sends comes late: its line is narrow, whatever of its reports is lost."""
    for late in (True, False):
        family = Watched(backend, 1)
        family.pass_by(5, 400_000)
        family.path.late = late
        changes = []
        for _ in range(5):
            if not late:
                family.receiving.waited(family.now)
            changes += [count for _, count in family.pass_by(1, 20_000)]
        assert changes == [0]


def test_a_busy_desk_is_no_narrow_line(backend: Backend) -> None:
    """A monitor's computer that has too much to do reads late, and unevenly; but it loses nothing."""
    monitor = Watched(backend, 1, upstream=False)
    monitor.sources[0].sent = 500_000.0
    for jitter in range(30):
        monitor.receiving.waited(monitor.now)
        assert monitor.pass_by(1, 40_000, (0.05, 0.05 + jitter / 100)) == []


def test_who_is_withheld_and_goes_is_waited_for_no_more(backend: Backend) -> None:
    """And somebody who comes later is given at once."""
    visitor = Watched(backend, 2)
    visitor.pass_by(5, 900_000)
    assert [count for _, count in visitor.pass_by(5, 50_000, BAD)] == [1]
    visitor.receiving.wanted = visitor.sources[:1]
    assert visitor.pass_by(12, 50_000) == []
    visitor.receiving.wanted = visitor.sources
    assert list(visitor.receiving.given) == visitor.sources


def test_losses_by_chance_do_not_fail_a_try(family: Watched) -> None:
    """Sound alone loses as much: they are the line's own, and mended. But where most is lost, none is tried."""
    family.pass_by(5, 8_000, BAD)
    family.receiving.heard(0.2)
    assert [count for _, count in family.pass_by(30, 50_000, (0.25, 0.01))] == [1]
    family.pass_by(5, 5_000, BAD)
    family.receiving.heard(0.5)
    assert family.pass_by(60, 5_000) == []


def test_who_says_nothing_is_given_everything(backend: Backend) -> None:
    """Not every client estimates."""
    silent = Watched(backend, 2)
    for _ in range(100):
        silent.now += 0.5
        assert not silent.receiving.look(silent.now)
    assert list(silent.receiving.given) == silent.sources


def test_an_estimate_goes_with_its_age(family: Watched) -> None:
    """Six seconds after the last one nothing bounds the source."""
    source: Path = family.sources[0]
    assert family.path in source.estimates
    source.sent = 0.0
    for _ in range(13):
        family.now += 0.5
        family.receiving.look(family.now)
    assert family.path not in source.estimates
