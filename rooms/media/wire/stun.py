"""Connectivity checks as an ICE-lite agent sees them: a request comes in, a response goes out.

RFC 8489 (STUN), RFC 8445 section 7.3 (the checked side). Nothing is ever sent that was not asked for, and nothing
unauthenticated is answered, so that the port is no mirror for forged source addresses. Of a request is read what we go
by, three attributes and the fingerprint; everything else in it is passed over.
"""

from __future__ import annotations

import binascii
import hmac
import ipaddress
import struct
from dataclasses import dataclass, field

Address = tuple[str, int] | tuple[str, int, int, int]
"""A socket address as the socket gave it: (host, port), with flow and scope on an IPv6 socket."""

COOKIE = 0x2112A442
MAGIC_COOKIE = COOKIE.to_bytes(4)
HEADER = struct.Struct("!HHL12s")
"""Type, length of the attributes, magic cookie, transaction."""

ATTRIBUTE = struct.Struct("!HH")
"""Type and length of an attribute. Its value follows, filled up to whole words."""

REQUEST, SUCCESS = 0x0001, 0x0101
USERNAME, MESSAGE_INTEGRITY, XOR_MAPPED_ADDRESS, USE_CANDIDATE, FINGERPRINT = 0x0006, 0x0008, 0x0020, 0x0025, 0x8028
SIGNATURE = 20
"""Bytes of MESSAGE-INTEGRITY, an HMAC-SHA1."""

FINGERPRINT_XOR, FINGERPRINT_SIZE = 0x5354554E, 8
MAPPED = "::ffff:"
"""What the system writes before an IPv4 address of a dual-stack socket."""

MAX_REQUEST = 548
"""Bytes: RFC 8489 section 6.1 keeps a request of unknown path MTU within this."""


@dataclass(frozen=True, slots=True)
class BindingRequest:
    """A well-formed connectivity check, its signature not checked yet.

    ufrag: ours, the first half of USERNAME; remote_ufrag: the sender's; nominates: USE-CANDIDATE is there.
    signature: MESSAGE-INTEGRITY, empty if it is not there; signed: the bytes that it has to be of.
    """

    transaction: bytes
    ufrag: str
    remote_ufrag: str
    nominates: bool
    signature: bytes = field(repr=False)
    signed: bytes = field(repr=False)

    def is_signed_with(self, password: str) -> bool:
        """Whether MESSAGE-INTEGRITY is there and was made with this password."""
        return hmac.compare_digest(self.signature, _signature(self.signed, password))


def parse_request(datagram: bytes) -> BindingRequest | None:
    """Read a binding request; None for anything else, however malformed. A FINGERPRINT that is there must be right."""
    if not HEADER.size <= len(datagram) <= MAX_REQUEST:
        return None
    kind, length, cookie, transaction = HEADER.unpack_from(datagram)
    if (kind, length, cookie) != (REQUEST, len(datagram) - HEADER.size, COOKIE):
        return None
    found = _attributes(datagram)
    if found is None:
        return None
    _, name = found.get(USERNAME, (0, b""))
    signed, signature = found.get(MESSAGE_INTEGRITY, (0, b""))
    try:
        ufrag, colon, remote_ufrag = name.decode().partition(":")
    except UnicodeDecodeError:
        return None
    if not colon:
        return None
    return BindingRequest(
        transaction, ufrag, remote_ufrag, USE_CANDIDATE in found, signature, _ends_there(datagram[:signed])
    )


def _attributes(datagram: bytes) -> dict[int, tuple[int, bytes]] | None:
    """Return where each attribute begins and its value; None if they make no sense.

    Of several of one type the first counts. What stands behind MESSAGE-INTEGRITY is signed by nobody, so nothing is
    read there but FINGERPRINT, which is the last one and right (RFC 8489 sections 5, 14.5 and 14.7).
    """
    found: dict[int, tuple[int, bytes]] = {}
    at = HEADER.size
    while at < len(datagram):
        if at + ATTRIBUTE.size > len(datagram):
            return None
        kind, size = ATTRIBUTE.unpack_from(datagram, at)
        if kind == FINGERPRINT:
            return found if datagram[at:] == _fingerprint(datagram[:at]) else None
        value = datagram[at + ATTRIBUTE.size : at + ATTRIBUTE.size + size]
        if len(value) < size:
            return None
        if MESSAGE_INTEGRITY not in found:
            found.setdefault(kind, (at, value))
        at += ATTRIBUTE.size + size + -size % 4
    return found


def success(request: BindingRequest, seen_as: Address, password: str) -> bytes:
    """Write the response to an authenticated check: the address it was seen coming from, signed."""
    mapped = _attribute(XOR_MAPPED_ADDRESS, _xor_mapped(seen_as, request.transaction))
    length = len(mapped) + ATTRIBUTE.size + SIGNATURE
    unsigned = HEADER.pack(SUCCESS, length, COOKIE, request.transaction) + mapped
    signed = unsigned + _attribute(MESSAGE_INTEGRITY, _signature(unsigned, password))
    final = signed[:2] + (length + FINGERPRINT_SIZE).to_bytes(2) + signed[4:]
    return final + _fingerprint(final)


def _attribute(kind: int, value: bytes) -> bytes:
    """Write an attribute whose value is whole words (RFC 8489 section 14)."""
    return ATTRIBUTE.pack(kind, len(value)) + value


def _ends_there(before: bytes) -> bytes:
    """A message up to its MESSAGE-INTEGRITY, with the length that it has when that is its last attribute."""
    length = len(before) - HEADER.size + ATTRIBUTE.size + SIGNATURE
    return before[:2] + length.to_bytes(2) + before[4:]


def _signature(signed: bytes, password: str) -> bytes:
    return hmac.digest(password.encode(), signed, "sha1")


def _fingerprint(before: bytes) -> bytes:
    """Write FINGERPRINT over what stands before it, whose length counts it already."""
    return _attribute(FINGERPRINT, (binascii.crc32(before) ^ FINGERPRINT_XOR).to_bytes(4))


def _xor_mapped(address: Address, transaction: bytes) -> bytes:
    """Write the value of XOR-MAPPED-ADDRESS (RFC 8489 section 14.2)."""
    host, port = plain(address)
    family, packed = (2, ipaddress.IPv6Address(host).packed) if ":" in host else (1, bytes(map(int, host.split("."))))
    mask = (MAGIC_COOKIE + transaction)[: len(packed)]
    hidden = (int.from_bytes(packed) ^ int.from_bytes(mask)).to_bytes(len(packed))
    return bytes([0, family]) + (port ^ COOKIE >> 16).to_bytes(2) + hidden


def plain(address: Address) -> tuple[str, int]:
    """Return host and port as the peer knows them: an IPv4 peer of a dual-stack socket without the ::ffff: prefix."""
    host, port = address[0].partition("%")[0], address[1]
    return (host[len(MAPPED) :] if host.startswith(MAPPED) and "." in host else host), port
