# ruff: noqa: SLF001 - see transport.py: this and that file touch what aiortc does not promise
"""The node's certificate, and what is made of it once for all its connections.

Of aiortc's RTCCertificate it leans on _key, _cert and _create_ssl_context(srtp_profiles), pinned and watched as well.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Self

from aiortc.rtcdtlstransport import RTCCertificate, SRTPProtectionProfile
from OpenSSL import SSL

CERTIFICATE_AGE = timedelta(days=7)
"""A node makes itself a new certificate after this; aiortc's are valid for 30 days."""


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
    def _contexts(self) -> dict[tuple[str, ...], SSL.Context]:
        return {}

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        """Return the context of these profiles. Sessions are not kept: each connection proves itself anew."""
        names = tuple(each.openssl_profile.decode() for each in srtp_profiles)
        if names not in self._contexts:
            context = super()._create_ssl_context(srtp_profiles)
            context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
            self._contexts[names] = context
        return self._contexts[names]


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
