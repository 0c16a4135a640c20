"""When the node's socket is read: at once while little comes, by turns while much does."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator

import pytest

from bench.caller import VIDEO, rtp_packet
from rooms.media.link.reading import MANY, PAUSE, TURNS, USEFUL, WITHIN, Reading, Rhythm
from tests.rooms.media.conftest import House, until


class Days:
    """An event loop whose time is the test's. What is due is done by pass_on()."""

    def __init__(self) -> None:
        self.now = 100.0
        self.readers: dict[int, Callable[[], None]] = {}
        self.due: list[tuple[float, Callable[[], None]]] = []
        self._loop = asyncio.new_event_loop()

    def time(self) -> float:
        """Return its time."""
        return self.now

    def add_reader(self, fd: int, callback: Callable[[], None], /) -> None:
        """Keep it."""
        self.readers[fd] = callback

    def remove_reader(self, fd: int, /) -> bool:
        """Forget it."""
        return self.readers.pop(fd, None) is not None

    def call_later(self, delay: float, callback: Callable[[], None], /) -> asyncio.TimerHandle:
        """Keep it until it is due."""
        self.due.append((self.now + delay, callback))
        return self._loop.call_later(3600, callback)

    def pass_on(self) -> float:
        """Let time pass until the next thing is due, and do it; return how long that was."""
        began = self.now
        at, callback = self.due.pop(0)
        self.now = max(began, at)
        callback()
        return at - began

    def close(self) -> None:
        """Close what its handles are of."""
        self._loop.close()


class Read:
    """A reading of a socket where so many datagrams are found as the test says, in so many seconds."""

    def __init__(self, days: Days, sock: socket.socket) -> None:
        self.days = days
        self.found: list[int] = []
        self.waiting = 0
        self.takes = 0.0
        self.fails = False
        self.reading = Reading(days, sock, self.drain, 256)
        self._fd = sock.fileno()

    def drain(self) -> int:
        """Find them."""
        self.found.append(self.waiting)
        self.days.now += self.takes
        if self.fails:
            raise RuntimeError
        return self.waiting

    @property
    def watched(self) -> bool:
        """Whether the loop looks at the socket."""
        return self._fd in self.days.readers

    def wake(self, times: int, every: float) -> None:
        """Let datagrams come one by one."""
        for _ in range(times):
            self.days.now += every
            self.waiting = 1
            self.days.readers[self._fd]()


@pytest.fixture
def read() -> Iterator[Read]:
    """A socket that is read."""
    days = Days()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        yield Read(days, sock)
    days.close()


def test_a_call_or_a_few_are_read_as_they_come(read: Read) -> None:
    """Each datagram has its wake-up, however long that goes on, and none waits for a timer."""
    read.wake(10 * MANY, WITHIN / MANY * 1.1)
    assert read.watched
    assert len(read.found) == 10 * MANY
    assert not read.days.due


def test_many_wake_ups_become_turns_that_nothing_else_wakes(read: Read) -> None:
    """The loop does not look at the socket any more, and each millisecond what is there is moved."""
    read.wake(MANY, WITHIN / MANY / 2)
    assert read.reading.by_turns
    assert not read.watched
    read.waiting = 9
    assert [read.days.pass_on() for _ in range(5 * TURNS)] == pytest.approx([PAUSE] * 5 * TURNS)
    assert read.found == [1] * MANY + [9] * 5 * TURNS
    assert read.reading.by_turns


def test_turns_that_find_little_become_wake_ups_again(read: Read) -> None:
    """An idle node is not woken a thousand times a second for nothing."""
    read.wake(MANY, WITHIN / MANY / 2)
    for turn in range(TURNS):
        read.waiting = turn < USEFUL - 1
        read.days.pass_on()
    assert read.watched
    assert not read.reading.by_turns
    assert not read.days.due


def test_a_long_turn_is_followed_at_once(read: Read) -> None:
    """So that at a node near its end nothing waits for the pause and for the turn."""
    read.wake(MANY, WITHIN / MANY / 2)
    read.waiting, read.takes = 200, PAUSE
    read.days.pass_on()
    assert read.days.pass_on() == 0


def test_a_turn_that_left_something_is_followed_at_once(read: Read) -> None:
    """After a moment without the processor, all that has gathered is moved without a pause."""
    read.wake(MANY, WITHIN / MANY / 2)
    read.waiting = 256
    read.days.pass_on()
    assert read.days.pass_on() == 0


def test_reading_goes_on_after_a_turn_that_failed(read: Read) -> None:
    """An error is the loop's to report; media must not stop for it."""
    read.wake(MANY, WITHIN / MANY / 2)
    read.fails = True
    with pytest.raises(RuntimeError):
        read.days.pass_on()
    assert len(read.days.due) == 1


def test_closing_ends_both_ways_of_reading(read: Read) -> None:
    """Also the turn that was to come."""
    read.reading.close()
    assert not read.watched


def test_the_clock_is_read_for_one_wake_up_in_many_only() -> None:
    """The rest of them cost a count."""
    asked = 0

    def clock() -> float:
        nonlocal asked
        asked += 1
        return float(asked)

    rhythm = Rhythm(0.0)
    assert not any(rhythm.wakes_too_often(clock) for _ in range(3 * MANY))
    assert asked == 3


async def test_media_passes_in_turns_and_a_closed_node_leaves_no_timer(house: House) -> None:
    """Whole and in order, when the packets of a busy node come; and the end of a room holds there as ever."""
    room = house.room()
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    reading = house.node._reading
    assert reading is not None
    sent = 0
    async with asyncio.timeout(10):
        while not reading.by_turns:
            sent += 1
            family.send_rtp(rtp_packet(VIDEO, 500, sent, sent * 3000, b"picture"))
            await asyncio.sleep(0)
    await until(lambda: len(terminal.rtp) == sent)
    assert [packet[-7:] for packet in terminal.rtp] == [b"picture"] * sent
    room.end()
    family.send_rtp(rtp_packet(VIDEO, 500, sent + 1, 0, b"late"))
    await until(lambda: room.counters().refused_after_end == 1)
    await until(lambda: not reading.by_turns)
    assert len(terminal.rtp) == sent
