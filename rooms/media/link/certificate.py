# ruff: noqa: SLF001 - aiortc promises neither of the two names
"""The node's certificate, what is made of it once for all its connections, and how a participant's is recognised.

Of aiortc's RTCCertificate it leans on _key and _cert; aiortc is pinned, and test_certificate.py watches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Self

from aiortc.rtcdtlstransport import RTCCertificate
from OpenSSL import SSL, crypto

from .srtp import PROFILES

CERTIFICATE_AGE = timedelta(days=7)
"""A node makes itself a new certificate after this; aiortc's are valid for 30 days."""

MTU = 1200
"""Bytes of a DTLS datagram of ours, which every way to a participant carries, as browsers reckon too."""

CIPHERS = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"
"""The first must be there (RFC 8827 section 6.5); those of CBC are for old clients that are not browsers."""

DTLS_1_2 = 0xFEFD
"""The only version: the older one is not to be used (RFC 8996), and in a newer one the last flight is repeated by timer
(RFC 9147 section 5.8), which dtls.py does not do once a handshake is done."""

HASHES = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
"""By their names in SDP (RFC 8122 section 5). Others are passed over, as RFC 8122 says; one of these must be there."""


class NodeCertificate(RTCCertificate):
    """A certificate whose connections share one SSL context: to make one costs as much as a third of a handshake."""

    @classmethod
    def of(cls, certificate: RTCCertificate) -> Self:
        """Return one with the same key."""
        return cls(certificate._key, certificate._cert)

    @cached_property
    def fingerprint(self) -> str:
        """See fingerprint()."""
        return fingerprint(self)

    @cached_property
    def expires(self) -> datetime:
        """When it does. Asked for each connection, and to read it out of the certificate takes long."""
        return super().expires

    @cached_property
    def context(self) -> SSL.Context:
        """The context of this certificate's associations. Sessions are not kept: each connection proves itself anew."""
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_min_proto_version(DTLS_1_2)
        context.set_max_proto_version(DTLS_1_2)
        context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_QUERY_MTU | SSL.OP_NO_RENEGOTIATION)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _is_announced)
        context.use_certificate(self._cert)
        context.use_privatekey(self._key)
        context.set_cipher_list(CIPHERS)
        context.set_tlsext_use_srtp(b":".join(each.name for each in PROFILES))
        return context


class Announced:
    """The certificate that a participant's answer announces: (algorithm, value) each of its fingerprints.

    All that are made by a hash function of ours must be its own, and one must be there. proven: whether it was seen.
    """

    def __init__(self, fingerprints: Sequence[tuple[str, str]]) -> None:
        named = [(algorithm.lower(), value.upper()) for algorithm, value in fingerprints]
        self._known = [(HASHES[algorithm], value) for algorithm, value in named if algorithm in HASHES]
        self.proven = False

    def is_of(self, der: bytes) -> bool:
        """Whether this certificate (DER) is it. It is not parsed here: what is hashed is what was sent."""
        matches = [made_by(der).digest().hex(":").upper() == value for made_by, value in self._known]
        self.proven = bool(matches) and all(matches)
        return self.proven


def _is_announced(connection: SSL.Connection, certificate: crypto.X509, _: int, depth: int, __: int) -> bool:
    """OpenSSL's question about each certificate of a chain. The first counts, by its fingerprint alone (RFC 8827).

    It is asked about twice, as one that nobody vouches for and as a chain's end; a connection has no other first one.
    """
    announced: Announced = connection.get_app_data()
    if depth > 0 or announced.proven:
        return True
    try:
        return announced.is_of(crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate))
    except crypto.Error:
        return False


def new_certificate() -> NodeCertificate:
    """Make a key and a self-signed certificate."""
    return NodeCertificate.generateCertificate()


def fingerprint(certificate: RTCCertificate) -> str:
    """Return the SHA-256 fingerprint as it stands in SDP (RFC 8122)."""
    return next(each.value for each in certificate.getFingerprints() if each.algorithm == "sha-256")


def is_stale(certificate: RTCCertificate, now: datetime | None = None) -> bool:
    """Whether it is time for a new one."""
    lifetime = timedelta(days=30)
    return certificate.expires - (now or datetime.now(UTC)) < lifetime - CERTIFICATE_AGE
