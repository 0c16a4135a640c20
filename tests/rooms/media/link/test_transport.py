"""DTLS-SRTP with a stock aiortc client on the other end, and a contract: what upgrades must not change."""

from __future__ import annotations

import asyncio
import ctypes
import importlib.metadata
import inspect
from typing import cast

import pylibsrtp
import pytest
from aiortc import rtcdtlstransport as dtls
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceTransport
from pylibsrtp import _binding

from rooms.media.link import srtp, transport
from rooms.media.link.certificate import NodeCertificate, fingerprint
from rooms.media.link.handshakes import RECORDS_EACH, Handshakes
from tests.rooms.media.conftest import until


class Wire:
    """The client's side of a wire without loss: what RTCDtlsTransport needs of an ICE transport."""

    role = "controlling"

    def __init__(self) -> None:
        self.to_client: asyncio.Queue[bytes] = asyncio.Queue()
        self.server: transport.SecureTransport | None = None
        self.breaks_after: int | None = None

    async def _recv(self) -> bytes:
        return await self.to_client.get()

    async def _send(self, data: bytes) -> None:
        assert self.server is not None
        if self.breaks_after is None:
            self.server.receive(data)
        elif self.breaks_after:
            self.breaks_after -= 1
            self.server.receive(data)


class Pair:
    """A server transport and a stock aiortc client on one wire."""

    def __init__(self, certificate: RTCCertificate, profiles: list[dtls.SRTPProtectionProfile]) -> None:
        self.certificate = certificate
        self.heard: list[str] = []
        self.wire = Wire()
        self.handshakes = Handshakes()
        self.server = self.wire.server = transport.SecureTransport(
            NodeCertificate.of(certificate),
            self.handshakes,
            self.wire.to_client.put_nowait,
            lambda: self.heard.append("connected"),
            lambda: self.heard.append("lost"),
        )
        self.client = RTCDtlsTransport(cast("RTCIceTransport", self.wire), [certificate])
        self.client._set_role("client")
        self.client._srtp_profiles = profiles

    def begin(self) -> asyncio.Task[None]:
        """Begin a handshake of which only the client's first record arrives."""
        self.wire.breaks_after = 1
        self.server.expect([("sha-256", fingerprint(self.certificate))])
        return asyncio.create_task(self.client.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", "00")])))

    async def connect(self, announced: str | None = None) -> None:
        """Do the handshake. announced: another fingerprint than the client's."""
        self.server.expect([("sha-256", announced or fingerprint(self.certificate))])
        mine = RTCDtlsFingerprint("sha-256", fingerprint(self.certificate))
        await self.client.start(RTCDtlsParameters([mine]))
        await until(lambda: self.heard)


@pytest.fixture
def pair(certificate: RTCCertificate) -> Pair:
    """A client as browsers are: it offers all profiles."""
    return Pair(certificate, dtls.SRTP_PROFILES)


def test_the_pinned_version_is_the_installed_one() -> None:
    """Whoever upgrades pylibsrtp reads srtp.py again, runs this file, and changes this line."""
    assert importlib.metadata.version("pylibsrtp").startswith("1.0.")


def test_aiortcs_transport_has_the_shape_that_callers_lean_on() -> None:
    """Names, arguments, and that it asks nothing more of its ICE transport than role, _recv and _send (caller.py)."""
    assert list(inspect.signature(RTCDtlsTransport.__init__).parameters) == ["self", "transport", "certificates"]
    assert list(inspect.signature(RTCDtlsTransport.start).parameters) == ["self", "remoteParameters"]
    source = inspect.getsource(RTCDtlsTransport)
    used = {piece.split("(")[0].split(".")[0].split()[0].rstrip(",:)") for piece in source.split("self.transport.")[1:]}
    assert used == {"role", "_recv", "_send"}
    for name in ("_set_role", "_srtp_profiles", "_rx_srtp", "_tx_srtp"):
        assert f"{name}" in source


def test_libsrtps_functions_have_the_shape_that_is_leaned_on() -> None:
    """A context, a packet in place, a length in and out; and a session keeps its context where we look for it."""
    for function in (_binding.lib.srtp_protect, _binding.lib.srtp_unprotect):
        arguments = [each.cname for each in _binding.ffi.typeof(function).args]
        assert arguments[1:] == ["void *", "int *"]
    session = pylibsrtp.Session()
    assert _binding.ffi.typeof(session._srtp[0]).kind == "pointer"
    assert srtp.context_address(session._srtp[0]) == int(_binding.ffi.cast("uintptr_t", session._srtp[0]))


async def test_libsrtps_functions_do_the_same_by_their_addresses(pair: Pair) -> None:
    """As the compiled engine calls them: by ctypes here, on a session's own context."""
    await pair.connect()
    shape = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int))
    unprotect, protect = (shape(address) for address in srtp.cipher_addresses())
    plain = b"\x80\x6f\0\1" + bytes(8) + b"sound"
    packet, length = ctypes.create_string_buffer(plain, 2048), ctypes.c_int(len(plain))
    assert protect(srtp.context_address(pair.server.tx), packet, length) == 0
    assert pair.client._rx_srtp.unprotect(packet.raw[: length.value]) == plain
    protected = pair.client._tx_srtp.protect(plain)
    packet, length = ctypes.create_string_buffer(protected, 2048), ctypes.c_int(len(protected))
    assert unprotect(srtp.context_address(pair.server.rx), packet, length) == 0
    assert packet.raw[: length.value] == plain


async def test_a_handshake_yields_keys_that_fit_the_clients(pair: Pair) -> None:
    """Raw libsrtp on the server's contexts, Session on the client's, both ways."""
    await pair.connect()
    assert pair.heard == ["connected"]
    memory, view = srtp.packet_buffer(2048)
    length = srtp.length_cell()
    plain = b"\x80\x6f\0\1" + bytes(8) + b"sound"
    view[: len(plain)] = plain
    length[0] = len(plain)
    assert srtp.protect(pair.server.tx, memory, length) == 0
    assert pair.client._rx_srtp.unprotect(bytes(view[: length[0]])) == plain
    protected = pair.client._tx_srtp.protect(plain)
    view[: len(protected)] = protected
    length[0] = len(protected)
    assert srtp.unprotect(pair.server.rx, memory, length) == 0
    assert bytes(view[: length[0]]) == plain
    length[0] = len(protected)
    view[: len(protected)] = protected
    assert srtp.unprotect(pair.server.rx, memory, length) != 0, "a replay"


async def test_rtcp_goes_both_ways_and_a_forged_one_does_not(pair: Pair) -> None:
    """Compound packets by Session, None for what is not the peer's."""
    await pair.connect()
    report = b"\x80\xc9\0\1" + bytes(4)
    protected = pair.server.protect_rtcp(report)
    assert protected is not None
    assert pair.client._rx_srtp.unprotect_rtcp(protected) == report
    assert pair.server.unprotect_rtcp(pair.client._tx_srtp.protect_rtcp(report)) == report
    assert pair.server.unprotect_rtcp(report + bytes(20)) is None
    assert pair.server.unprotect_rtcp(bytes(4000)) is None


@pytest.mark.parametrize(
    ("profiles", "chosen"),
    [
        (dtls.SRTP_PROFILES, b"SRTP_AEAD_AES_128_GCM"),
        ([dtls.SRTP_AES128_CM_SHA1_80], b"SRTP_AES128_CM_SHA1_80"),
    ],
)
async def test_the_server_chooses_gcm_where_it_can(
    certificate: RTCCertificate, profiles: list[dtls.SRTPProtectionProfile], chosen: bytes
) -> None:
    """By its own order, with AES-CM for those who have nothing else."""
    pair = Pair(certificate, profiles)
    await pair.connect()
    assert pair.client._ssl is not None
    assert pair.client._ssl.get_selected_srtp_profile() == chosen


async def test_a_client_with_another_certificate_than_it_announced_is_lost(pair: Pair) -> None:
    """The fingerprint in the answer is the only identity there is."""
    await pair.connect(announced=":".join(["00"] * 32))
    assert pair.heard == ["lost"]
    assert (pair.server.rx, pair.server.tx) == (None, None)


async def test_a_client_that_says_goodbye_is_lost(pair: Pair) -> None:
    """close_notify ends the participation, not just the silence after it."""
    await pair.connect()
    await pair.client.stop()
    await until(lambda: pair.heard == ["connected", "lost"])


async def test_closing_forgets_the_keys_at_once_and_says_goodbye(pair: Pair) -> None:
    """Nothing can be encrypted or decrypted from the very next line on, and nobody is told we were lost."""
    await pair.connect()
    pair.server.close()
    assert (pair.server.rx, pair.server.tx) == (None, None)
    assert pair.server.protect_rtcp(b"\x80\xc9\0\1" + bytes(4)) is None
    assert pair.server.unprotect_rtcp(b"\x80\xc9\0\1" + bytes(30)) is None
    await until(lambda: pair.client.state == "closed")
    assert pair.heard == ["connected"]


async def test_a_handshake_that_does_not_finish_is_given_up(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first record and then silence: the place among the handshakes is given back."""
    monkeypatch.setattr(transport, "HANDSHAKE_TIMEOUT", 0.2)
    client = pair.begin()
    await until(lambda: pair.handshakes.in_flight)
    client.cancel()
    await until(lambda: pair.heard == ["lost"])
    assert pair.handshakes.in_flight == 0


async def test_closing_in_the_middle_of_a_handshake_leaves_nothing_behind(pair: Pair) -> None:
    """The task ends, the place is free, and no callback comes."""
    client = pair.begin()
    await until(lambda: pair.handshakes.in_flight)
    pair.server.close()
    client.cancel()
    assert pair.handshakes.in_flight == 0
    assert pair.heard == []


async def test_records_before_the_answer_wait_for_it_and_are_bounded(pair: Pair) -> None:
    """A browser may begin before its answer has travelled; who goes on for long pushes out its own."""
    for _ in range(RECORDS_EACH):
        pair.server.receive(bytes(1200))
    client = asyncio.create_task(
        pair.client.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", fingerprint(pair.certificate))]))
    )
    await asyncio.sleep(0)
    assert len(pair.server._early) == RECORDS_EACH
    assert pair.handshakes.in_flight == 0
    pair.server.expect([("sha-256", fingerprint(pair.certificate))])
    await until(lambda: pair.heard == ["connected"])
    await client
    assert pair.handshakes.in_flight == 0


async def test_a_flight_that_was_lost_is_said_again_by_the_one_timer(pair: Pair) -> None:
    """No record of the client's has to come for it, and none of the handshake's own timers is needed."""
    lost: list[bytes] = []
    pair.server._send = lost.append
    client = pair.begin()
    await until(lambda: len(lost) >= 2)
    assert pair.handshakes.in_flight == 1
    client.cancel()


async def test_a_refused_handshake_gives_its_place_back_and_says_why_without_more(
    pair: Pair, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """One word in the log: no certificate, no fingerprint, no key."""
    await pair.connect(announced=":".join(["00"] * 32))
    assert pair.handshakes.in_flight == 0
    said = capsys.readouterr().out + caplog.text
    assert "dtls_over" in said
    assert "refused" in said
    assert fingerprint(pair.certificate) not in said
    assert ":".join(["00"] * 32) not in said


async def test_a_lost_association_takes_nothing_any_more(pair: Pair) -> None:
    """Records that come after it are dropped, and closing it is no second loss."""
    await pair.connect(announced=":".join(["00"] * 32))
    pair.server.receive(b"\x16" + bytes(20))
    await asyncio.sleep(0)
    assert not pair.handshakes._waiting
    pair.server.close()
    pair.server.look()
    assert pair.heard == ["lost"]
