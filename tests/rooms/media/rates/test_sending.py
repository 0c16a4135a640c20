"""What somebody is told to send, on both engines' paths."""

from __future__ import annotations

import random

import pytest

from rooms.media.backends import Backend
from rooms.media.rates.pauses import FIRST
from rooms.media.rates.sending import EXCUSED, HUSHED, Sending
from rooms.media.rates.sharing import LEAST, UNSEEN, divide
from rooms.media.routes import Path, Route
from rooms.media.wire.rtp import Stream


class Sender:
    """Somebody who sends sound and picture, looked at twice a second, seen by one other."""

    def __init__(self, backend: Backend) -> None:
        self.path = backend.path(backend.gate(1e9), None, upstream=True)
        self.receiver = backend.path(self.path.gate, None, upstream=True)
        self.sending = Sending(self.path)
        self.now, self.octets, self.dice, self.lost = 1_000.0, 0, random.Random(1), 0.0
        self.routes: dict[Stream, Route] = {}
        for stream, ssrc in ((Stream.AUDIO, 900), (Stream.VIDEO, 500)):
            self.routes[stream] = backend.route(self.path, stream, ssrc=ssrc, seq=1, timestamp=0, now=self.now)
            self.path.add(self.routes[stream])

    def pass_by(self, seconds: float, wait: float, *, picture: int = 300_000) -> list[tuple[float, bool]]:
        """Let time pass in which packets wait so long on their way; return when it was weak or not, as that changed."""
        changes = []
        for _ in range(round(2 * seconds)):
            self.now += 0.5
            for stream, route in self.routes.items():
                if stream is Stream.VIDEO and (not picture or self.sending.weak):
                    continue
                route.last_at = self.now
                taken = self.now - wait - self.dice.uniform(0, 0.03)
                route.timestamp = round(taken * stream.clock_rate) & 0xFFFFFFFF
            self.octets += picture // 16
            self.routes[Stream.VIDEO].highest = (self.routes[Stream.VIDEO].highest + 50) & 0xFFFF
            self.routes[Stream.VIDEO].received += round(50 * (1 - self.lost))
            self.sending.reported(self.routes[Stream.VIDEO], self.octets & 0xFFFFFFFF, self.now)
            if self.sending.look(self.now):
                changes.append((self.now, self.sending.weak))
        return changes


@pytest.fixture
def sender(backend: Backend) -> Sender:
    """Somebody on a good line."""
    sender = Sender(backend)
    sender.pass_by(5, 0.0)
    return sender


def test_its_reports_tell_what_it_sends(sender: Sender) -> None:
    """Octets by time, also where they wrap; 0 once nothing comes."""
    assert sender.path.sent == pytest.approx(300_000, rel=0.01)
    sender.octets = 2**32 - 1_000
    sender.sending.reported(sender.routes[Stream.VIDEO], sender.octets, sender.now + 0.25)
    sender.pass_by(3, 0.0)
    assert sender.path.sent == pytest.approx(300_000, rel=0.01)
    sender.pass_by(3, 0.0, picture=0)
    assert sender.path.sent == 0


def test_on_a_good_line_only_its_receivers_bound_it(sender: Sender) -> None:
    """And until one of them says anything, nothing is told."""
    assert sender.sending.news(sender.now) is None
    divide(sender.receiver, 700_000, [sender.path])
    assert sender.sending.news(sender.now, asked=True) == 700_000
    assert sender.sending.news(sender.now) is None
    divide(sender.receiver, 500_000, [sender.path])
    assert sender.sending.news(sender.now) == 500_000


def test_who_is_seen_by_nobody_any_more_is_told_so_again_and_again(sender: Sender) -> None:
    """A fair rate for who watches, each two seconds: a single word may be lost."""
    divide(sender.receiver, 90_000, [sender.path])
    sender.sending.news(sender.now, asked=True)
    sender.path.estimates.clear()
    told = []
    for _ in range(20):
        sender.pass_by(0.5, 0.0)
        told.append(sender.sending.news(sender.now))
    assert [rate for rate in told if rate is not None] == [UNSEEN] * 5


def test_a_line_that_is_late_is_told_less_at_once(sender: Sender) -> None:
    """Before any receiver has noticed; and more again, slowly, when it is not."""
    sender.pass_by(2, 0.4)
    late, less = sender.path.late, sender.sending.limit
    assert (late, less < 200_000) == (True, True)
    sender.pass_by(3, 0.0)
    late, more = sender.path.late, sender.sending.limit
    assert (late, less < more) == (False, True)


def test_a_line_too_narrow_for_the_least_picture_is_weak_within_seven_seconds(sender: Sender) -> None:
    """Not one that is late for a moment; and it is tried after ten seconds, as low as can be."""
    assert sender.pass_by(3, 0.4) == []
    assert sender.pass_by(5, 0.0) == []
    began = sender.now
    [(paused, weak)] = sender.pass_by(8, 0.4)
    assert weak
    assert paused - began <= 7
    [(tried, weak)] = sender.pass_by(paused + FIRST - sender.now, 0.0)
    assert (tried - paused, weak) == (FIRST, False)
    assert sender.sending.limit == LEAST
    assert sender.pass_by(30, 0.0) == []


def test_a_full_line_that_carries_less_than_the_least_picture_is_weak_within_four_seconds(sender: Sender) -> None:
    """Of 300 kbit/s 48 arrive: no waiting will make that a picture."""
    sender.lost = 0.84
    began = sender.now
    [(paused, weak)] = sender.pass_by(8, 0.4)
    assert weak
    assert 2 <= paused - began <= 4


@pytest.mark.parametrize("lost", [0.62, 0.2])
def test_a_full_line_that_carries_more_is_given_time(sender: Sender, lost: float) -> None:
    """At 150 kbit/s 115 of a picture's 300 arrive, and soon it is told to send no more than that."""
    sender.lost = lost
    assert sender.pass_by(6, 0.4) == []


def test_a_try_that_fails_is_over_soon_and_the_next_one_waits_longer(sender: Sender) -> None:
    """Three seconds of it, then twenty of rest."""
    [(first, _)] = sender.pass_by(8, 0.4)
    sender.pass_by(first + FIRST - sender.now - 0.5, 0.0)
    changes = sender.pass_by(6, 0.4)
    assert [weak for _, weak in changes] == [False, True]
    assert changes[1][0] - changes[0][0] <= 3.5
    [(again, _)] = sender.pass_by(2 * FIRST, 0.0)
    assert again - changes[1][0] == 2 * FIRST


def test_a_line_that_is_too_narrow_for_sound_alone_is_not_tried(sender: Sender) -> None:
    """It has come no nearer to carrying a picture; once it does sound in time, it is."""
    sender.pass_by(8, 0.4)
    assert sender.sending.weak
    assert sender.pass_by(60, 0.4) == []
    assert [weak for _, weak in sender.pass_by(FIRST + 2, 0.0)] == [False]


def test_a_queue_that_empties_is_no_reason_to_pause(sender: Sender) -> None:
    """150 kbit/s, flooded for a moment: it was told less, and what stood there drains for seconds."""
    assert sender.pass_by(2, 0.4) == []
    for wait in (0.36, 0.32, 0.28, 0.24, 0.2, 0.16, 0.1, 0.05):
        assert sender.pass_by(0.5, wait) == []
    assert sender.pass_by(10, 0.0) == []


def test_what_arrives_bounds_what_is_told(sender: Sender) -> None:
    """At once: of what it sends a quarter comes through."""
    sender.lost = 0.75
    sender.pass_by(2, 0.4)
    assert sender.sending.limit <= 0.3 * 300_000


def test_a_gap_after_an_outage_explains_the_losses_of_reports_that_come_after_it(sender: Sender) -> None:
    """For as long as they may tell of it: what a receiver says of the last second is heard a look or two later."""
    route = sender.routes[Stream.VIDEO]
    route.highest = (route.highest + 500) & 0xFFFF
    for _ in range(EXCUSED):
        sender.pass_by(0.5, 0.0)
        assert sender.path.arrived == pytest.approx(50 / 550)
    sender.pass_by(0.5, 0.0)
    assert sender.path.arrived == 1


def test_a_line_that_is_late_is_told_again_and_again(sender: Sender) -> None:
    """Much is lost on it."""
    sender.pass_by(4, 0.4)
    told = []
    for _ in range(6):
        sender.pass_by(0.5, 0.4)
        told.append(sender.sending.news(sender.now))
    assert None not in told


def test_who_is_weak_is_hushed_until_it_sends_no_picture(sender: Sender) -> None:
    """Its page hears of it by the same line, and later."""
    sender.pass_by(8, 0.4)
    sender.path.sent = 30_000
    assert (sender.sending.weak, sender.sending.limit) == (True, HUSHED)
    sender.pass_by(4, 0.4)
    assert (sender.sending.weak, sender.sending.limit) == (True, LEAST)


def test_who_is_weak_and_sends_is_told_so_often(sender: Sender) -> None:
    """Most is lost on the way; and no more once it sends next to nothing."""
    sender.pass_by(8, 0.4)
    sender.path.sent = 30_000
    sender.sending.news(sender.now)
    assert sender.sending.news(sender.now + 0.1) is None
    assert sender.sending.news(sender.now + 0.2) == HUSHED
    sender.path.sent = 5_000
    assert sender.sending.news(sender.now + 0.4) is None


def test_what_is_full_is_asked_for_nothing(sender: Sender) -> None:
    """Just while it is: not for as long as its picture waits, or is tried."""
    sender.pass_by(2, 0.4)
    late, full = sender.path.late, sender.path.full
    assert (late, full) == (True, True)
    sender.pass_by(6, 0.4)
    sender.pass_by(4, 0.0)
    late, full = sender.path.late, sender.path.full
    assert (sender.sending.weak, late, full) == (True, True, False)


def test_who_has_never_been_told_is_once_a_receiver_falls_silent(sender: Sender) -> None:
    """What its line takes was never said, and is supposed."""
    divide(sender.receiver, 70_000, [sender.path])
    assert sender.sending.news(sender.now) == 70_000


def test_what_it_claims_to_send_is_not_believed_beyond_its_packets(sender: Sender) -> None:
    """A monitor's picture depends on it: nobody is to talk it away."""
    sender.octets += 500_000_000
    sender.pass_by(0.5, 0.0)
    assert sender.path.sent <= 50 * 1_500 * 8 / 0.5


def test_who_sends_no_picture_is_never_too_weak_for_it(sender: Sender) -> None:
    """The camera is off, or staff hold the room: nothing is said of the line."""
    assert sender.pass_by(30, 0.4, picture=0) == []
    assert not sender.path.late


def test_of_who_sends_no_sound_the_picture_tells(backend: Backend) -> None:
    """The microphone is off."""
    mute = Sender(backend)
    del mute.routes[Stream.AUDIO]
    mute.pass_by(5, 0.0)
    assert [weak for _, weak in mute.pass_by(8, 0.4)] == [True]


def test_others_paths_are_not_touched(sender: Sender) -> None:
    """What one line does is written on one path."""
    other: Path = sender.receiver
    sender.pass_by(10, 0.4)
    assert (other.late, other.sent) == (False, 0.0)
