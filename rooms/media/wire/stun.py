"""Connectivity checks as an ICE-lite agent sees them: a request comes in, a response goes out.

RFC 8489 (STUN) through aioice's reader, RFC 8445 section 7.3 (the checked side). Nothing is ever sent that
was not asked for, and nothing unauthenticated is answered, so that the port is no mirror for forged source addresses.
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

from aioice import stun

Address = tuple[str, int] | tuple[str, int, int, int]
"""A socket address as the socket gave it: (host, port), with flow and scope on an IPv6 socket."""

MAGIC_COOKIE = stun.COOKIE.to_bytes(4)
HEADER = struct.Struct("!HHL12s")
"""Type, length of the attributes, magic cookie, transaction."""

FINGERPRINT = struct.Struct("!HHL")
SUCCESS, XOR_MAPPED_ADDRESS, MESSAGE_INTEGRITY = 0x0101, 0x0020, 0x0008
MAX_REQUEST = 548
"""Bytes: RFC 8489 section 6.1 keeps a request of unknown path MTU within this."""


@dataclass(frozen=True, slots=True)
class BindingRequest:
    """A well-formed connectivity check, its signature not checked yet.

    ufrag: ours, the first half of USERNAME; remote_ufrag: the sender's; nominates: USE-CANDIDATE is there.
    """

    message: stun.Message
    ufrag: str
    remote_ufrag: str
    nominates: bool

    def is_signed_with(self, password: str) -> bool:
        """Whether MESSAGE-INTEGRITY is there and was made with this password."""
        return self.message.check_message_integrity(password.encode())


def parse_request(datagram: bytes) -> BindingRequest | None:
    """Read a binding request; None for anything else, however malformed. A FINGERPRINT that is there must be right."""
    if len(datagram) > MAX_REQUEST or datagram[4:8] != MAGIC_COOKIE:
        return None
    try:
        message = stun.parse_message(datagram)
    except (ValueError, struct.error):
        return None
    if message.message_class != stun.Class.REQUEST or message.message_method != stun.Method.BINDING:
        return None
    ufrag, colon, remote_ufrag = str(message.attributes.get("USERNAME", "")).partition(":")
    if not colon:
        return None
    return BindingRequest(message, ufrag, remote_ufrag, "USE-CANDIDATE" in message.attributes)


def success(request: BindingRequest, seen_as: Address, password: str) -> bytes:
    """Write the response to an authenticated check: the address it was seen coming from, signed."""
    transaction = request.message.transaction_id
    mapped = _attribute(XOR_MAPPED_ADDRESS, _xor_mapped(seen_as, transaction))
    unsigned = HEADER.pack(SUCCESS, len(mapped), stun.COOKIE, transaction) + mapped
    signature = _attribute(MESSAGE_INTEGRITY, stun.message_integrity(unsigned, password.encode()))
    length = len(mapped) + len(signature) + FINGERPRINT.size
    signed = HEADER.pack(SUCCESS, length, stun.COOKIE, transaction) + mapped + signature
    return signed + FINGERPRINT.pack(0x8028, 4, stun.message_fingerprint(signed))


def _attribute(kind: int, value: bytes) -> bytes:
    """Write an attribute whose value is whole words (RFC 8489 section 14)."""
    return kind.to_bytes(2) + len(value).to_bytes(2) + value


def _xor_mapped(address: Address, transaction: bytes) -> bytes:
    """Write the value of XOR-MAPPED-ADDRESS (RFC 8489 section 14.2)."""
    host, port = plain(address)
    ip, number = (ipaddress.IPv6Address(host), 2) if ":" in host else (ipaddress.IPv4Address(host), 1)
    mask = MAGIC_COOKIE + transaction
    hidden = bytes(each ^ with_ for each, with_ in zip(ip.packed, mask, strict=False))
    return bytes([0, number]) + (port ^ stun.COOKIE >> 16).to_bytes(2) + hidden


def plain(address: Address) -> tuple[str, int]:
    """Return host and port as the peer knows them: an IPv4 peer of a dual-stack socket without the ::ffff: prefix."""
    host, port = address[0].partition("%")[0], address[1]
    if ":" in host:
        mapped = ipaddress.IPv6Address(host).ipv4_mapped
        return (str(mapped) if mapped else host), port
    return host, port
