"""The node's UDP socket and the machine's addresses."""

from __future__ import annotations

import ipaddress
import socket

import ifaddr
import structlog

log = structlog.get_logger()

RECEIVE_BUFFER = 4 << 20
"""Bytes: what two hundred rooms send in some 40 ms, longer than the process should ever be busy with other things."""

SEND_BUFFER = 2 << 20


def open_udp(host: str, port: int) -> socket.socket:
    """Bind a non-blocking UDP socket; on an IPv6 host it takes IPv4 too. Raises OSError when it can't."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
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
            advice=f"Under load packets will be lost. Allow more with: sysctl -w {limit}={wanted}",
        )


def machine_addresses() -> list[str]:
    """Return the machine's IPv4 addresses, those others can reach first, loopback last."""
    found = {
        str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4 and isinstance(ip.ip, str)
    }
    return sorted(found | {"127.0.0.1"}, key=lambda each: (ipaddress.ip_address(each).is_loopback, each))
