"""SDP and signalling under fire: any text is read or refused, and what is read is within its bounds."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache

from bench.caller import write_answer
from rooms.media.errors import BadDescription
from rooms.media.wire import sdp
from rooms.media.wire.rtp import Stream
from rooms.seats import Kind, Role
from signaling import messages
from signaling.errors import CLOSE_CODES, BadMessage
from signaling.history import History
from signaling.limits import Limits
from signaling.session import Admit, Close, Effect, Instant, Readmit, Session
from signaling.states import Stage
from tests.support.clock import NOON

EVERY_DAY = Limits()
WELCOME = messages.Welcome(
    session="s",
    participant="visitor-a",
    role=Role.VISITOR,
    visrn="25/35/55/2026",
    kind=Kind.FAMILY,
    starts_at=NOON,
    ends_at=NOON + timedelta(minutes=15),
    now=NOON,
    left=900,
    state="waiting",
    awaiting=None,
    people=(),
    resumed=False,
    media="new",
)


@cache
def _exchange() -> tuple[sdp.Offer, str]:
    """An offer, and the answer that accepts all of it."""
    offer = sdp.Offer(
        session=1,
        version=1,
        ufrag="ours",
        password="p" * 24,
        fingerprint=":".join(["AB"] * 32),
        addresses=["192.0.2.1"],
        port=8081,
        sends=True,
        sources=[sdp.OfferedSource(f"person-{n}", 10 * n + 1, 10 * n + 2, 10 * n + 3) for n in range(1, 3)],
    )
    return offer, write_answer(sdp.write_offer(offer), "theirs", "q" * 24, offer.fingerprint)


def answer(data: bytes) -> None:
    """An answer to an offer of two sources, and its lines in the middle of an answer that is otherwise right."""
    text = data.decode(errors="replace")
    offer, right = _exchange()
    for tried in (text, right.replace("a=rtcp-mux", f"a=rtcp-mux\r\n{text}", 1)):
        try:
            read = sdp.read_answer(tried, offer)
        except BadDescription:
            continue
        assert re.fullmatch(r"[A-Za-z0-9+/]{4,256}", read.ufrag)
        assert any(algorithm.lower() == "sha-256" for algorithm, _ in read.fingerprints)
        assert len(read.fingerprints) <= 2 * sdp.MAX_SECTION
        assert read.streams <= set(Stream)


def conversation(data: bytes) -> None:
    """What a page says on one socket, a frame a line, a frame each tenth of a second; its codes are always right."""
    session = Session(EVERY_DAY, _at(0))
    for number, line in enumerate(data.split(b"\n")):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            continue  # the socket itself refuses what is no text
        _frame(text)
        was = session.stage
        effects = session.receive(text, _at(number))
        assert was is not Stage.CLOSED or not effects, "heard after the end"
        if any(isinstance(each, Admit | Readmit) for each in effects):
            effects += session.admitted(WELCOME, History(), [])
        _fine(effects)


def _at(number: int) -> Instant:
    return Instant(1000 + number / 10, NOON + timedelta(seconds=number / 10))


def _frame(text: str) -> None:
    try:
        read = messages.parse(text)
    except BadMessage:
        return
    assert isinstance(read, messages.CLIENT_MESSAGES)
    assert messages.parse(read.model_dump_json()) == read


def _fine(effects: list[Effect]) -> None:
    """Few, none after the close, and a close with a code that the protocol knows."""
    assert len(effects) <= 3
    closes = [place for place, each in enumerate(effects) if isinstance(each, Close)]
    assert closes in ([], [len(effects) - 1])
    assert all(each.code in {1000, *CLOSE_CODES.values()} for each in effects if isinstance(each, Close))
