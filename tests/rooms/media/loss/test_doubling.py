"""When a participant is asked to say its sound twice, and when no more."""

from __future__ import annotations

from rooms.media.loss.doubling import LATE, LOOK, PAUSE, SOON, WORSE, Doubling
from rooms.media.routes import Gate, Path, Route
from rooms.media.wire.rtp import Stream
from tests.rooms.media.conftest import House
from tests.rooms.media.loss.test_redundancy import Call, call_in, sound, takes_red

EACH = 100


class Line:
    """A line that carries 100 packets between two looks, and loses a share of them."""

    def __init__(self) -> None:
        self.doubling = Doubling()
        self.now = 1000.0
        self.route = self.source(65_500)

    def source(self, seq: int) -> Route:
        """A microphone that begins there."""
        route = Route(Path(Gate(0.0), None, upstream=True), Stream.AUDIO, ssrc=5, seq=seq, timestamp=0, now=self.now)
        self.doubling.look(route, self.now)
        return route

    def loses(self, lost: float, *, times: int = 1) -> list[bool]:
        """Let so many looks find so much lost; what is wanted after each."""
        wanted = []
        for _ in range(times):
            self.now += LOOK
            self.route.highest = (self.route.highest + EACH) & 0xFFFF
            self.route.received += round(EACH * (1 - lost))
            before = self.doubling.redundant
            changed = self.doubling.look(self.route, self.now)
            assert changed is (self.doubling.redundant is not before)
            wanted.append(self.doubling.redundant)
        return wanted


def test_nothing_is_asked_of_a_line_that_loses_little() -> None:
    """Half as much again is much, and mends nothing there."""
    assert not any(Line().loses(0.04, times=20))


def test_one_bad_look_is_not_enough_and_two_are() -> None:
    """Each change takes an offer and an answer."""
    line = Line()
    assert line.loses(0.1) + line.loses(0.0) == [False, False]
    assert line.loses(0.1, times=SOON) == [False, True]


def test_it_is_left_off_when_nothing_has_been_lost_for_long() -> None:
    """Twenty seconds of it, in one row."""
    line = Line()
    line.loses(0.1, times=SOON)
    assert all(line.loses(0.0, times=LATE - 1) + line.loses(0.03))
    assert line.loses(0.0, times=LATE) == [True] * (LATE - 1) + [False]


def test_what_made_it_worse_is_left_off_for_a_minute() -> None:
    """The line was full, then: more of it is not what it needs."""
    line = Line()
    line.loses(0.1, times=SOON)
    assert line.loses(0.1 + WORSE + 0.01) == [False]
    assert not any(line.loses(0.1, times=round(PAUSE / LOOK) - 1))
    assert line.loses(0.1, times=SOON)[-1]


def test_a_flood_is_not_answered_with_more() -> None:
    """Where a third is lost there is no room."""
    assert not any(Line().loses(0.5, times=5))


def test_another_source_begins_with_numbers_of_its_own() -> None:
    """What it did not send before was not lost."""
    line = Line()
    line.loses(0.1)
    line.route = line.source(10)
    assert line.loses(0.1) == [False]


def test_looks_between_two_looks_and_silence_say_nothing() -> None:
    """Somebody who is muted sends no packets."""
    line = Line()
    line.now += LOOK / 2
    assert not line.doubling.look(line.route, line.now)
    line.now += LOOK
    assert not line.doubling.look(line.route, line.now)


async def lose(house: House, call: Call) -> None:
    """Let a tenth of the family's sound be lost for long enough."""
    for look in range(SOON + 1):
        await call.say(*(sound(look * 20 + number) for number in range(2, 22) if number % 10))
        house.clock.ahead += LOOK
        call.room.tick(house.clock.monotonic())


async def test_who_loses_sound_on_its_way_here_is_offered_to_say_it_twice(house: House) -> None:
    """In another offer of the same connection, with the same credentials; the answer is taken."""
    call = await call_in(house, family_takes_red=True)
    peer = call.room.peers[0]
    before = peer.offer()
    await lose(house, call)
    offer = peer.offer()
    assert house.ears.heard.count(("offer", "visitor-1")) == 1
    assert "SAVPF 111 63" in before
    assert offer.replace("SAVPF 63 111", "SAVPF 111 63").splitlines()[2:] == before.splitlines()[2:]
    assert "SAVPF 63 111" in offer
    peer.answer(takes_red(call.family.answer(offer)))
    assert peer.connected


async def test_who_can_not_say_it_twice_is_not_asked(house: House) -> None:
    """Firefox knows no redundant audio."""
    call = await call_in(house)
    await lose(house, call)
    assert ("offer", "visitor-1") not in house.ears.heard
    assert "SAVPF 63 111" not in call.room.peers[0].offer()
