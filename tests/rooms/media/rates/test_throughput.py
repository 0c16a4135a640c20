"""How much of a picture gets through a full line."""

from __future__ import annotations

from rooms.media.rates.throughput import LOOKS, Throughput

SSRC, STEP = 500, 0.5


class Line:
    """Of which is seen what arrives, twice a second."""

    def __init__(self) -> None:
        self.through = Throughput()
        self.now, self.received, self.highest = 100.0, 0, 65_500

    def pass_by(self, looks: int, *, sent: int, came: int, late: bool = True, ssrc: int = SSRC) -> bool:
        """Look so often, with so many packets sent and come before each."""
        for _ in range(looks):
            self.now += STEP
            self.received += came
            self.highest = (self.highest + sent) & 0xFFFF
            self.through.look(ssrc, self.received, self.highest, self.now, late=late)
        return self.through.too_little


def test_what_arrives_of_a_full_line_is_what_it_carries() -> None:
    """Three packets of 1000 octets each half second are 48 kbit/s, five are 80; numbers wrap around meanwhile."""
    for came, too_little in ((3, True), (5, False)):
        line = Line()
        line.through.sized(20_000, 20)
        assert not line.pass_by(LOOKS, sent=20, came=came)
        assert line.pass_by(1, sent=20, came=came) is too_little


def test_a_sender_of_little_whose_packets_all_arrive_has_no_full_line() -> None:
    """A queue drains: it was told to send little, and does."""
    line = Line()
    line.through.sized(2_000, 10)
    assert not line.pass_by(3 * LOOKS, sent=10, came=10)
    assert line.pass_by(LOOKS, sent=10, came=4)


def test_only_a_line_that_stays_full_counts() -> None:
    """One look at which nothing is late begins it anew, and so does another stream."""
    line = Line()
    line.through.sized(20_000, 20)
    assert line.pass_by(LOOKS + 1, sent=20, came=2)
    assert not line.pass_by(1, sent=20, came=2, late=False)
    assert not line.pass_by(LOOKS - 1, sent=20, came=2)
    assert line.pass_by(1, sent=20, came=2)
    assert not line.pass_by(1, sent=20, came=2, ssrc=SSRC + 1)


def test_until_its_sender_says_how_large_its_packets_are_they_are_the_largest_there_are() -> None:
    """What is not known makes no line narrow; nor does a report of nothing."""
    line = Line()
    line.through.sized(100, 0)
    assert not line.pass_by(3 * LOOKS, sent=20, came=3)
