"""One participant's attendance, across sockets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.facts import EndReason
from rooms import moderation
from rooms.effects import TellEnded, TellMoved, TellNotice, TellState, TellWarning, View
from rooms.errors import NotMine, RoomEnded
from rooms.host import Arrival, Membership
from rooms.host import actions as act
from rooms.host.ports import AnswerRefused, Forgotten, Layers, Offered
from rooms.presence import Devices, Quality
from rooms.room import Room
from rooms.seats import Role
from rooms.timebox import Phase
from signaling.history import History
from signaling.messages import Answer, Leave, Media, Ready, Report, ServerMessage, StaffWarning
from signaling.node.attendance import Attendance
from signaling.sessions import SessionRecord
from tests.support.clock import NOON, ManualClock
from tests.support.live import MOTHER, make_spec
from tests.support.nodes import make_ticket

WHO = MOTHER.participant
END = NOON + timedelta(minutes=15)


class Heard:
    """A socket that remembers."""

    def __init__(self) -> None:
        self.messages: list[ServerMessage] = []
        self.last: Any = None
        self.refused_answers = 0

    def tell(self, message: ServerMessage) -> None:
        """Remember it."""
        self.messages.append(message)

    def answer_refused(self) -> None:
        """Count it."""
        self.refused_answers += 1

    def over(self, end: Any) -> None:
        """Remember the end."""
        self.last = end

    def refuse(self, error: Any) -> None:
        """Remember the refusal."""
        self.last = error

    async def alive(self) -> bool:
        """Answer."""
        return True


class Seated:
    """An attendance with a socket, and the posts it makes to its room."""

    def __init__(self) -> None:
        spec = make_spec()
        self.posted: list[act.Action] = []
        self.gone: list[Attendance] = []
        self.clock = ManualClock(NOON)
        record = SessionRecord("digest", make_ticket(spec, WHO, Role.VISITOR, "node-1"))
        self.attendance = Attendance(record, History(), self.clock, self.gone.append)
        room = Room(spec, NOON)
        arrival = Arrival(spec, room.view(), room.people(), media_kept=True)
        self.membership = Membership(self.posted.append, WHO, self.attendance, arrival)
        self.socket = Heard()

    def enter(self) -> Attendance:
        """Arrive, and attach the socket."""
        self.attendance.arrived(self.membership)
        self.attendance.attach(self.socket)
        return self.attendance


@pytest.fixture
def seated() -> Seated:
    """Return an attendance that has not arrived yet."""
    return Seated()


def test_what_was_told_since_entering_is_newer_than_the_arrival(seated: Seated) -> None:
    """The welcome says how it stands now, not how it stood a moment ago."""
    seated.attendance.tell(TellState(WHO, View(Phase.LIVE, "family")))
    welcome = seated.enter().welcome("token", resumed=False)
    assert (welcome.state, welcome.awaiting) == ("live", "family")


def test_media_counts_as_kept_only_for_a_page_that_comes_back(seated: Seated) -> None:
    """A new page with a new ticket has no transport, whatever the last one left."""
    attendance = seated.enter()
    assert attendance.welcome("token", resumed=False).media == "new"
    assert attendance.welcome("token", resumed=True).media == "kept"


@pytest.mark.parametrize(
    ("told", "refusal"),
    [(TellEnded(WHO, EndReason.SLOT_OVER, END), RoomEnded), (TellMoved(WHO), NotMine)],
)
def test_an_end_that_came_before_the_socket_is_not_lost(seated: Seated, told: Any, refusal: type[Exception]) -> None:
    """The room was over before the welcome could be said: nobody is left with a dead room."""
    seated.attendance.tell(told)
    with pytest.raises(refusal):
        seated.enter()


def test_without_a_socket_it_is_kept_for_the_next_one(seated: Seated) -> None:
    """A notice goes into the history; the room hears that the socket is gone, once."""
    attendance = seated.enter()
    attendance.detach(seated.socket)
    attendance.detach(seated.socket)
    attendance.tell(TellNotice(WHO, 60))
    assert seated.socket.messages == []
    assert [type(message).__name__ for message in attendance.history.take_missed(0)] == ["Notice"]
    assert seated.posted == [act.Detach(WHO, attendance)]
    assert attendance.detached_at == seated.clock.monotonic()


COVER = moderation.Warning("w-1", notice="cover", given_at=NOON)
TYPED = moderation.Warning("w-2", text="Please sit down.", given_at=NOON)


def warned(messages: list[ServerMessage]) -> list[tuple[str, str | None, str]]:
    """Return the warnings among messages: id, notice, text."""
    return [(each.id, each.notice, each.text) for each in messages if isinstance(each, StaffWarning)]


def test_a_warning_is_said_once_in_a_session(seated: Seated) -> None:
    """The room says it again to who comes back; the page that has it is not told twice."""
    attendance = seated.enter()
    for told in (COVER, TYPED, COVER):
        attendance.tell(TellWarning(WHO, told))
    assert warned(seated.socket.messages) == [("w-1", "cover", ""), ("w-2", None, "Please sit down.")]
    attendance.detach(seated.socket)
    attendance.tell(TellWarning(WHO, COVER))
    attendance.attach(seated.socket)
    assert len(seated.socket.messages) == 2


def test_a_warning_that_was_missed_is_replayed_like_a_notice(seated: Seated) -> None:
    """Told while the socket was gone: kept for the next one."""
    attendance = seated.enter()
    attendance.detach(seated.socket)
    attendance.tell(TellWarning(WHO, COVER))
    assert warned(attendance.history.take_missed(0)) == [("w-1", "cover", "")]


def test_a_page_that_was_away_too_long_is_told_what_is_current_anew(seated: Seated) -> None:
    """What it missed is forgotten; the room's next word is not taken for a repetition."""
    attendance = seated.enter()
    attendance.detach(seated.socket)
    attendance.tell(TellWarning(WHO, COVER))
    seated.clock.advance(30)
    attendance.forget_after(30)
    assert attendance.history.take_missed(0) != []
    attendance.tell(TellWarning(WHO, TYPED))
    seated.clock.advance(0.1)
    attendance.forget_after(30)
    assert attendance.history.take_missed(0) == []
    attendance.tell(TellWarning(WHO, TYPED))
    assert warned(attendance.history.take_missed(0)) == [("w-2", None, "Please sit down.")]


def test_a_socket_that_was_replaced_cannot_detach_the_new_one(seated: Seated) -> None:
    """The old one's close comes late."""
    attendance, newer = seated.enter(), Heard()
    attendance.attach(newer)
    attendance.detach(seated.socket)
    assert attendance.socket is newer
    assert seated.posted == []


def test_everything_said_reaches_the_room(seated: Seated) -> None:
    """Devices, answer, mute, quality from the worse of both losses, and leaving."""
    attendance = seated.enter()
    attendance.say(Ready.model_validate({"type": "ready", "devices": {"camera": True, "microphone": False}}))
    attendance.say(Answer(type="answer", offer=1, sdp="v=0"))
    attendance.say(Media(type="media", audio=True, video=False))
    attendance.say(Report(type="report", loss_in=0.01, loss_out=0.12))
    attendance.say(Leave(type="leave"))
    assert seated.posted == [
        act.Ready(WHO, Devices(camera=True, microphone=False)),
        act.Answer(WHO, "v=0"),
        act.Mute(WHO, audio=True, video=False),
        act.Judge(WHO, Quality.POOR),
        act.Leave(WHO),
    ]


def test_offers_are_numbered_and_refused_answers_passed_on(seated: Seated) -> None:
    """The second offer is number two."""
    attendance = seated.enter()
    attendance.tell(Offered("v=0"))
    attendance.tell(AnswerRefused())
    attendance.tell(Offered("v=0"))
    assert [message.offer for message in seated.socket.messages] == [1, 2]  # type: ignore[attr-defined]
    assert seated.socket.refused_answers == 1


def test_which_layers_to_send_is_said_also_to_who_missed_it(seated: Seated) -> None:
    """The transport may have outlived the socket."""
    attendance = seated.enter()
    attendance.tell(Layers(small=True))
    assert [message.small for message in seated.socket.messages] == [True]  # type: ignore[attr-defined]
    attendance.detach(seated.socket)
    attendance.tell(Layers(small=False))
    assert [message.small for message in attendance.history.take_missed(0)] == [False]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("told", "error_id"),
    [
        (TellEnded(WHO, EndReason.NO_SHOW, NOON), "ended"),
        (TellMoved(WHO), "node_leaving"),
        (Forgotten(), None),
    ],
)
def test_when_it_is_over_the_desk_forgets_it(seated: Seated, told: Any, error_id: str | None) -> None:
    """The socket hears why, if there is something to hear; the desk is told in any case, and nothing is said after."""
    attendance = seated.enter()
    attendance.tell(told)
    assert seated.gone == [attendance]
    assert getattr(seated.socket.last, "id", None) == error_id
    attendance.say(Leave(type="leave"))
    assert seated.posted == []
