"""Connectivity checks as an ICE-lite agent sees them: a request comes in, a response goes out.

RFC 8489 (STUN) through aioice's reader and writer, RFC 8445 section 7.3 (the checked side). Nothing is ever sent that
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
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.message.transaction_id)
    response.attributes["XOR-MAPPED-ADDRESS"] = plain(seen_as)
    response.add_message_integrity(password.encode())
    return bytes(response)


def plain(address: Address) -> tuple[str, int]:
    """Return host and port as the peer knows them: an IPv4 peer of a dual-stack socket without the ::ffff: prefix."""
    host, port = address[0].partition("%")[0], address[1]
    if ":" in host:
        mapped = ipaddress.IPv6Address(host).ipv4_mapped
        return (str(mapped) if mapped else host), port
    return host, port
