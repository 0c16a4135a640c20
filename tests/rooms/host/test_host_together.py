"""Many rooms that end together, or leave together with their node: who is served first, and how many in a turn."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from config.clock import SystemClock
from config.facts import Fact, FactName
from rooms.effects import TellEnded, TellMoved, TellState
from rooms.host import RoomHost, SteadyClock
from rooms.host import actions as act
from rooms.host.ports import Told
from rooms.host.turns import MOST, Turns
from rooms.seats import Role, RoomSpec
from tests.support.live import MOTHER, PATIENCE, Ear, StillNode, make_spec, recorded, until


class Diary:
    """What happened in many rooms, in order, and in which turn of the loop."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, int]] = []
        self._turn = 0
        self._going = asyncio.get_running_loop().call_soon(self._count)

    def _count(self) -> None:
        self._turn += 1
        self._going = asyncio.get_running_loop().call_soon(self._count)

    def close(self) -> None:
        """Count no more."""
        self._going.cancel()

    def note(self, what: str, room: str = "") -> None:
        """Write down what happened."""
        self.lines.append((what, room, self._turn))

    def of(self, room: str) -> list[str]:
        """What happened in one room."""
        return [what for what, where, _ in self.lines if where == room]

    def places(self, what: str) -> list[int]:
        """Where in the diary this stands."""
        return [place for place, (each, _, _) in enumerate(self.lines) if each == what]

    def most(self, what: str) -> int:
        """How often it happened in one turn of the loop at the most."""
        return max(Counter(turn for each, _, turn in self.lines if each == what).values())


class Noting(Ear):
    """An ear that notes in a diary that it was told of the end, or something else."""

    def __init__(self, diary: Diary, room: str, *kinds: type[Told]) -> None:
        super().__init__()
        self._diary, self._room, self._kinds = diary, room, kinds or (TellEnded, TellMoved)

    def tell(self, told: Told) -> None:
        """Note it."""
        super().tell(told)
        if isinstance(told, self._kinds):
            self._diary.note("told", self._room)


class Skipping(SteadyClock):
    """The time of day can be put forward: filling rooms may take as long as it takes."""

    skipped = timedelta()

    def now(self) -> datetime:
        """Return the time of day."""
        return super().now() + self.skipped


@pytest.fixture
def clock() -> Skipping:
    """Return the host's clock."""
    return Skipping(SystemClock())


@pytest.fixture
async def host(redis: Redis, clock: Skipping) -> AsyncIterator[RoomHost]:
    """Return a host that does nothing by itself but what its rooms want, and whose rooms' work takes no time."""
    found = RoomHost(redis, StillNode(), "ws://127.0.0.1:1/ws", clock, heartbeat=60.0, dead_after=120.0)
    found._turns = Turns(lambda: 0.0)
    await found.start()
    yield found
    await found.close()


async def crowd(host: RoomHost, diary: Diary, rooms: int) -> list[Noting]:
    """Fill many rooms whose slots end together, with one person each; the diary has when their media ends."""
    ears: list[Noting] = []
    ends_at = datetime.now(UTC) + timedelta(minutes=10)
    for number in range(rooms):
        name = f"room-{number}"
        ears.append(Noting(diary, name))
        room = make_spec(name, ends_at - timedelta(minutes=15))
        await host.join(room, MOTHER.participant, Role.VISITOR, ears[-1])
        media: Any = host._keepers[name].media

        def end(name: str = name, before: Callable[[], Any] = media.end) -> Any:
            if "ended" not in diary.of(name):
                diary.note("ended", name)
            return before()

        media.end = end
    return ears


async def strike(host: RoomHost, clock: Skipping, at: datetime) -> None:
    """Let this instant come, for all rooms before the loop turns again."""
    clock.skipped = at - clock.now() - timedelta(seconds=2)
    for keeper in host._keepers.values():
        keeper.post(act.Mute(MOTHER.participant, audio=False, video=False))  # so that it looks at the clock again
    for _ in range(3):
        await asyncio.sleep(0)
    time.sleep(2)  # noqa: ASYNC251 - the point


async def test_rooms_that_end_together_are_closed_then_told_then_written(
    host: RoomHost, clock: Skipping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their time has come before the loop turns again: in each room in this order, a few rooms a turn, and the last is
    closed before most people are told, and told before most is written.
    """
    diary = Diary()
    ears = await crowd(host, diary, 40)
    write = host.facts.write

    def noted(fact: Fact) -> None:
        diary.note("written", fact.room)
        write(fact)

    monkeypatch.setattr(host.facts, "write", noted)
    await strike(host, clock, host._keepers["room-0"].room.box.ends_at)
    for ear in ears:
        await ear.hears(TellEnded)

    async def all_written() -> bool:
        return len(diary.places("written")) == 40

    await until(all_written)
    diary.close()
    assert all(diary.of(f"room-{number}") == ["ended", "told", "written"] for number in range(40))
    assert max(diary.most(what) for what in ("ended", "told", "written")) <= MOST
    assert diary.places("ended")[-1] < diary.places("told")[20]
    assert diary.places("told")[-1] < diary.places("written")[20]


async def test_a_leaving_node_takes_turns_and_keeps_each_rooms_order(
    host: RoomHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved, then nothing relayed, then the claims let go, then told; and in no turn of the loop more than a few."""
    diary = Diary()
    for bound in ("_HAND_OVER", "_RETIRE", "_TELL"):
        monkeypatch.setattr(f"rooms.host.host.{bound}", PATIENCE)  # how fast this machine is does not matter here
    await crowd(host, diary, 40)
    save, retire = host.link.save, host.link.retire

    async def saved(spec: RoomSpec, *rest: Any) -> bool:
        diary.note("saving")
        answer = await save(spec, *rest)
        diary.note("saved", spec.room_id)
        return answer

    async def retired() -> None:
        await retire()
        diary.note("let go")

    monkeypatch.setattr(host.link, "save", saved)
    monkeypatch.setattr(host.link, "retire", retired)
    await host.leave()
    diary.close()
    assert host.rooms == 0
    for number in range(40):
        found = diary.of(f"room-{number}")  # it is saved every two seconds as well
        assert found.index("saved") < found.index("ended") < found.index("told")
    [let_go] = diary.places("let go")
    assert diary.places("ended")[-1] < let_go < diary.places("told")[0]
    assert max(diary.most(what) for what in ("ended", "told")) <= MOST
    assert diary.most("saving") <= MOST + 1  # one that is saved as ever goes along


async def test_a_node_whose_redis_hangs_leaves_in_bounded_time(host: RoomHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be saved, no claim be let go: nothing is relayed any more all the same, and everybody is told."""
    diary = Diary()
    ears = await crowd(host, diary, 5)

    async def hang(*_: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(host.link, "save", hang)
    monkeypatch.setattr(host.link, "retire", hang)
    async with asyncio.timeout(PATIENCE):
        await host.leave()
    diary.close()
    assert all(ear.of(TellMoved) for ear in ears)
    assert all(diary.of(f"room-{number}") == ["ended", "told"] for number in range(5))


async def test_a_slot_that_begins_waits_for_no_record(host: RoomHost, clock: Skipping) -> None:
    """Rooms begin in the instant in which others end: behind their closing, ahead of what else there is to do."""
    diary = Diary()
    await crowd(host, diary, 30)
    ends_at = host._keepers["room-0"].room.box.ends_at
    for number in range(10):
        ear = Noting(diary, f"next-{number}", TellState)
        await host.join(make_spec(f"next-{number}", ends_at), MOTHER.participant, Role.VISITOR, ear)
    await strike(host, clock, ends_at)

    async def all_told() -> bool:
        return len(diary.places("told")) == 40

    await until(all_told)
    diary.close()
    begun = [place for place in diary.places("told") if diary.lines[place][1].startswith("next")]
    ended = [place for place in diary.places("told") if diary.lines[place][1].startswith("room")]
    assert begun[-1] < ended[20]


async def test_a_room_whose_end_is_still_to_be_written_is_not_kept_anew(
    redis: Redis, host: RoomHost, clock: Skipping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When hundreds end Redis is behind: as it stands there, the room is this node's, and nobody has it."""
    diary, goes_on = Diary(), asyncio.Event()
    [ear] = await crowd(host, diary, 1)
    finish, rooms = host.link.finish, host.link.registry.rooms

    async def late(*rest: Any) -> bool:
        await goes_on.wait()
        return await finish(*rest)

    monkeypatch.setattr(host.link, "finish", late)
    await strike(host, clock, host._keepers["room-0"].room.box.ends_at)
    await ear.hears(TellEnded)

    async def released() -> bool:
        return host.rooms == 0

    await until(released)
    found = await rooms(["room-0"])
    assert found["room-0"].state != "ended"
    await host._look_at_rooms()
    assert host.rooms == 0
    goes_on.set()

    async def written() -> bool:
        return (await rooms(["room-0"]))["room-0"].state == "ended"

    await until(written)
    diary.close()
    assert [fact.name for fact in await recorded(redis)].count(FactName.ROOM_ENDED) == 1
