"""broker.monitoring.ways: the relay's counters by side."""

from __future__ import annotations

from broker.monitoring.ways import PAIRS, Party, Sum, party, sums, to_monitors

A, B, PRISON, WATCHER = "a" * 32, "b" * 32, "terminal-7", "monitor-0011"
LEGAL = (
    (A, PRISON, "audio", 700),
    (A, PRISON, "video", 900),
    (PRISON, A, "audio", 650),
    (PRISON, A, "video", 800),
    (A, WATCHER, "video", 12),
    (PRISON, WATCHER, "video", 30),
    (PRISON, "monitor-0022", "video", 3),
)


def test_ids_tell_the_party() -> None:
    """The terminal is the prison's, a watcher's id is made for the watch, all others are visitors."""
    assert [party(who) for who in (A, PRISON, WATCHER)] == [Party.FAMILY, Party.PRISON, Party.MONITORS]


def test_a_way_that_carried_nothing_is_a_nothing_that_is_shown() -> None:
    """A lawyer's call: picture to monitors, and the number of sound packets is there, and is 0."""
    found = sums(LEGAL)
    assert [(each.sender, each.receiver) for each in found] == list(PAIRS)
    assert Sum(Party.PRISON, Party.MONITORS, 33, 0) in found
    assert to_monitors(LEGAL) == (45, 0)
    assert to_monitors(()) == (0, 0)


def test_relatives_who_saw_each_other_are_counted_apart() -> None:
    """Two visitors on two devices."""
    assert sums([(A, B, "video", 4), (B, A, "audio", 2)])[-1] == Sum(Party.FAMILY, Party.FAMILY, 4, 2)
