"""A client of pyOpenSSL's and our side of an association, with nothing between them but who carries what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from aiortc import rtcdtlstransport as stock
from aiortc.rtcdtlstransport import RTCCertificate
from OpenSSL import SSL

from rooms.media.link.certificate import Announced, fingerprint, new_certificate
from rooms.media.link.dtls import Association, AssociationOver, Secret, Why

NODE = new_certificate()
CLIENT = RTCCertificate.generateCertificate()

HANDSHAKE, ALERT, CHANGE_CIPHER = 22, 21, 20
FATAL = 2
HELLO = HANDSHAKE.to_bytes() + b"\xfe\xff"


def client_context(profiles: list[stock.SRTPProtectionProfile] = stock.SRTP_PROFILES) -> SSL.Context:
    """As browsers offer it, with all profiles of SRTP, and each message in one piece."""
    context = CLIENT._create_ssl_context(srtp_profiles=profiles)
    context.set_options(SSL.OP_NO_QUERY_MTU)
    return context


class Call:
    """A client and our side of it; what each says is kept until it is carried over."""

    def __init__(self, context: SSL.Context | None = None, announced: list[tuple[str, str]] | None = None) -> None:
        self.said: list[bytes] = []
        prints = [("sha-256", fingerprint(CLIENT))] if announced is None else announced
        self.ours = Association(NODE.context, Announced(prints), self.said.append)
        self.client = SSL.Connection(context or client_context())
        self.client.set_connect_state()
        self.client.set_ciphertext_mtu(1200)
        self.secret: Secret | None = None

    def speak(self) -> bytes:
        """Let the client say what it has to, in one datagram; empty if that is nothing."""
        with suppress(SSL.WantReadError):
            self.client.do_handshake()
        return self.written()

    def written(self) -> bytes:
        """What the client has written."""
        try:
            return self.client.bio_read(1 << 16)
        except SSL.WantReadError:
            return b""

    def take(self, datagram: bytes) -> None:
        """Let our side work on a datagram."""
        self.secret = self.ours.take(datagram) or self.secret

    def hear(self) -> None:
        """Carry over what our side has said."""
        for datagram in self.said:
            self.client.bio_write(datagram)
        self.said.clear()

    def connect(self) -> None:
        """Do all of the handshake. Raises what either side does."""
        self.take(self.speak())
        self.hear()
        self.take(self.speak())
        self.hear()
        self.client.do_handshake()


def records(datagram: bytes) -> Iterator[tuple[int, bytes]]:
    """Return each record's content type and payload (RFC 6347 section 4.1)."""
    while datagram:
        end = 13 + int.from_bytes(datagram[11:13])
        yield datagram[0], datagram[13:end]
        datagram = datagram[end:]


def alerts(said: list[bytes]) -> list[int]:
    """The levels of the alerts among them."""
    return [payload[0] for datagram in said for kind, payload in records(datagram) if kind == ALERT]


def why(act: Callable[[], object]) -> Why:
    """Return why an association is over when this is done to it."""
    with pytest.raises(AssociationOver) as over:
        act()
    return over.value.why
