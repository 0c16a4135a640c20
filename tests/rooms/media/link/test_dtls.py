"""An association by itself, with a client of pyOpenSSL's on the other end: no loop, no socket, no time but OpenSSL's.

That clients of other makes understand it is shown where the relay meets them.
"""

from __future__ import annotations

import time
import warnings
from itertools import pairwise

import pytest
from aiortc import rtcdtlstransport as stock
from aiortc.rtcdtlstransport import RTCCertificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL, crypto

from rooms.media.link import dtls
from rooms.media.link.certificate import DTLS_1_2, MTU, NodeCertificate, fingerprint
from rooms.media.link.dtls import Why
from tests.rooms.media.link.calling import (
    CHANGE_CIPHER,
    CLIENT,
    FATAL,
    HANDSHAKE,
    HELLO,
    NODE,
    Call,
    alerts,
    client_context,
    records,
    why,
)

VERSION_3 = b"\xa0\x03\x02\x01\x02"
"""Where a certificate says its version (RFC 5280 section 4.1.2.1)."""


# A handshake


def test_a_handshake_takes_two_datagrams_each_way_and_yields_what_the_client_has() -> None:
    """Keys of the profile that both have, by which each side decrypts what the other encrypts."""
    call = Call()
    call.connect()
    assert call.secret is not None
    assert call.secret.profile.name == b"SRTP_AEAD_AES_128_GCM" == call.client.get_selected_srtp_profile()
    assert call.secret.material == call.client.export_keying_material(b"EXTRACTOR-dtls_srtp", 56)
    assert call.client.get_protocol_version() == DTLS_1_2
    assert call.client.get_cipher_name() == "ECDHE-ECDSA-AES128-GCM-SHA256"


def test_what_is_said_of_a_secret_is_not_the_secret() -> None:
    """Not in a log, nor in a traceback."""
    call = Call()
    call.connect()
    assert call.secret is not None
    assert repr(call.secret) == "Secret(SRTP_AEAD_AES_128_GCM)"


def test_our_flight_goes_in_one_datagram_that_every_way_carries() -> None:
    """Hello, certificate, key and all."""
    call = Call()
    call.take(call.speak())
    (datagram,) = call.said
    assert len(datagram) <= MTU
    assert [kind for kind, _ in records(datagram)] == [HANDSHAKE] * 5


@pytest.mark.parametrize("hash_name", ["sha-256", "sha-384", "sha-512"])
def test_a_certificate_is_recognised_by_each_hash_function(hash_name: str) -> None:
    """The ones that answers may name."""
    (print_,) = (each.value for each in CLIENT.getFingerprints() if each.algorithm == hash_name)
    call = Call(announced=[(hash_name, print_)])
    call.connect()
    assert call.secret is not None


def test_a_lost_last_flight_is_said_again_when_the_client_asks_again() -> None:
    """We think it done and the client does not: its repeated flight is answered, long after ours."""
    call = Call()
    call.take(call.speak())
    call.hear()
    flight = call.speak()
    call.take(flight)
    assert call.secret is not None
    call.said.clear()
    deadline = time.monotonic() + 20
    while not call.client.DTLSv1_handle_timeout() and time.monotonic() < deadline:
        time.sleep(0.05)
    call.take(call.written())
    call.hear()
    call.client.do_handshake()


def test_our_lost_flight_is_said_again_by_time() -> None:
    """Once a second has gone, and not before."""
    call = Call()
    call.take(call.speak())
    (lost,) = call.said
    call.said.clear()
    call.ours.look()
    assert call.said == []
    deadline = time.monotonic() + 20
    while not call.said and time.monotonic() < deadline:
        time.sleep(0.05)
        call.ours.look()
    assert [payload for _, payload in records(call.said[0])] == [payload for _, payload in records(lost)]
    call.hear()
    call.take(call.speak())
    assert call.secret is not None


# Who it is not


def test_another_certificate_than_the_announced_one_is_refused_before_it_is_done() -> None:
    """By an alert, and without our last flight: the client never thinks itself connected."""
    call = Call(announced=[("sha-256", fingerprint(NODE))])
    assert why(call.connect) is Why.REFUSED
    assert alerts(call.said) == [FATAL]
    assert not any(kind == CHANGE_CIPHER for datagram in call.said for kind, _ in records(datagram))


def test_a_client_without_a_certificate_is_refused() -> None:
    """It is the only identity there is."""
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_tlsext_use_srtp(b"SRTP_AEAD_AES_128_GCM")
    call = Call(context)
    assert why(call.connect) is Why.REFUSED
    assert alerts(call.said) == [FATAL]


def test_a_certificate_whose_key_the_client_has_not_is_refused() -> None:
    """To show the announced certificate is not enough: its own signature under the handshake must fit."""
    context = client_context()
    thief = Call(context)
    thief.take(thief.speak())
    thief.hear()
    flight = bytearray(thief.speak())
    at = next(at for at in _starts(flight) if flight[at + 13] == 15)  # CertificateVerify (RFC 5246 section 7.4)
    flight[at + 13 + 12 + 40] ^= 1
    assert why(lambda: thief.take(bytes(flight))) is Why.REFUSED
    assert thief.secret is None


@pytest.mark.parametrize("announced", [CLIENT, NODE])
def test_of_a_chain_the_first_certificate_counts(announced: RTCCertificate) -> None:
    """To bring the announced one along, as the issuer of one's own, is not to be it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "another")])
    own = (
        x509.CertificateBuilder(announced._cert.subject, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(announced._cert.not_valid_before_utc)
        .not_valid_after(announced._cert.not_valid_after_utc)
        .sign(announced._key, hashes.SHA256())
    )
    context = client_context()
    context.use_certificate(own)
    context.use_privatekey(key)
    context.add_extra_chain_cert(announced._cert)
    call = Call(context, announced=[("sha-256", fingerprint(announced))])
    assert why(call.connect) is Why.REFUSED
    assert alerts(call.said) == [FATAL]


def test_a_certificate_of_an_odd_version_is_just_another_one() -> None:
    """Nothing in it is read, so that nothing in it can break the reader."""
    der = CLIENT._cert.public_bytes(Encoding.DER)
    assert der.count(VERSION_3) == 1
    odd = crypto.load_certificate(crypto.FILETYPE_ASN1, der.replace(VERSION_3, VERSION_3[:-1] + b"\x05"))
    context = client_context()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.use_certificate(odd)
    context.use_privatekey(CLIENT._key)
    assert why(Call(context).connect) is Why.REFUSED


def test_an_association_that_nobody_proved_is_refused_though_openssl_was_content(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check fails closed: what was not seen was not the announced one."""
    certificate = NodeCertificate.of(NODE)
    certificate.context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    monkeypatch.setattr("tests.rooms.media.link.calling.NODE", certificate)
    assert why(Call().connect) is Why.REFUSED


# What it cannot be


@pytest.mark.parametrize("profiles", [[], [stock.SRTP_AEAD_AES_256_GCM]])
def test_a_client_with_no_profile_of_ours_is_told_to_go(profiles: list[stock.SRTPProtectionProfile]) -> None:
    """Without keys for media there is nothing to be connected for."""
    context = client_context(profiles) if profiles else SSL.Context(SSL.DTLS_METHOD)
    context.use_certificate(CLIENT._cert)
    context.use_privatekey(CLIENT._key)
    assert why(Call(context).connect) is Why.NO_PROFILE


def test_an_older_version_is_refused() -> None:
    """DTLS 1.0 (RFC 8996)."""
    context = client_context()
    context.set_cipher_list(b"ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    context.set_min_proto_version(0xFEFF)
    context.set_max_proto_version(0xFEFF)
    assert why(Call(context).connect) is Why.REFUSED


def _starts(flight: bytes | bytearray) -> list[int]:
    """Where the records of a datagram begin."""
    starts = [0]
    while (end := starts[-1] + 13 + int.from_bytes(flight[starts[-1] + 11 : starts[-1] + 13])) < len(flight):
        starts.append(end)
    return starts


# The end


def test_a_clients_goodbye_ends_it() -> None:
    """close_notify."""
    call = Call()
    call.connect()
    call.client.shutdown()
    assert why(lambda: call.take(call.written())) is Why.GOODBYE


def test_our_goodbye_is_understood() -> None:
    """close_notify, of which the client is told by its own OpenSSL."""
    call = Call()
    call.connect()
    call.ours.goodbye()
    call.hear()
    with pytest.raises(SSL.ZeroReturnError):
        call.client.recv(100)


def test_a_goodbye_in_the_middle_of_a_handshake_is_no_error() -> None:
    """There is nothing to end yet."""
    call = Call()
    call.take(call.speak())
    call.ours.goodbye()


def test_what_comes_inside_is_passed_over_also_when_it_is_many_records() -> None:
    """Nobody has anything to say there; the goodbye after it in the same datagram is heard all the same."""
    call = Call()
    call.connect()
    call.client.send(b"data")
    call.client.send(b"more")
    call.take(call.written())
    assert call.said == []
    call.client.send(b"data")
    call.client.shutdown()
    assert why(lambda: call.take(call.written())) is Why.GOODBYE


@given(st.lists(st.integers(0, 1400), max_size=12))
def test_what_is_said_is_divided_between_records(sizes: list[int]) -> None:
    """As many as fit go together, in order; one that is longer by itself goes alone."""
    made = [HELLO + bytes(8) + size.to_bytes(2) + bytes(size) for size in sizes]
    found = list(dtls.datagrams(b"".join(made)))
    assert b"".join(found) == b"".join(made)
    assert all(len(each) <= MTU or len(list(records(each))) == 1 for each in found)
    assert all(len(one) + 13 + len(next(records(other))[1]) > MTU for one, other in pairwise(found))
