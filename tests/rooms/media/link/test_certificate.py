"""The node's certificate, what its connections share, and how a participant's is recognised."""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
from datetime import timedelta

import pytest
from aiortc.rtcdtlstransport import RTCCertificate
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

from rooms.media.link.certificate import Announced, NodeCertificate, fingerprint, is_stale, new_certificate

DER = b"a certificate"
SHA_256, SHA_384, SHA_512 = (
    made_by(DER).digest().hex(":") for made_by in (hashlib.sha256, hashlib.sha384, hashlib.sha512)
)
OTHER = hashlib.sha256(b"another").digest().hex(":")


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
    """Who comes again does the whole handshake."""
    certificate = new_certificate()
    assert certificate.context is certificate.context
    assert new_certificate().context is not certificate.context
    assert certificate.context.set_session_cache_mode(SSL.SESS_CACHE_OFF) == SSL.SESS_CACHE_OFF


@pytest.mark.parametrize(
    "fingerprints",
    [
        [("sha-256", SHA_256)],
        [("SHA-256", SHA_256.upper())],
        [("sha-384", SHA_384)],
        [("sha-512", SHA_512)],
        [("sha-512", SHA_512), ("sha-256", SHA_256)],
        [("md5", "00"), ("sha-256", SHA_256)],
    ],
)
def test_the_announced_certificate_is_recognised(fingerprints: list[tuple[str, str]]) -> None:
    """By each hash function of ours, written in either case; those of others are passed over (RFC 8122)."""
    announced = Announced(fingerprints)
    assert not announced.proven
    assert announced.is_of(DER)
    assert announced.proven


@pytest.mark.parametrize(
    "fingerprints",
    [
        [],
        [("md5", hashlib.md5(DER, usedforsecurity=False).digest().hex(":"))],
        [("sha-256", OTHER)],
        [("sha-256", SHA_256), ("sha-256", OTHER)],
        [("sha-256", SHA_256), ("sha-512", SHA_384)],
        [("sha-256", SHA_256[:-3])],
        [("sha-256", "")],
        [("sha-256", SHA_256.replace(":", ""))],
        [("sha-256", SHA_256 + "\u0130")],
    ],
)
def test_any_other_certificate_is_not(fingerprints: list[tuple[str, str]]) -> None:
    """One of ours must be there, and all of them must be its own, whole and as RFC 8122 writes them."""
    announced = Announced(fingerprints)
    assert not announced.is_of(DER)
    assert not announced.proven


def test_a_certificate_that_was_recognised_before_another_came_proves_nothing() -> None:
    """What was seen last counts."""
    announced = Announced([("sha-256", SHA_256)])
    assert announced.is_of(DER)
    assert not announced.is_of(b"another")
    assert not announced.proven


def test_aiortcs_certificate_has_the_shape_that_is_leaned_on(certificate: RTCCertificate) -> None:
    """How it is made, its two parts, and the pinned version: whoever upgrades looks here and changes this line."""
    assert importlib.metadata.version("aiortc") == "1.16.0"
    assert list(inspect.signature(RTCCertificate.__init__).parameters) == ["self", "key", "cert"]
    der = certificate._cert.public_bytes(Encoding.DER)
    assert certificate._key.public_key() == certificate._cert.public_key()
    assert hashlib.sha256(der).digest().hex(":").upper() == fingerprint(certificate)
