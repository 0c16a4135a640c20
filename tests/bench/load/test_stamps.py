"""What the kernel says of a socket's datagrams."""

from __future__ import annotations

import socket
import time

from bench.caller import udp_socket
from bench.load.stamps import datagrams, overflowed, stamped


def test_what_found_no_room_in_the_buffer_is_counted() -> None:
    """All that was sent has either come or is counted; a socket with room has lost nothing."""
    with stamped(udp_socket()) as into, udp_socket() as out:
        out.sendto(bytes(1000), into.getsockname())
        assert (len(list(datagrams(into))), overflowed(into)) == (1, 0)
        into.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(100):
            out.sendto(bytes(1000), into.getsockname())
        lost = overflowed(into)
        assert 0 < lost < 100
        assert len(list(datagrams(into))) == 100 - lost


def test_a_datagram_has_the_moment_of_its_arrival() -> None:
    """By the wall clock, however late it is looked at."""
    with stamped(udp_socket()) as into, udp_socket() as out:
        before = time.time_ns()
        out.sendto(b"x", into.getsockname())
        after = time.time_ns()
        time.sleep(0.01)
        [(data, stamp)] = datagrams(into)
    assert data == b"x"
    assert stamp is not None
    assert before <= stamp <= after
