"""SRTP and SRTCP written from their formulas, to hold libsrtp against: no state, no replay window, sixteen-byte keys.

RFC 3711 sections 4.1.1 (AES-CM), 4.2.1 (HMAC-SHA1), 4.3 (key derivation), 3.4 (SRTCP); RFC 7714 sections 8 to 11
(AES-GCM). The tests prove this with the RFCs' own vectors before they believe it about libsrtp.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RTP_LABELS, RTCP_LABELS = (0, 1, 2), (3, 4, 5)
"""Of the cipher's key, the authentication's, the salt (RFC 3711 section 4.3.2)."""

CM_TAG, GCM_TAG = 10, 16
ENCRYPTED = 1 << 31


def keystream(key: bytes, counter: int, size: int) -> bytes:
    """AES in counter mode from a 128-bit counter on."""
    encryptor = Cipher(algorithms.AES(key), modes.CTR(counter.to_bytes(16))).encryptor()
    return encryptor.update(bytes(size))


def derive(master_key: bytes, master_salt: bytes, label: int, size: int) -> bytes:
    """A session key, with a key derivation rate of 0; a salt of 96 bits has zeros behind it (RFC 7714 section 11)."""
    salt = int.from_bytes(master_salt.ljust(14, b"\0"))
    return keystream(master_key, (salt ^ (label << 48)) << 16, size)


def header_length(packet: bytes) -> int:
    """The bytes of an RTP packet that stay in the clear: header, CSRCs, extension."""
    length = 12 + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        length += 4 + 4 * int.from_bytes(packet[length + 2 : length + 4])
    return length


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


@dataclass(frozen=True)
class AesCm:
    """AES128_CM_SHA1_80 under session keys."""

    key: bytes
    auth: bytes
    salt: bytes

    @classmethod
    def of(cls, master: bytes, labels: tuple[int, int, int]) -> AesCm:
        """Derive the session keys. master: 16 bytes of key, 14 of salt."""
        key, auth, salt = (
            derive(master[:16], master[16:], label, size) for label, size in zip(labels, (16, 20, 14), strict=True)
        )
        return cls(key, auth, salt)

    def crypt(self, data: bytes, ssrc: int, index: int) -> bytes:
        """Encrypt or decrypt; index: 48 bits of an RTP packet, 31 of an RTCP packet."""
        counter = (int.from_bytes(self.salt) << 16) ^ (ssrc << 64) ^ (index << 16)
        return _xor(data, keystream(self.key, counter, len(data)))

    def _tag(self, data: bytes) -> bytes:
        return hmac.digest(self.auth, data, "sha1")[:CM_TAG]

    def protect(self, packet: bytes, roc: int = 0) -> bytes:
        """An SRTP packet. roc: the roll-over counter, how often the sequence number has begun anew."""
        at, ssrc, seq = header_length(packet), int.from_bytes(packet[8:12]), int.from_bytes(packet[2:4])
        protected = packet[:at] + self.crypt(packet[at:], ssrc, roc << 16 | seq)
        return protected + self._tag(protected + roc.to_bytes(4))

    def protect_rtcp(self, compound: bytes, index: int) -> bytes:
        """An encrypted SRTCP packet."""
        protected = compound[:8] + self.crypt(compound[8:], int.from_bytes(compound[4:8]), index)
        protected += (ENCRYPTED | index).to_bytes(4)
        return protected + self._tag(protected)


@dataclass(frozen=True)
class AesGcm:
    """AEAD_AES_128_GCM under session keys."""

    key: bytes
    salt: bytes

    @classmethod
    def of(cls, master: bytes, labels: tuple[int, int, int]) -> AesGcm:
        """Derive the session keys. master: 16 bytes of key, 12 of salt."""
        return cls(derive(master[:16], master[16:], labels[0], 16), derive(master[:16], master[16:], labels[2], 12))

    def _nonce(self, ssrc: int, index: int) -> bytes:
        return _xor(self.salt, bytes(2) + ssrc.to_bytes(4) + index.to_bytes(6))

    def protect(self, packet: bytes, roc: int = 0) -> bytes:
        """An SRTP packet. roc: the roll-over counter, how often the sequence number has begun anew."""
        at, ssrc, seq = header_length(packet), int.from_bytes(packet[8:12]), int.from_bytes(packet[2:4])
        nonce = self._nonce(ssrc, roc << 16 | seq)
        return packet[:at] + AESGCM(self.key).encrypt(nonce, packet[at:], packet[:at])

    def protect_rtcp(self, compound: bytes, index: int) -> bytes:
        """An encrypted SRTCP packet."""
        word = (ENCRYPTED | index).to_bytes(4)
        nonce = self._nonce(int.from_bytes(compound[4:8]), index)
        return compound[:8] + AESGCM(self.key).encrypt(nonce, compound[8:], compound[:8] + word) + word
