"""DTLS under fire: any datagrams, before and in the middle of a handshake, end it or do nothing."""

from __future__ import annotations

from functools import cache

from OpenSSL import SSL

from rooms.media.link.certificate import MTU, Announced, NodeCertificate, new_certificate
from rooms.media.link.dtls import Association, AssociationOver
from tests.fuzz.datagrams import packets

_HEADER = 13


@cache
def _node() -> NodeCertificate:
    return new_certificate()


@cache
def _client() -> SSL.Context:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_options(SSL.OP_NO_QUERY_MTU)
    context.set_tlsext_use_srtp(b"SRTP_AEAD_AES_128_GCM")
    return context


def handshake(data: bytes) -> None:
    """Datagrams of a peer that is not the announced one; the first byte says whether a true hello comes before."""
    said: list[bytes] = []
    association = Association(_node().context, Announced([("sha-256", "00")]), said.append)
    begin = [_hello()] if data[:1] > b"\x7f" else []
    for datagram in [*begin, *packets(data[1:])]:
        if not datagram:
            continue  # none of it comes from a socket as DTLS
        del said[:]
        try:
            assert association.take(datagram) is None, "keys for somebody else"
        except AssociationOver:
            _see(said)
            return
        _see(said)
    association.look()
    association.goodbye()


def _see(said: list[bytes]) -> None:
    for datagram in said:
        assert len(datagram) <= MTU, "more than every way carries"
        end = 0
        while end < len(datagram):
            end += _HEADER + int.from_bytes(datagram[end + 11 : end + _HEADER])
        assert end == len(datagram), "half a record"


def _hello() -> bytes:
    client = SSL.Connection(_client())
    client.set_connect_state()
    client.set_ciphertext_mtu(MTU)
    try:
        client.do_handshake()
    except SSL.WantReadError:
        return client.bio_read(4 * MTU)
    raise AssertionError("a handshake with nobody")
