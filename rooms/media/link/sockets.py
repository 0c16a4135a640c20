"""The node's UDP socket."""

from __future__ import annotations

import contextlib
import socket

import structlog

from config.addresses import EVERY, EVERY_IPV4, has_ipv6

log = structlog.get_logger()

RECEIVE_BUFFER = 4 << 20
"""Bytes: what two hundred rooms send in some 40 ms, longer than the process should ever be busy with other things."""

SEND_BUFFER = 2 << 20

_IPV6_ADDR_PREFERENCES = 72
_IPV6_PREFER_SRC_PUBLIC = 0x0002
"""RFC 5014, numbers of linux/in6.h. Answers leave from the address that was offered, not from a temporary one."""


def open_udp(host: str, port: int) -> socket.socket:
    """Bind a non-blocking UDP socket; on an IPv6 host it takes IPv4 too. Raises OSError when it can't.

    "::" means every address there is: of IPv4 alone where the machine has no IPv6.
    """
    if host == EVERY and not has_ipv6():
        host = EVERY_IPV4
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            with contextlib.suppress(OSError):  # not Linux
                sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_ADDR_PREFERENCES, _IPV6_PREFER_SRC_PUBLIC)
        _enlarge(sock, socket.SO_RCVBUF, RECEIVE_BUFFER, "net.core.rmem_max")
        _enlarge(sock, socket.SO_SNDBUF, SEND_BUFFER, "net.core.wmem_max")
        sock.settimeout(0)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def _enlarge(sock: socket.socket, option: int, wanted: int, limit: str) -> None:
    sock.setsockopt(socket.SOL_SOCKET, option, wanted)
    # Linux answers with twice what it granted: the other half is for its own bookkeeping (socket(7)).
    granted = sock.getsockopt(socket.SOL_SOCKET, option) // 2
    if granted < wanted:
        log.warning(
            "udp_buffer_small",
            granted=granted,
            wanted=wanted,
            advice=f"Under load packets will be lost. Raise {limit} with sysctl to what is wanted.",
        )
