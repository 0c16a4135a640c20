"""Connectivity checks, read with the test vectors of RFC 5769 and with whatever else may arrive."""

from __future__ import annotations

import hashlib
import struct

import pytest
from aioice import stun as aioice_stun
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire import stun

PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt"

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

SAMPLE_IPV6_RESPONSE = bytes.fromhex(
    "010100482112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
    "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
    "80280004c8fb0b4c"
)
"""RFC 5769 section 2.3: from 2001:db8:1234:5678:11:2233:4455:6677, port 32853."""

SAMPLE_LONG_TERM_REQUEST = bytes.fromhex(
    "000100602112a44278ad3433c6ad72c029da412e"
    "00060012e3839ee38388e383aae38383e382afe382b90000"
    "0015001c662f2f3439396b39353464364f4c33346f4c39465354767936347341"
    "0014000b6578616d706c652e6f726700"
    "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666"
)
"""RFC 5769 section 2.4: user name, realm and nonce, as a TURN server is asked; not as a peer is checked."""


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


@pytest.mark.parametrize(
    ("sample", "host"),
    [
        pytest.param(SAMPLE_RESPONSE, "192.0.2.1", id="IPv4"),
        pytest.param(SAMPLE_IPV6_RESPONSE, "2001:db8:1234:5678:11:2233:4455:6677", id="IPv6"),
    ],
)
def test_our_response_is_the_rfcs(sample: bytes, host: str) -> None:
    """The address byte for byte; over the RFC's bytes, the hash that signs ours yields the RFC's signature."""
    parsed = stun.parse_request(SAMPLE_REQUEST)
    assert parsed is not None
    ours = stun.success(parsed, (host, 32853), PASSWORD)
    signed_at = sample.index(b"\0\x08\0\x14")
    address_at = sample.index(b"\0\x20\0")
    assert ours[4:20] == sample[4:20], "cookie and transaction"
    assert ours[20 : 20 + signed_at - address_at] == sample[address_at:signed_at]
    named = aioice_stun.parse_message(ours)
    named.attributes = {"SOFTWARE": "test vector", "XOR-MAPPED-ADDRESS": named.attributes["XOR-MAPPED-ADDRESS"]}
    # The RFC pads with spaces, which the signature covers; so does this, by hand.
    unsigned = bytes(named).replace(b"test vector\0", b"test vector ")
    assert unsigned[20:] == sample[20:signed_at]
    assert aioice_stun.message_integrity(unsigned, PASSWORD.encode()) == sample[signed_at + 4 : signed_at + 24]
    for response in (ours, sample):
        assert aioice_stun.parse_message(response).check_message_integrity(PASSWORD.encode())


@given(
    seen_as=st.tuples(st.ip_addresses(v=4).map(str), st.integers(0, 65_535))
    | st.tuples(st.ip_addresses(v=6).map(str).filter(lambda ip: not ip.startswith("::ffff:")), st.integers(0, 65_535)),
    password=st.text("abc/+9", min_size=22, max_size=32),
    transaction=st.binary(min_size=12, max_size=12),
)
def test_our_response_is_byte_for_byte_another_writers(
    seen_as: tuple[str, int], password: str, transaction: bytes
) -> None:
    """Of both families, whatever the address, and with its fingerprint."""
    check = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST, transaction)
    check.attributes["USERNAME"] = "ours:theirs"
    parsed = stun.parse_request(bytes(check))
    assert parsed is not None
    theirs = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.RESPONSE, transaction)
    theirs.attributes["XOR-MAPPED-ADDRESS"] = seen_as
    theirs.add_message_integrity(password.encode())
    assert stun.success(parsed, seen_as, password) == bytes(theirs)


def test_the_rfcs_request_with_a_long_term_password_is_no_check() -> None:
    """Its user name has one half. The same hash, under the key of RFC 8489 section 9.2.2, finds its signature right."""
    assert stun.parse_request(SAMPLE_LONG_TERM_REQUEST) is None
    message = aioice_stun.parse_message(SAMPLE_LONG_TERM_REQUEST)
    key = hashlib.md5("マトリックス:example.org:TheMatrIX".encode(), usedforsecurity=False).digest()
    assert message.check_message_integrity(key)
    assert not message.check_message_integrity(b"TheMatrIX")


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
        pytest.param(SAMPLE_IPV6_RESPONSE, id="a response over IPv6"),
        pytest.param(request(username="without-a-colon"), id="half a user name"),
        pytest.param(SAMPLE_REQUEST[:4] + b"\0\0\0\0" + SAMPLE_REQUEST[8:], id="no magic cookie"),
        pytest.param(request(username="a:" + "x" * 520), id="too long"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_no_usable_check_is_not_read(datagram: bytes) -> None:
    """Only binding requests with both halves of a user name, of a sensible size."""
    assert stun.parse_request(datagram) is None


@given(
    others=st.lists(st.sampled_from(["PRIORITY", "SOFTWARE", "USE-CANDIDATE", "ICE-CONTROLLING"]), unique=True),
    username=st.text(max_size=40),
    password=st.sampled_from([PASSWORD, "another", None]),
    changed=st.none() | st.tuples(st.integers(20, 200), st.integers(1, 255)),
)
def test_a_check_is_read_as_another_reader_does(
    others: list[str], username: str, password: str | None, changed: tuple[int, int] | None
) -> None:
    """Whatever else is in it: aioice finds the same name and nomination, and the same signature good."""
    message = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST)
    values = {"PRIORITY": 1, "SOFTWARE": "browser", "ICE-CONTROLLING": 7, "USE-CANDIDATE": None}
    for name in others:
        message.attributes[name] = values[name]
    message.attributes["USERNAME"] = username
    if password is not None:
        message.add_message_integrity(password.encode())
    datagram = bytearray(bytes(message))
    if changed is not None and changed[0] < len(datagram):
        datagram[changed[0]] ^= changed[1]
    ours = stun.parse_request(bytes(datagram))
    try:
        theirs = aioice_stun.parse_message(bytes(datagram))
    except (ValueError, struct.error):
        theirs = None
    if theirs is None:
        assert ours is None or not ours.is_signed_with(PASSWORD)
    elif ours is not None:
        assert f"{ours.ufrag}:{ours.remote_ufrag}" == theirs.attributes["USERNAME"]
        assert ours.nominates is ("USE-CANDIDATE" in theirs.attributes)
        assert ours.is_signed_with(PASSWORD) is theirs.check_message_integrity(PASSWORD.encode())
    elif changed is None:
        assert ":" not in username or len(datagram) > stun.MAX_REQUEST


def attributed(*attributes: tuple[int, bytes]) -> bytes:
    """Write a request of these attributes, as they are."""
    body = b"".join(kind.to_bytes(2) + len(value).to_bytes(2) + value for kind, value in attributes)
    return b"\0\1" + len(body).to_bytes(2) + stun.MAGIC_COOKIE + b"transaction!" + body


NAMED = (stun.USERNAME, b"ours:the")


def test_what_stands_behind_the_signature_is_not_read() -> None:
    """Anybody on the way may have put it there (RFC 8489 section 14.5)."""
    parsed = stun.parse_request(attributed(NAMED, (stun.MESSAGE_INTEGRITY, bytes(20)), (stun.USE_CANDIDATE, b"")))
    assert parsed is not None
    assert not parsed.nominates
    assert stun.parse_request(attributed((stun.MESSAGE_INTEGRITY, bytes(20)), NAMED)) is None


def test_of_several_names_the_first_counts() -> None:
    """RFC 8489 section 5."""
    parsed = stun.parse_request(attributed(NAMED, (stun.USERNAME, b"another:")))
    assert parsed is not None
    assert parsed.ufrag == "ours"


@pytest.mark.parametrize("size", [0, 19, 21, 32])
def test_a_signature_of_another_length_is_none(size: int) -> None:
    """Nothing shorter is compared, and nothing longer."""
    parsed = stun.parse_request(attributed(NAMED, (stun.MESSAGE_INTEGRITY, bytes(size))))
    assert parsed is None or not parsed.is_signed_with(PASSWORD)


def test_a_fingerprint_is_the_last_attribute() -> None:
    """One with anything behind it is wrong, whatever it says (RFC 8489 section 14.7)."""
    whole = request()
    fingerprint = (stun.FINGERPRINT, whole[-4:])
    assert stun.parse_request(whole) is not None
    assert stun.parse_request(attributed(NAMED, fingerprint, NAMED)) is None
    assert stun.parse_request(whole[:2] + (len(whole) - 12).to_bytes(2) + whole[4:] + NAMED[1]) is None


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
