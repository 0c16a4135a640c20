"""Who waited for codes, and whether anybody had any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.losses.absent.letting import shut_out
from broker.outbox import MailStatus, OutboxMail
from tests.broker.samples import a_mail
from tests.support.clock import NOON
from tests.support.losses import LENGTH, at

ASHA, RAVI = "a1" * 16, "b2" * 16
SENT, BOUNCED, FAILED, QUEUED = MailStatus.SENT, MailStatus.BOUNCED, MailStatus.FAILED, MailStatus.QUEUED
OPENS = NOON - timedelta(minutes=15)


def codes(second: float, status: MailStatus, who: str = ASHA, took: float = 2) -> OutboxMail:
    """Codes asked for at that second of the slot; a server took them so many seconds later, unless they are queued."""
    sent_at = None if status in {QUEUED, FAILED} else at(second + took)
    return a_mail(at(second), name="codes", visitor_id=who, status=status, sent_at=sent_at)


def shut(*mails: OutboxMail, read: tuple[tuple[str, float], ...] = ()) -> list[tuple[float, float]]:
    """The stretches in seconds from the slot's beginning."""
    found = shut_out(mails, [(who, at(second)) for who, second in read], OPENS, at(LENGTH))
    return [((start - NOON).total_seconds(), (stop - NOON).total_seconds()) for start, stop in found]


CASES = {
    "nobody asked": ((), []),
    "another letter came back": ((a_mail(at(-60), visitor_id=ASHA, status=BOUNCED),), []),
    "the codes arrived": ((codes(-60, SENT),), []),
    "the codes came back": ((codes(-60, BOUNCED),), [(-60, LENGTH)]),
    "no server took them": ((codes(30, FAILED),), [(30, LENGTH)]),
    "they are still on their way": ((codes(30, QUEUED),), [(30, LENGTH)]),
    "asked for in the last moment": ((codes(LENGTH - 15, QUEUED),), []),
    "the server was slow": ((codes(0, SENT, took=200),), [(0, 200)]),
    "they came back, another address helped": ((codes(-60, BOUNCED), codes(100, SENT)), [(-60, 102)]),
    "they arrived, newer ones came back": ((codes(-60, SENT), codes(100, BOUNCED)), [(100, LENGTH)]),
    "the other visitor's arrived": ((codes(-60, BOUNCED), codes(-60, SENT, RAVI)), []),
    "nobody's arrived": ((codes(-60, BOUNCED), codes(10, FAILED, RAVI)), [(-60, LENGTH)]),
    "asked for before the door was open": ((codes(-3600, BOUNCED),), []),
}


@pytest.mark.parametrize(("mails", "expected"), CASES.values(), ids=CASES.keys())
def test_door_is_shut_while_somebody_waits_and_nobody_has_codes(
    mails: tuple[OutboxMail, ...], expected: list[tuple[float, float]]
) -> None:
    """One sentence, one answer; codes that have arrived open it for as long as they are good."""
    assert shut(*mails) == expected


def test_codes_that_are_read_out_open_it() -> None:
    """On the telephone, after the mail had come back; codes read out to somebody else help too."""
    for who in (ASHA, RAVI):
        assert shut(codes(-60, BOUNCED), read=((who, 300),))[0] == (-60, 300)


def test_codes_that_were_not_used_shut_nothing_afterwards() -> None:
    """They were there: who lets their time run out was not kept out, however long the slot still is."""
    assert shut(codes(-800, SENT)) == []
    assert shut(codes(-800, SENT), codes(-790, BOUNCED, RAVI)) == []


mails = st.lists(
    st.builds(codes, st.floats(-1200, 1200), st.sampled_from(MailStatus), st.sampled_from([ASHA, RAVI])), max_size=6
)


@given(mails, st.randoms())
def test_stretches_are_apart_in_order_and_within_the_open_door(sent: list[OutboxMail], random: object) -> None:
    """Whatever was sent, in whatever order it is told."""
    found = shut(*sent)
    shuffled = list(sent)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert shut(*shuffled) == found
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(start >= -900 and stop <= LENGTH and stop - start > 20 for start, stop in found)
