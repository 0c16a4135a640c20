"""How the work of handshakes is spread over the turns of the loop."""

from __future__ import annotations

import asyncio

import pytest

from rooms.media.link.handshakes import PAUSE, RECORDS_EACH, Handshakes
from tests.rooms.media.conftest import until


class Worker:
    """Keeps the records that reached it, and in which turn of the loop."""

    def __init__(self, row: list[tuple[int, Worker, bytes]], turn: list[int]) -> None:
        self.row = row
        self.turn = turn

    def step(self, record: bytes) -> None:
        """Keep it."""
        self.row.append((self.turn[0], self, record))

    def look(self) -> None:
        """Keep that it was called."""
        self.row.append((self.turn[0], self, b"look"))


async def run_turns(turn: list[int], number: int) -> None:
    """Let the loop turn so many times."""
    for _ in range(number):
        await asyncio.sleep(0)
        turn[0] += 1


async def test_one_record_is_worked_on_a_turn_of_the_loop() -> None:
    """However many come at once: between two of them the socket is read."""
    row: list[tuple[int, Worker, bytes]] = []
    turn = [0]
    handshakes = Handshakes()
    for number in range(20):
        handshakes.queue(Worker(row, turn), bytes([number]))
    await run_turns(turn, 25)
    assert [record[0] for _, _, record in row] == list(range(20))
    assert len({at for at, _, _ in row}) == 20


async def test_peers_take_turns_and_each_keeps_its_order() -> None:
    """One that sends much does not keep the next waiting."""
    row: list[tuple[int, Worker, bytes]] = []
    turn = [0]
    handshakes = Handshakes()
    busy, quiet = Worker(row, turn), Worker(row, turn)
    for record in (b"1", b"2", b"3"):
        handshakes.queue(busy, record)
    handshakes.queue(quiet, b"a")
    await run_turns(turn, 6)
    assert [(who is busy, record) for _, who, record in row] == [
        (True, b"1"),
        (False, b"a"),
        (True, b"2"),
        (True, b"3"),
    ]


async def test_a_peer_that_floods_loses_its_own_records() -> None:
    """The queue of each is bounded."""
    row: list[tuple[int, Worker, bytes]] = []
    turn = [0]
    handshakes = Handshakes()
    flooder = Worker(row, turn)
    for _ in range(1_000):
        handshakes.queue(flooder, b"x")
    await run_turns(turn, 50)
    assert len(row) == RECORDS_EACH


async def test_only_so_many_handshakes_are_in_flight() -> None:
    """The next one begins when another has finished, with the record it came with."""
    handshakes = Handshakes(at_once=2)
    row: list[tuple[int, Worker, bytes]] = []
    first, second, third, fourth = (Worker(row, [0]) for _ in range(4))
    begun = [handshakes.begin(who, b"hello") for who in (first, second, third, fourth)]
    assert begun == [True, True, False, False]
    assert handshakes.put_off == 2
    handshakes.finish(third)
    handshakes.finish(first)
    await asyncio.sleep(0)
    assert row == [(0, fourth, b"hello")]
    assert handshakes.begin(fourth, b"hello")
    assert handshakes.in_flight == 2


async def test_one_timer_sees_to_all_in_flight_for_as_long_as_any_is() -> None:
    """Not one for each: with nobody in flight there is none, and with the next one it begins anew."""
    row: list[tuple[int, Worker, bytes]] = []
    handshakes = Handshakes(at_once=2)
    first, second, parked = (Worker(row, [0]) for _ in range(3))
    for who in (first, second, parked):
        handshakes.begin(who, b"hello")
    await until(lambda: len(row) >= 4)
    assert {who for _, who, _ in row} == {first, second}
    for who in (parked, first, second):
        handshakes.finish(who)
    await until(lambda: not handshakes._looks)
    row.clear()
    handshakes.begin(first, b"hello")
    await until(lambda: row)
    assert {who for _, who, _ in row} == {first}
    handshakes.finish(first)


async def test_a_record_that_comes_alone_is_worked_on_at_once() -> None:
    """Those that come with it or soon after take turns, in their order, however long the loop does not turn."""
    row: list[tuple[int, Worker, bytes]] = []
    turn = [0]
    handshakes = Handshakes()
    peers = [Worker(row, turn) for _ in range(3)]
    handshakes.take(peers[0], b"0")
    assert [record for _, _, record in row] == [b"0"]
    handshakes._next_at = float("inf")  # a moment that lasts as long as the test
    for number in (1, 2, 3):
        handshakes.take(peers[number % 3], str(number).encode())
    assert len(row) == 1
    await run_turns(turn, 4)
    assert [record for _, _, record in row] == [b"0", b"1", b"2", b"3"]
    assert len({at for at, _, _ in row[1:]}) == 3


async def test_nothing_overtakes_what_waits() -> None:
    """Though the last record was long ago."""
    row: list[tuple[int, Worker, bytes]] = []
    turn = [0]
    handshakes = Handshakes()
    peer = Worker(row, turn)
    handshakes.queue(peer, b"1")
    handshakes.take(peer, b"2")
    assert not row
    await run_turns(turn, 3)
    assert [record for _, _, record in row] == [b"1", b"2"]


async def test_the_moment_begins_when_a_record_is_done_whatever_came_of_it() -> None:
    """Or a peer whose records end in errors would have each of them worked on at once."""

    class Broken(Worker):
        def step(self, record: bytes) -> None:
            raise ValueError(record)

    handshakes = Handshakes()
    before = asyncio.get_running_loop().time()
    with pytest.raises(ValueError, match="1"):
        handshakes.take(Broken([], [0]), b"1")
    assert handshakes._next_at >= before + PAUSE
