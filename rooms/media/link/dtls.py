"""One DTLS association, as the passive side: datagrams in, datagrams out, keys for SRTP (RFC 6347, RFC 5764).

The protocol is OpenSSL's, by way of pyOpenSSL and two buffers in memory. Nothing here waits, and no task belongs to it:
whoever owns an association gives it what comes, and lets it look a few times a second whether it has to say something
again. Who the participant is, its certificate says alone, which must be the announced one (certificate.py); any other
ends the handshake by an alert, before it is done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from OpenSSL import SSL

from .certificate import MTU, Announced
from .srtp import PROFILES, Profile

MAX_HANDSHAKE = 64 * 1024
"""Bytes from the peer until its handshake is done. A browser's has 2,000; OpenSSL would gather a megabyte of pieces."""

_EXPORT_LABEL = b"EXTRACTOR-dtls_srtp"
_RECORD_HEADER = 13
_FLIGHT = 16 * 1024
"""Bytes, more than we ever have to say at once."""


class Why(StrEnum):
    """Why there is no association, or no more."""

    GOODBYE = "goodbye"
    """The peer closed it."""
    REFUSED = "refused"
    """What came is no DTLS that we do, its certificate is not the announced one, or it refused us."""
    NO_PROFILE = "no_profile"
    """It takes neither of our ways to encrypt media."""
    TOO_MUCH = "too_much"
    """It sent more than any handshake has."""
    TOO_LATE = "too_late"
    """The handshake was not done in time."""


class AssociationOver(Exception):
    """There is no association any more, or none will come about."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Secret:
    """What a handshake has come to. material: the master keys and salts of both sides, as RFC 5764 has them."""

    profile: Profile
    material: bytes

    def __repr__(self) -> str:
        """Never the keys."""
        return f"Secret({self.profile.name.decode()})"


class Association:
    """The passive side of one. send: puts a datagram on the wire."""

    def __init__(self, context: SSL.Context, announced: Announced, send: Callable[[bytes], None]) -> None:
        self._announced = announced
        self._send = send
        self._done = False
        self._left = MAX_HANDSHAKE
        self._ssl = SSL.Connection(context)
        self._ssl.set_accept_state()
        self._ssl.set_ciphertext_mtu(MTU)
        self._ssl.set_app_data(announced)

    def take(self, datagram: bytes) -> Secret | None:
        """Work on a datagram of the peer's; return what media is encrypted with, at the moment that is known.

        Raises AssociationOver. What does not belong to the association is passed over.
        """
        try:
            self._ssl.bio_write(datagram)
            if not self._done:
                return self._go_on(len(datagram))
            self._read()
        except SSL.WantReadError:
            pass
        except SSL.Error as error:
            self._judge(error)
        finally:
            self._flush()  # an alert says why, where there is one to say
        return None

    def look(self) -> None:
        """Say again what the peer should have answered by now; only needed until it is done. Raises AssociationOver."""
        try:
            self._ssl.DTLSv1_handle_timeout()
        except SSL.Error:
            raise AssociationOver(Why.TOO_LATE) from None
        self._flush()

    def goodbye(self) -> None:
        """Tell the peer that it is over (close_notify), if there is an association at all."""
        with contextlib.suppress(SSL.Error):
            self._ssl.shutdown()
        self._flush()

    def _go_on(self, size: int) -> Secret:
        """Go on with the handshake. Raises WantReadError until it is done."""
        self._left -= size
        if self._left < 0:
            raise AssociationOver(Why.TOO_MUCH)
        self._ssl.do_handshake()
        self._done = True
        if not self._announced.proven:  # OpenSSL has asked for it; this is for the day on which it would not
            raise AssociationOver(Why.REFUSED)
        chosen = self._ssl.get_selected_srtp_profile()
        profile = next((each for each in PROFILES if each.name == chosen), None)
        if profile is None:
            raise AssociationOver(Why.NO_PROFILE)
        return Secret(profile, self._ssl.export_keying_material(_EXPORT_LABEL, profile.material))

    def _read(self) -> None:
        """Pass over what comes inside, until the goodbye. OpenSSL says its last flight again if it was lost."""
        while True:
            self._ssl.recv(_FLIGHT)

    def _judge(self, error: SSL.Error) -> None:
        """What an error means. Raises AssociationOver unless it is somebody's nonsense, which ends no call."""
        if isinstance(error, SSL.ZeroReturnError) or self._ssl.get_shutdown() & SSL.RECEIVED_SHUTDOWN:
            raise AssociationOver(Why.GOODBYE if self._done else Why.REFUSED) from None
        if not self._done:
            raise AssociationOver(Why.REFUSED) from None

    def _flush(self) -> None:
        try:
            said = self._ssl.bio_read(_FLIGHT)
        except SSL.WantReadError:
            return
        for datagram in datagrams(said):
            self._send(datagram)


def datagrams(said: bytes) -> Iterator[bytes]:
    """Divide what OpenSSL has to say into datagrams: a record is never cut, and as many go together as fit."""
    begin = end = 0
    while end < len(said):
        size = _RECORD_HEADER + int.from_bytes(said[end + 11 : end + 13])
        if end > begin and end + size - begin > MTU:
            yield said[begin:end]
            begin = end
        end += size
    if begin < len(said):
        yield said[begin:]
