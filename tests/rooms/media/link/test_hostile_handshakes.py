"""What anybody may send to an association: nonsense, pieces without end, damaged flights, before, in and after."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from OpenSSL import SSL

from rooms.media.link import dtls
from rooms.media.link.dtls import AssociationOver, Why
from tests.rooms.media.link.calling import ALERT, HANDSHAKE, HELLO, Call, alerts, why


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16",
        bytes([HANDSHAKE]) + bytes(1199),
        HELLO + bytes(8) + b"\xff\xff",
        HELLO + bytes(8) + b"\0\x0c" + bytes(4),
        bytes([63]) * 1200,
    ],
)
def test_nonsense_is_passed_over_before_in_and_after_a_handshake(nonsense: bytes) -> None:
    """Cut short, too long, of no kind, out of place: it is as if it had not come, and is not answered."""
    call = Call()
    call.take(nonsense)
    assert call.said == []
    call.take(call.speak())
    call.hear()
    call.take(nonsense)
    assert call.said == []
    call.take(call.speak())
    call.hear()
    call.client.do_handshake()
    call.take(nonsense)
    assert call.said == []
    assert call.secret is not None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=1500), max_size=6))
def test_after_the_handshake_no_strangers_datagram_ends_it(datagrams: list[bytes]) -> None:
    """Whatever comes from the peer's address and is not encrypted with its keys."""
    call = Call()
    call.connect()
    for datagram in datagrams:
        for first in (datagram[:1], HELLO, bytes([ALERT]) + b"\xfe\xfd"):
            call.take(first + datagram[len(first) :])
    assert call.said == []
    call.client.shutdown()
    assert why(lambda: call.take(call.written())) is Why.GOODBYE


@pytest.mark.parametrize("said", [b"\1\0", b"\2\x28"])
def test_after_the_handshake_no_alert_in_the_clear_ends_it(said: bytes) -> None:
    """A forged goodbye, a forged refusal, of any number: neither is encrypted."""
    call = Call()
    call.connect()
    for epoch_and_number in (0, 5, 1 << 48, 9 << 48):
        call.take(bytes([ALERT]) + b"\xfe\xfd" + epoch_and_number.to_bytes(8) + b"\0\2" + said)
    assert call.said == []
    call.client.shutdown()
    assert why(lambda: call.take(call.written())) is Why.GOODBYE


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1), st.integers(0, 2000), st.binary(min_size=1, max_size=40))
def test_a_damaged_flight_is_passed_over_or_ends_the_handshake_and_nothing_else(
    which: int, at: int, put: bytes
) -> None:
    """Either datagram of a client's with a piece exchanged: no other error, and never keys without the real client."""
    call = Call()
    with suppress(AssociationOver, SSL.Error):
        for number in range(2):
            flight = call.speak()
            if number == which:
                at %= len(flight)
                flight = flight[:at] + put + flight[at + len(put) :]
            call.take(flight)
            call.hear()
        if call.secret is not None:
            assert call.secret.material == call.client.export_keying_material(b"EXTRACTOR-dtls_srtp", 56)


def test_a_handshake_of_endless_pieces_is_given_up() -> None:
    """Pieces of a message that is never whole: what is kept of them has an end."""
    call = Call()
    hello = call.speak()
    length, piece = 60_000, bytes(1000)
    sent = 0
    for number in range(1000):
        at = (number * 2 * len(piece)) % (length - len(piece))
        message = hello[13:14] + length.to_bytes(3) + b"\0\0" + at.to_bytes(3) + len(piece).to_bytes(3) + piece
        record = hello[:5] + (number + 1).to_bytes(6) + len(message).to_bytes(2) + message
        sent += len(record)
        try:
            call.take(record)
        except AssociationOver:
            break
    assert sent <= dtls.MAX_HANDSHAKE + 1100
    assert not call.said or alerts(call.said)


def test_what_is_too_much_is_so_by_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the handshake is done; afterwards only its owner's bounds count."""
    monkeypatch.setattr(dtls, "MAX_HANDSHAKE", 100)
    call = Call()
    assert why(lambda: call.take(call.speak())) is Why.TOO_MUCH


def test_one_that_nobody_goes_on_with_is_given_up_by_openssl_too() -> None:
    """Its owner is earlier, by a timer; this is what OpenSSL says when it has repeated itself a dozen times."""
    call = Call()

    def fail() -> bool:
        raise SSL.Error

    call.ours._ssl.DTLSv1_handle_timeout = fail  # type: ignore[method-assign]
    assert why(call.ours.look) is Why.TOO_LATE
