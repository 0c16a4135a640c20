"""Connectivity checks, read with the test vectors of RFC 5769 and with whatever else may arrive."""

from __future__ import annotations

import pytest
from aioice import stun as aioice_stun
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire import stun

PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt"
TRANSACTION = bytes.fromhex("b7e7a701bc34d686fa87dfae")

SAMPLE_REQUEST = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff"
    "80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004e57a3bcf"
)
"""RFC 5769 section 2.1."""

SAMPLE_RESPONSE = bytes.fromhex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
    "80280004c07d4c96"
)
"""RFC 5769 section 2.2: from 192.0.2.1, port 32853."""


def request(*, signed_with: str | None = PASSWORD, nominate: bool = False, username: str = "ours:theirs") -> bytes:
    """Write a binding request as a browser does."""
    message = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST)
    message.attributes["USERNAME"] = username
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    if signed_with is not None:
        message.add_message_integrity(signed_with.encode())
    return bytes(message)


def test_the_rfcs_request_is_read_and_its_signature_accepted() -> None:
    """User name in two halves, MESSAGE-INTEGRITY and FINGERPRINT right."""
    parsed = stun.parse_request(SAMPLE_REQUEST)
    assert parsed is not None
    assert (parsed.ufrag, parsed.remote_ufrag, parsed.nominates) == ("evtj", "h6vY", False)
    assert parsed.is_signed_with(PASSWORD)
    assert not parsed.is_signed_with(PASSWORD.lower())


def test_the_rfcs_response_says_what_ours_says() -> None:
    """The address in our response is encoded as in the RFC's, and ours is signed."""
    parsed = stun.parse_request(SAMPLE_REQUEST)
    assert parsed is not None
    ours = aioice_stun.parse_message(stun.success(parsed, ("192.0.2.1", 32853), PASSWORD))
    theirs = aioice_stun.parse_message(SAMPLE_RESPONSE)
    assert theirs.check_message_integrity(PASSWORD.encode())
    assert ours.check_message_integrity(PASSWORD.encode())
    assert ours.transaction_id == theirs.transaction_id == TRANSACTION
    assert ours.attributes["XOR-MAPPED-ADDRESS"] == theirs.attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.1", 32853)


def test_a_check_that_nominates_says_so() -> None:
    """USE-CANDIDATE is seen."""
    parsed = stun.parse_request(request(nominate=True))
    assert parsed is not None
    assert parsed.nominates


@pytest.mark.parametrize("at", [*range(20, 100), *range(104, 108)])
def test_no_single_changed_byte_is_accepted(at: int) -> None:
    """Up to the signature, and in the fingerprint's value: it is not read, or its signature is wrong."""
    changed = bytearray(SAMPLE_REQUEST)
    changed[at] ^= 0x01
    parsed = stun.parse_request(bytes(changed))
    assert parsed is None or not parsed.is_signed_with(PASSWORD)


@pytest.mark.parametrize(
    "datagram",
    [
        pytest.param(SAMPLE_RESPONSE, id="a response"),
        pytest.param(request(username="without-a-colon"), id="half a user name"),
        pytest.param(SAMPLE_REQUEST[:4] + b"\0\0\0\0" + SAMPLE_REQUEST[8:], id="no magic cookie"),
        pytest.param(request(username="a:" + "x" * 520), id="too long"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_no_usable_check_is_not_read(datagram: bytes) -> None:
    """Only binding requests with both halves of a user name, of a sensible size."""
    assert stun.parse_request(datagram) is None


def test_an_unsigned_check_is_read_and_fits_no_password() -> None:
    """MESSAGE-INTEGRITY is not optional."""
    parsed = stun.parse_request(request(signed_with=None))
    assert parsed is not None
    assert not parsed.is_signed_with(PASSWORD)


@given(st.binary(max_size=600))
def test_no_bytes_make_the_reader_raise(datagram: bytes) -> None:
    """Random datagrams, with and without the magic cookie."""
    stun.parse_request(datagram)
    stun.parse_request(b"\0\1" + len(datagram).to_bytes(2) + stun.MAGIC_COOKIE + datagram)


@pytest.mark.parametrize(
    ("seen_as", "told"),
    [
        (("::ffff:192.0.2.7", 5000, 0, 0), ("192.0.2.7", 5000)),
        (("fe80::1%eth0", 5000, 0, 2), ("fe80::1", 5000)),
        (("192.0.2.7", 5000), ("192.0.2.7", 5000)),
    ],
)
def test_a_peer_is_told_its_address_as_it_knows_it(seen_as: stun.Address, told: tuple[str, int]) -> None:
    """A dual-stack socket's mapped addresses are the IPv4 ones they stand for."""
    assert stun.plain(seen_as) == told
