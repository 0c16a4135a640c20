"""The ciphers: the RFCs' vectors prove the formulas in tests/support/srtp.py, and libsrtp is held against those.

libsrtp takes master keys only, and the vectors of RFC 7714 are of session keys; so its packets are compared with the
formulas', under keys that both derive, also through the relay with keys from a real handshake.
"""

from __future__ import annotations

import pytest
from aiortc import rtcdtlstransport as dtls
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from bench.caller import AUDIO, HEADER, VIDEO, Caller, rtp_packet
from rooms.media.link import srtp
from rooms.media.wire import rtcp
from tests.rooms.media.conftest import House, until
from tests.support.srtp import RTCP_LABELS, RTP_LABELS, AesCm, AesGcm, derive, keystream

CM, GCM = dtls.SRTP_AES128_CM_SHA1_80, dtls.SRTP_AEAD_AES_128_GCM
FORMULAS: dict[dtls.SRTPProtectionProfile, type[AesCm | AesGcm]] = {CM: AesCm, GCM: AesGcm}
MASTER = bytes.fromhex("E1F97A0D3E018BE0D64FA32C06DE4139" + "0EC675AD498AFEEBB6960B3AABE6")
"""RFC 3711 appendix B.3: master key and master salt."""

B3 = AesCm(
    key=bytes.fromhex("C61E7A93744F39EE10734AFE3FF7A087"),
    auth=bytes.fromhex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"),
    salt=bytes.fromhex("30CBBC08863D8C85D49DB34A9AE1"),
)
"""RFC 3711 appendix B.3: what is derived from them; of the authentication key's 94 bytes the 20 that are used."""

PACKET = bytes.fromhex("8040f17b8041f8d35501a0b2") + b"Gallia est omnis divisa in partes tres"
REPORT = bytes.fromhex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61" + "deadbeef" * 5)
QUID = AesGcm(key=bytes(range(16)), salt=b"Quid pro quo")
"""RFC 7714 sections 16 and 17: session key, session salt, and the packets of all examples."""


def session(profile: dtls.SRTPProtectionProfile, master: bytes, *, inbound: bool = False) -> Session:
    """A libsrtp context with the policy that DTLS gives the relay's."""
    ssrc_type = Policy.SSRC_ANY_INBOUND if inbound else Policy.SSRC_ANY_OUTBOUND
    policy = Policy(master, ssrc_type, srtp_profile=profile.libsrtp_profile)
    policy.allow_repeat_tx, policy.window_size = True, 1024
    return Session(policy)


def hop(function: object, context: Session, packet: bytes) -> bytes:
    """What the packet path makes of a packet in its buffer: srtp.protect or srtp.unprotect."""
    memory, view = srtp.packet_buffer(2048)
    length = srtp.length_cell()
    view[: len(packet)] = packet
    length[0] = len(packet)
    assert function(context._srtp[0], memory, length) == 0  # type: ignore[operator]
    return bytes(view[: length[0]])


# The formulas


def test_aes_in_counter_mode_is_the_rfcs() -> None:
    """RFC 3711 appendix B.2: the keystream's first blocks, and those around the counter's second byte."""
    counter = int.from_bytes(bytes.fromhex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"))
    stream = keystream(bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C"), counter, 0xFF02 * 16)
    for block, expected in (
        (0x0000, "E03EAD0935C95E80E166B16DD92B4EB4"),
        (0x0001, "D23513162B02D0F72A43A2FE4A5F97AB"),
        (0x0002, "41E95B3BB0A2E8DD477901E4FCA894C0"),
        (0xFEFF, "EC8CDF7398607CB0F2D21675EA9EA1E4"),
        (0xFF00, "362B7C3C6773516318A077D7FC5073AE"),
        (0xFF01, "6A2CC3787889374FBEB4C81B17BA6C44"),
    ):
        assert stream[16 * block : 16 * block + 16] == bytes.fromhex(expected), block


def test_session_keys_are_derived_as_in_the_rfc() -> None:
    """RFC 3711 appendix B.3: cipher key, salt, and all 94 bytes of the authentication key."""
    assert AesCm.of(MASTER, RTP_LABELS) == B3
    assert derive(MASTER[:16], MASTER[16:], 1, 94) == bytes.fromhex(
        "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF7227098"
        "6371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2"
    )


def test_a_packet_under_gcm_is_the_rfcs() -> None:
    """RFC 7714 section 16.1.1."""
    assert QUID.protect(PACKET) == bytes.fromhex(
        "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
        "899d7f27beb16a9152cf765ee4390cce"
    )


def test_a_report_under_gcm_is_the_rfcs() -> None:
    """RFC 7714 section 17.1: SRTCP index 0x5d4."""
    assert QUID.protect_rtcp(REPORT, 0x5D4) == bytes.fromhex(
        "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded"
        "0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"
    )


# libsrtp, as the relay calls it


def test_libsrtp_derives_the_rfcs_keys() -> None:
    """Its packet under B.3's master key is the packet under B.3's session keys, and is read back."""
    protected = hop(srtp.protect, session(CM, MASTER), PACKET)
    assert protected == B3.protect(PACKET)
    assert hop(srtp.unprotect, session(CM, MASTER, inbound=True), protected) == PACKET


rtp_packets = st.builds(
    lambda first, second, seq, rest, csrcs, words, payload: (
        bytes([0x80 | first << 4 | csrcs, second])
        + seq.to_bytes(2)
        + rest
        + bytes(4 * csrcs)
        + (b"\xbe\xde" + (len(words) // 4).to_bytes(2) + words if first else b"")
        + payload
    ),
    st.integers(0, 1),
    st.integers(0, 191),
    st.integers(0, 0xFFFF),
    st.binary(min_size=8, max_size=8),
    st.integers(0, 15),
    st.binary(max_size=8).map(lambda words: words[: len(words) - len(words) % 4]),
    st.binary(min_size=1, max_size=60),
)


@pytest.mark.parametrize("profile", [CM, GCM], ids=["AES-CM", "AES-GCM"])
@given(key=st.binary(min_size=30, max_size=30), packet=rtp_packets)
@settings(max_examples=60)
def test_libsrtp_and_the_formulas_agree_on_every_packet(
    profile: dtls.SRTPProtectionProfile, key: bytes, packet: bytes
) -> None:
    """With CSRCs and header extension, which stay in the clear, under any key."""
    master = key[: profile.key_length + profile.salt_length]
    expected = FORMULAS[profile].of(master, RTP_LABELS).protect(packet)
    assert hop(srtp.protect, session(profile, master), packet) == expected
    assert hop(srtp.unprotect, session(profile, master, inbound=True), expected) == packet


@pytest.mark.parametrize("profile", [CM, GCM], ids=["AES-CM", "AES-GCM"])
def test_libsrtp_counts_how_often_the_numbers_begin_anew(profile: dtls.SRTPProtectionProfile) -> None:
    """Past 65,535 the roll-over counter is in the nonce and in the tag, on both sides."""
    master = MASTER[: profile.key_length + profile.salt_length]
    formula = FORMULAS[profile].of(master, RTP_LABELS)
    sender, receiver = session(profile, master), session(profile, master, inbound=True)
    for number in range(0xFFF0, 0x1_0010):
        packet = rtp_packet(VIDEO, 9, number, number, b"picture")
        expected = formula.protect(packet, roc=number >> 16)
        assert hop(srtp.protect, sender, packet) == expected
        assert hop(srtp.unprotect, receiver, expected) == packet


@pytest.mark.parametrize("profile", [CM, GCM], ids=["AES-CM", "AES-GCM"])
def test_libsrtp_and_the_formulas_agree_on_reports(profile: dtls.SRTPProtectionProfile) -> None:
    """Encrypted, with an index that counts from 1."""
    master = MASTER[: profile.key_length + profile.salt_length]
    formula = FORMULAS[profile].of(master, RTCP_LABELS)
    sender, receiver = session(profile, master), session(profile, master, inbound=True)
    for index in range(1, 4):
        expected = formula.protect_rtcp(REPORT, index)
        assert sender.protect_rtcp(REPORT) == expected
        assert receiver.unprotect_rtcp(expected) == REPORT


# The whole hop


def keys_of(caller: Caller, profile: dtls.SRTPProtectionProfile) -> tuple[bytes, bytes]:
    """The client's and the server's master key of a handshake that has been done (RFC 5764 section 4.2)."""
    size = profile.key_length + profile.salt_length
    exported = caller.dtls._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * size)
    return profile.get_key_and_salt(exported, 0), profile.get_key_and_salt(exported, 1)


@pytest.mark.parametrize("profile", [CM, GCM], ids=["AES-CM", "AES-GCM"])
async def test_a_client_of_formulas_alone_talks_through_the_relay(
    house: House, profile: dtls.SRTPProtectionProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it sends arrives as the formulas say it must, byte for byte: sound, picture, sender report."""
    monkeypatch.setattr(dtls, "SRTP_PROFILES", [profile])
    room = house.room()
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    formula = FORMULAS[profile]
    ours, theirs = keys_of(family, profile)[0], keys_of(terminal, profile)[1]
    arrived: list[bytes] = []
    monkeypatch.setattr(terminal, "_media", arrived.append)
    assert terminal.server is not None
    slots = terminal.server.slots["visitor-1"]
    for payload_type, ssrc, slot in ((AUDIO, 700, slots[0]), (VIDEO, 701, slots[1])):
        family.send(formula.of(ours, RTP_LABELS).protect(HEADER.pack(0x80, payload_type, 7, 8, ssrc) + b"payload"))
        await until(lambda: arrived)
        plain = HEADER.pack(0x80, payload_type, 7, 8, slot) + b"payload"
        assert arrived.pop() == formula.of(theirs, RTP_LABELS).protect(plain)
    report = rtcp.SenderReport(701, bytes(8), 90_000, bytes(8))
    family.send(formula.of(ours, RTCP_LABELS).protect_rtcp(rtcp.sender_report(report), 1))
    expected = rtcp.sender_report(rtcp.SenderReport(slots[1], bytes(8), 90_000, bytes(8)))
    write = formula.of(theirs, RTCP_LABELS).protect_rtcp
    trailer = slice(-4, None) if profile is GCM else slice(-14, -10)
    await until(lambda: any(each == write(expected, int.from_bytes(each[trailer]) & 0x7FFFFFFF) for each in arrived))
