"""The node's certificate, and what its connections share."""

from __future__ import annotations

import inspect
from datetime import timedelta

from aiortc import rtcdtlstransport as dtls
from aiortc.rtcdtlstransport import RTCCertificate
from OpenSSL import SSL

from rooms.media.link.certificate import NodeCertificate, fingerprint, is_stale, new_certificate
from rooms.media.link.transport import PROFILES


def test_a_certificate_is_renewed_long_before_it_expires() -> None:
    """Every week, of thirty days."""
    certificate = new_certificate()
    made = certificate.expires - timedelta(days=30)
    assert not is_stale(certificate, made + timedelta(days=6))
    assert is_stale(certificate, made + timedelta(days=8))
    assert len(certificate.fingerprint.split(":")) == 32


def test_a_given_certificate_stays_what_it_is(certificate: RTCCertificate) -> None:
    """The same key under the same fingerprint."""
    assert NodeCertificate.of(certificate).fingerprint == fingerprint(certificate)


def test_connections_of_one_certificate_share_a_context_that_keeps_no_session() -> None:
    """One for each list of profiles; and who comes again does the whole handshake."""
    certificate = new_certificate()
    context = certificate._create_ssl_context(PROFILES)
    assert certificate._create_ssl_context(srtp_profiles=list(PROFILES)) is context
    assert certificate._create_ssl_context(PROFILES[:1]) is not context
    assert new_certificate()._create_ssl_context(PROFILES) is not context
    assert context.set_session_cache_mode(SSL.SESS_CACHE_OFF) == SSL.SESS_CACHE_OFF


def test_aiortcs_certificate_has_the_shape_that_is_leaned_on() -> None:
    """How it is made, and what a transport asks of it."""
    assert list(inspect.signature(RTCCertificate.__init__).parameters) == ["self", "key", "cert"]
    assert list(inspect.signature(RTCCertificate._create_ssl_context).parameters) == ["self", "srtp_profiles"]
    assert "_create_ssl_context(\n" in inspect.getsource(dtls.RTCDtlsTransport.start)
