"""DTLS-SRTP for one participant: the handshake in its turn, the keys that come of it, the goodbye.

We are the passive side, always. Certificates are self-signed and checked by the fingerprint in the answer (RFC 5763).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import pylibsrtp
import structlog

from ..routes import Keys
from .certificate import Announced, NodeCertificate
from .dtls import Association, AssociationOver, Secret, Why
from .handshakes import RECORDS_EACH, Handshakes
from .srtp import Profile, context_of

log = structlog.get_logger()

HANDSHAKE_TIMEOUT = 15.0
"""Seconds from a peer's first record: enough for the worst line that could carry a call."""


class SecureTransport:
    """One participant's DTLS association and the SRTP keys that come of it.

    send: puts a datagram on the wire. connected: called once, when keys are there. lost: called once, when the
    handshake failed or the peer closed; never after close(). profile: how media is encrypted, once that is agreed.
    """

    def __init__(
        self,
        certificate: NodeCertificate,
        handshakes: Handshakes,
        send: Callable[[bytes], None],
        connected: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self._certificate = certificate
        self._handshakes = handshakes
        self._send = send
        self._connected = connected
        self._lost: Callable[[], None] | None = lost
        self._announced: Announced | None = None
        self._early: deque[bytes] = deque(maxlen=RECORDS_EACH)
        self._association: Association | None = None
        self._deadline = 0.0
        self.profile: Profile | None = None
        self._rx: pylibsrtp.Session | None = None
        self._tx: pylibsrtp.Session | None = None

    @property
    def rx(self) -> Keys | None:
        """The libsrtp context for what the peer sends. It lives as long as this transport holds it: until close()."""
        return context_of(self._rx) if self._rx is not None else None

    @property
    def tx(self) -> Keys | None:
        """The libsrtp context for what is sent to the peer, likewise."""
        return context_of(self._tx) if self._tx is not None else None

    def expect(self, fingerprints: Sequence[tuple[str, str]]) -> None:
        """Tell which certificate to accept: (algorithm, value) each. The peer's first record begins the handshake.

        The first answer's holds: no later one can have another (see sdp.py).
        """
        if self._announced is None:
            self._announced = Announced(fingerprints)
        while self._early:
            self._handshakes.queue(self, self._early.popleft())

    def receive(self, record: bytes) -> None:
        """Take a DTLS datagram from the peer's address; it is worked on now, or when its turn comes."""
        if self._lost is None:
            return
        if self._announced is None:
            self._early.append(record)
        else:
            self._handshakes.take(self, record)

    def step(self, record: bytes) -> None:
        """Work on a datagram whose turn has come. Only Handshakes calls this."""
        if self._lost is None or self._announced is None:
            return
        if self._association is None:
            if not self._handshakes.begin(self, record):
                return
            self._deadline = asyncio.get_running_loop().time() + HANDSHAKE_TIMEOUT
            self._association = Association(self._certificate.context, self._announced, self._send)
        try:
            secret = self._association.take(record)
        except AssociationOver as over:
            self._lose(over.why)
            return
        if secret is not None:
            self._secure(secret)

    def look(self) -> None:
        """See to what time brings to a handshake in flight. Only Handshakes calls this."""
        if self._association is None:
            return
        if asyncio.get_running_loop().time() >= self._deadline:
            self._lose(Why.TOO_LATE)
            return
        try:
            self._association.look()
        except AssociationOver as over:
            self._lose(over.why)

    def _secure(self, secret: Secret) -> None:
        self._handshakes.finish(self)
        self.profile = secret.profile
        self._rx, self._tx = secret.profile.sessions(secret.material)
        self._connected()

    def _lose(self, why: Why) -> None:
        """There is no association any more: say so to the peer's owner, once."""
        lost = self._lost
        if why is not Why.GOODBYE:
            log.info("dtls_over", why=why)
        self._forget()
        if lost is not None:
            lost()

    def _forget(self) -> None:
        self._lost = None
        self._rx = self._tx = self._association = None
        self._handshakes.finish(self)

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """Decrypt a compound packet; None if it is not the peer's, is replayed, or there are no keys."""
        return None if self._rx is None else _tried(self._rx.unprotect_rtcp, packet)

    def protect_rtp(self, packet: bytes) -> bytes | None:
        """Encrypt a packet; None if there are no keys, it is too long or far behind the newest of its stream."""
        return None if self._tx is None else _tried(self._tx.protect, packet)

    def protect_rtcp(self, packet: bytes) -> bytes | None:
        """Encrypt a compound packet; None if there are no keys or it is too long."""
        return None if self._tx is None else _tried(self._tx.protect_rtcp, packet)

    def close(self) -> None:
        """Forget the keys, then say goodbye to the peer."""
        association = self._association
        self._forget()
        if association is not None:
            association.goodbye()
        self._connected = self._send = _nothing


def _tried(cipher: Callable[[bytes], bytes], packet: bytes) -> bytes | None:
    try:
        return cipher(packet)
    except (pylibsrtp.Error, ValueError):
        return None


def _nothing(*_: object) -> None:
    """Do nothing: whoever was called here need not be kept alive for it."""
