"""One participant's hold on a room."""

from __future__ import annotations

from rooms.host import actions as act
from rooms.host.membership import Membership
from rooms.host.ports import Arrival
from rooms.presence import Devices, Quality
from rooms.room import Room
from tests.support.live import MOTHER, Ear, make_spec
from tests.support.room import at


async def test_every_call_is_posted_in_its_order_and_for_its_holder() -> None:
    """Nothing is done at once, nothing is done for somebody else."""
    posted: list[act.Action] = []
    ear, room, who = Ear(), Room(make_spec(), at(0)), MOTHER.participant
    arrival = Arrival(room.spec, room.view(), room.people(), media_kept=False)
    member = Membership(posted.append, who, ear, arrival)
    devices = Devices(camera=True, microphone=False)
    member.ready(devices)
    member.answer("v=0")
    member.mute(audio=True, video=False)
    member.judge(Quality.POOR)
    member.detach()
    member.leave()
    assert posted == [
        act.Ready(who, devices),
        act.Answer(who, "v=0"),
        act.Mute(who, audio=True, video=False),
        act.Judge(who, Quality.POOR),
        act.Detach(who, ear),
        act.Leave(who),
    ]
