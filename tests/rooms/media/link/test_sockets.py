"""The socket and the addresses of the machine."""

from __future__ import annotations

import socket

import pytest
from structlog.testing import capture_logs

from config.logging import redact
from rooms.media.link import sockets


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::"])
def test_a_datagram_from_ipv4_arrives_on_any_of_them(host: str) -> None:
    """Also on a dual-stack socket."""
    with sockets.open_udp(host, 0) as sock, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(b"hello", ("127.0.0.1", sock.getsockname()[1]))
        assert sock.recvfrom(10)[0] == b"hello"
        with pytest.raises(BlockingIOError):
            sock.recvfrom(10)


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open() -> None:
    """Whoever starts the node hears of it."""
    with sockets.open_udp("127.0.0.1", 0) as sock, pytest.raises(OSError, match="in use"):
        sockets.open_udp("127.0.0.1", sock.getsockname()[1])


def test_a_buffer_that_the_kernel_does_not_grant_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """No kernel grants this much."""
    monkeypatch.setattr(sockets, "RECEIVE_BUFFER", 1 << 30)
    with capture_logs() as logs, sockets.open_udp("127.0.0.1", 0):
        pass
    (warning,) = [entry for entry in logs if entry["event"] == "udp_buffer_small" and entry["wanted"] == 1 << 30]
    assert warning["log_level"] == "warning"
    assert "net.core.rmem_max" in warning["advice"]
    assert warning["wanted"] == 1_073_741_824
    assert redact(None, "warning", dict(warning)) == warning


def test_a_machine_without_ipv6_is_heard_on_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every address is every address there is."""
    monkeypatch.setattr(sockets, "has_ipv6", lambda: False)
    with sockets.open_udp("::", 0) as sock:
        assert sock.family == socket.AF_INET
        assert sock.getsockname()[0] == "0.0.0.0"


def test_answers_leave_from_addresses_that_stay() -> None:
    """A temporary address (RFC 8981) is never the source: the browser checks one that was offered."""
    with sockets.open_udp("::", 0) as sock:
        preferences = sock.getsockopt(socket.IPPROTO_IPV6, sockets._IPV6_ADDR_PREFERENCES)
    assert preferences & sockets._IPV6_PREFER_SRC_PUBLIC
