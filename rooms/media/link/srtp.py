# ruff: noqa: SLF001 - this is the file for it
"""SRTP, by libsrtp: the keys of an association, and the functions of libsrtp that move a packet.

pylibsrtp is pinned, and tests/rooms/media/link/test_srtp.py fails loudly when an upgrade changes what is leaned on
without being promised:

    pylibsrtp.Session._srtp, pylibsrtp._binding.ffi, .lib: srtp_protect, srtp_unprotect, also by their addresses
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pylibsrtp import Policy, Session, _binding

from ..routes import Keys

REPLAY_WINDOW = 1024
"""Packets of a stream that one may be behind its newest."""

protect: Callable[[Keys, Any, Any], int] = _binding.lib.srtp_protect
unprotect: Callable[[Keys, Any, Any], int] = _binding.lib.srtp_unprotect
copy: Callable[[Any, Any, int], None] = _binding.ffi.memmove


def packet_buffer(size: int) -> tuple[Any, memoryview]:
    """Return memory that libsrtp works in, and a writable view of it. The first must be kept as long as the second."""
    memory = _binding.ffi.new("unsigned char[]", size)
    return memory, memoryview(_binding.ffi.buffer(memory))


def length_cell() -> Any:
    """Return the C int through which libsrtp is told a packet's length and tells the new one; index it with 0."""
    return _binding.ffi.new("int *")


def context_of(session: Session) -> Keys:
    """Return the libsrtp context of a session; it lives as long as that."""
    return session._srtp[0]


def context_address(keys: Keys) -> int:
    """Return where a libsrtp context lies, for who calls libsrtp without Python."""
    return int(_binding.ffi.cast("uintptr_t", keys))


def cipher_addresses() -> tuple[int, int]:
    """Return where srtp_unprotect and srtp_protect lie, in the libsrtp that the contexts are of."""
    functions = (_binding.ffi.addressof(_binding.lib, name) for name in ("srtp_unprotect", "srtp_protect"))
    unprotect, protect = (int(_binding.ffi.cast("uintptr_t", each)) for each in functions)
    return unprotect, protect


def _policy(number: int, direction: int) -> Policy:
    policy = Policy(ssrc_type=direction, srtp_profile=number)
    policy.allow_repeat_tx = True
    policy.window_size = REPLAY_WINDOW
    return policy


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to encrypt media. name: OpenSSL's; number: libsrtp's; key, salt: bytes of each (RFC 5764, RFC 7714)."""

    name: bytes
    number: int
    key: int
    salt: int
    _policies: tuple[Policy, Policy] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make what sessions are made by: to lend it their keys is cheaper than to make it anew for each."""
        directions = (Policy.SSRC_ANY_INBOUND, Policy.SSRC_ANY_OUTBOUND)
        first, second = (_policy(self.number, direction) for direction in directions)
        object.__setattr__(self, "_policies", (first, second))

    @property
    def material(self) -> int:
        """Bytes that a handshake has to yield."""
        return 2 * (self.key + self.salt)

    def sessions(self, material: bytes) -> tuple[Session, Session]:
        """Return the session for what the client sends and the one for what it is sent (RFC 5764 section 4.2)."""
        made = []
        for side, policy in enumerate(self._policies):
            key, salt = side * self.key, 2 * self.key + side * self.salt
            policy.key = material[key : key + self.key] + material[salt : salt + self.salt]
            made.append(Session(policy))
            policy.key = None
        rx, tx = made
        return rx, tx


AEAD_AES_128_GCM = Profile(b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, key=16, salt=12)
AES_128_CM_SHA1_80 = Profile(b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, key=16, salt=14)

PROFILES = (AEAD_AES_128_GCM, AES_128_CM_SHA1_80)
"""In the order the server chooses by. GCM costs some 4 microseconds less a hop; the other is everyone's fallback."""
