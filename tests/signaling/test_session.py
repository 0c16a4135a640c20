"""One socket's side of the conversation, without a socket."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from config.facts import EndReason
from signaling.errors import CLOSE_CODES, AlreadyConnected, NodeLeaving, VisitOver
from signaling.history import History
from signaling.limits import Limits
from signaling.messages import Notice, Offer, ServerMessage, State, Welcome
from signaling.session import Admit, Close, Effect, Instant, Readmit, Send, Session, ToRoom
from signaling.states import Stage
from tests.support.clock import NOON

LIMITS = Limits()
DEVICES = {"camera": True, "microphone": True}
HELLO = json.dumps({"type": "hello", "version": 1, "ticket": "t"})
READY = json.dumps({"type": "ready", "devices": DEVICES})


def at(seconds: float) -> Instant:
    """Return a moment so many seconds after the socket was opened."""
    return Instant(1000.0 + seconds, NOON + timedelta(seconds=seconds))


def welcome(**changes: Any) -> Welcome:
    """Return a welcome."""
    fields: dict[str, Any] = {
        "session": "s",
        "participant": "visitor-a",
        "role": "visitor",
        "visrn": "25/35/55/2026",
        "kind": "family",
        "starts_at": NOON,
        "ends_at": NOON + timedelta(minutes=15),
        "now": NOON,
        "left": 900,
        "state": "waiting",
        "awaiting": "prison",
        "people": (),
        "resumed": False,
        "media": "new",
    }
    return Welcome(**(fields | changes))


def said(effects: list[Effect]) -> list[ServerMessage]:
    """Return the messages sent."""
    return [effect.message for effect in effects if isinstance(effect, Send)]


def closed(effects: list[Effect]) -> int | None:
    """Return the code closed with."""
    return next((effect.code for effect in effects if isinstance(effect, Close)), None)


def admitted(*, media: str = "new", history: History | None = None) -> Session:
    """Return a session that has been welcomed."""
    session = Session(LIMITS, at(0))
    session.receive(HELLO, at(0))
    session.admitted(welcome(media=media), history or History(), [])
    return session


def test_hello_asks_for_admission_and_the_welcome_is_number_one() -> None:
    """A ticket is passed on to be redeemed; the first numbered message is the welcome."""
    session = Session(LIMITS, at(0))
    assert session.receive(HELLO, at(0)) == [Admit("t", None)]
    [message] = said(session.admitted(welcome(), History(), []))
    assert (message.seq, session.stage) == (1, Stage.CHECKING)


def test_resume_is_welcomed_first_and_then_told_what_it_missed() -> None:
    """Numbers go on from the last seen one, and the missed messages follow the welcome under new numbers."""
    session = Session(LIMITS, at(0))
    text = json.dumps({"type": "resume", "version": 1, "session": "s", "last_seq": 7})
    assert session.receive(text, at(0)) == [Readmit("s", 7)]
    effects = session.admitted(welcome(resumed=True, media="kept"), History(after=9), [Notice(seq=8, left=60)])
    assert [(message.seq, message.type) for message in said(effects)] == [(10, "welcome"), (11, "notice")]  # type: ignore[attr-defined]
    assert session.stage is Stage.CONNECTED


def test_an_older_or_newer_version_is_refused() -> None:
    """Only version 1 is spoken."""
    session = Session(LIMITS, at(0))
    effects = session.receive(json.dumps({"type": "hello", "version": 2, "ticket": "t"}), at(0))
    assert [message.id for message in said(effects)] == ["version_unsupported"]  # type: ignore[attr-defined]
    assert closed(effects) == 4000


@pytest.mark.parametrize("first", [READY, '{"type": "pong"}', '{"type": "leave"}', "no json", None])
def test_anything_but_a_greeting_first_is_refused(first: str | None) -> None:
    """Nothing reaches a room before admission, and binary frames never do."""
    effects = Session(LIMITS, at(0)).receive(first, at(0))
    assert not any(isinstance(effect, ToRoom | Admit) for effect in effects)
    assert closed(effects) == 4000


def test_the_call_is_set_up_in_order() -> None:
    """Ready goes to the room, the offer to the page, its answer to the room."""
    history = History()
    session = admitted(history=history)
    [ready] = session.receive(READY, at(1))
    assert isinstance(ready, ToRoom)
    session.tell(Offer(offer=history.next_offer(), sdp="v=0"))
    [answer] = session.receive(json.dumps({"type": "answer", "offer": 1, "sdp": "v=0"}), at(2))
    assert isinstance(answer, ToRoom)
    assert session.stage is Stage.CONNECTED


def test_a_restart_asks_for_another_offer_of_the_same_transport() -> None:
    """From the first offer on, and after a resume that found the transport; before that there is nothing to restart."""
    restart = json.dumps({"type": "restart"})
    kept = admitted(media="kept")
    [asked] = kept.receive(restart, at(1))
    assert isinstance(asked, ToRoom)
    assert kept.stage is Stage.READY
    assert closed(admitted().receive(restart, at(1))) == 4000


def test_an_answer_to_an_old_offer_is_dropped() -> None:
    """It crossed a newer one on its way; the newer one's answer still counts."""
    history = History()
    session = admitted(history=history)
    session.receive(READY, at(1))
    session.tell(Offer(offer=history.next_offer(), sdp="v=0"))
    session.receive(READY, at(2))
    session.tell(Offer(offer=history.next_offer(), sdp="v=0"))
    assert session.receive(json.dumps({"type": "answer", "offer": 1, "sdp": "v=0"}), at(3)) == []
    assert session.stage is Stage.NEGOTIATING


def test_an_answer_without_an_offer_is_illegal_and_reaches_nobody() -> None:
    """The table refuses it, and the socket closes."""
    effects = admitted().receive(json.dumps({"type": "answer", "offer": 0, "sdp": "v=0"}), at(1))
    assert closed(effects) == 4000
    assert not any(isinstance(effect, ToRoom) for effect in effects)


def test_an_offer_for_an_earlier_socket_is_not_sent() -> None:
    """A page that has just resumed and not said ready would not know what it is for."""
    assert admitted().tell(Offer(offer=1, sdp="v=0")) == []


def test_leaving_closes_after_telling_the_room() -> None:
    """The room is told first; the socket closes normally."""
    effects = admitted().receive('{"type": "leave"}', at(1))
    assert isinstance(effects[0], ToRoom)
    assert closed(effects) == 1000


def test_too_many_messages_close_the_socket() -> None:
    """The burst passes, what goes beyond it does not; nothing is heard afterwards."""
    session = admitted()
    effects: list[Effect] = []
    for _ in range(LIMITS.burst + 1):
        effects += session.receive('{"type": "pong"}', at(1))
    assert closed(effects) == 4008
    assert session.receive(READY, at(9)) == []


def test_the_usual_pace_is_never_too_fast() -> None:
    """A page that reports, mutes and answers pings for a quarter of an hour is not stopped."""
    session = admitted()
    for tenth in range(0, 9000, 2):
        assert session.receive('{"type": "pong"}', at(tenth / 10)) == []


def test_who_says_no_hello_is_shown_out() -> None:
    """Ten seconds, then 4001."""
    session = Session(LIMITS, at(0))
    assert session.next_event() == 1010.0
    assert session.tick(at(9.9)) == []
    assert closed(session.tick(at(10))) == 4001


def test_a_silent_page_is_pinged_and_then_dropped() -> None:
    """Pings at 5 and 10 s, and after 15 s without a word the socket closes with 4015."""
    session = admitted()
    seen = {second: session.tick(at(second)) for second in range(1, 16)}
    assert [second for second, effects in seen.items() if said(effects)] == [5, 10, 15]
    assert closed(seen[15]) == 4015


def test_a_page_that_answers_lives_on() -> None:
    """Any message is a sign of life."""
    session = admitted()
    for second in range(1, 60):
        assert closed(session.tick(at(second))) is None
        if second % 5 == 0:
            session.receive('{"type": "pong"}', at(second))


def test_the_end_is_said_and_then_the_socket_closes() -> None:
    """`ended`, then 4010, then nothing."""
    session = admitted()
    end = NOON + timedelta(minutes=15)
    effects = session.over(VisitOver(EndReason.SLOT_OVER, end, end))
    [message] = said(effects)
    assert (message.reason, message.ended_at) == ("slot_over", end)  # type: ignore[attr-defined]
    assert closed(effects) == 4010
    assert session.tell(State(state="live", awaiting=None, now=NOON, left=0)) == []
    assert session.refused(NodeLeaving("late")) == []


@pytest.mark.parametrize("error", [AlreadyConnected("x"), NodeLeaving("x")])
def test_a_refusal_says_its_id_and_closes_with_its_code(error: Any) -> None:
    """The table of close codes is the one that is used."""
    effects = admitted().refused(error)
    [message] = said(effects)
    assert (message.id, message.fatal) == (error.id, True)  # type: ignore[attr-defined]
    assert closed(effects) == CLOSE_CODES[error.id]


def test_a_bad_description_is_said_and_the_conversation_goes_on() -> None:
    """Not fatal: the page may say ready again."""
    session = admitted()
    session.receive(READY, at(1))
    effects = session.answer_refused()
    assert closed(effects) is None
    assert [message.fatal for message in said(effects)] == [False]  # type: ignore[attr-defined]
    assert len(session.receive(READY, at(2))) == 1
