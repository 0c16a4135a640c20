"""What is set in Python stands in C memory at once, under the same name."""

from __future__ import annotations

import ctypes
import importlib
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Session

from rooms.media.backends import Backend, PythonBackend
from rooms.media.link.srtp import context_address
from rooms.media.routes import EVERY_PACKET
from rooms.media.wire.rtp import Stream
from rooms.media.wire.stun import Address
from tests.rooms.media.rig import udp


@pytest.fixture(scope="session")
def state(compiled_backend: Backend) -> Any:
    """rooms/media/compiled/state.py, which can only be imported where the engine was built."""
    assert compiled_backend.name == "compiled"
    return importlib.import_module("rooms.media.compiled.state")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_address_is_written_as_the_kernel_writes_it(state: Any, host: str) -> None:
    """Byte for byte, for the table of addresses compares bytes."""
    raw, length = ctypes.create_string_buffer(64), ctypes.c_uint(64)
    with udp(host) as sock:
        assert ctypes.CDLL(None).getsockname(sock.fileno(), raw, ctypes.byref(length)) == 0
        assert state.socket_address(sock.getsockname()) == (raw.raw[: length.value], length.value)


@given(
    address=st.one_of(
        st.tuples(st.ip_addresses(v=4).map(str), st.integers(0, 65_535)),
        st.tuples(
            st.ip_addresses(v=6).map(lambda ip: socket.inet_ntop(socket.AF_INET6, ip.packed)),
            st.integers(0, 65_535),
            st.integers(0, 2**20 - 1),
            st.integers(0, 2**32 - 1),
        ),
    )
)
def test_an_address_comes_back_as_it_went(state: Any, address: Address) -> None:
    """Both families, as recvfrom() gives them."""
    written = state.ffi.new("hop_address *", state.socket_address(address))
    assert state.python_address(written) == address


def test_a_path_is_in_c_what_it_is_in_python(compiled_backend: Backend) -> None:
    """Keys, address, routes: set, seen, and gone after the cut."""
    path: Any = compiled_backend.path(compiled_backend.gate(5.0), "owner", upstream=True)
    keys = Session()
    assert (path.struct.rx, path.struct.address.length, path.struct.gate.deadline) == (path.struct.tx, 0, 5.0)
    path.rx = path.tx = keys._srtp[0]
    path.address = ("192.0.2.1", 7)
    route: Any = compiled_backend.route(path, Stream.VIDEO, ssrc=9, seq=0, timestamp=7, now=1.0)
    path.add(route)
    ffi = importlib.import_module("rooms.media.compiled.binding").ffi
    assert int(ffi.cast("uintptr_t", path.struct.rx)) == context_address(path.rx)
    assert (path.struct.address.length, path.address) == (16, ("192.0.2.1", 7))
    assert (path.struct.routes_count, path.struct.routes[0]) == (1, route.struct)
    assert (route.highest, route.struct.highest, route.struct.payload_type) == (65_535, 65_535, 96)
    path.cut()
    assert (path.struct.rx, path.struct.tx) == (ffi.NULL, ffi.NULL)
    assert (path.struct.address.length, path.struct.routes_count, path.address) == (0, 0, None)


def test_a_route_points_to_its_legs_and_to_no_others(compiled_backend: Backend) -> None:
    """As many as there are; and a tap is there or not."""
    path: Any = compiled_backend.path(compiled_backend.gate(5.0), None, upstream=True)
    route: Any = compiled_backend.route(path, Stream.VIDEO, ssrc=9, seq=1, timestamp=7, now=1.0)
    legs: list[Any] = [compiled_backend.leg(path, Stream.VIDEO) for _ in range(40)]
    for some in (legs, legs[3:5], []):
        route.feed(tuple(some), 1.0)
        assert [route.struct.legs[index] for index in range(route.struct.legs_count)] == [leg.struct for leg in some]
        assert all(leg.struct.route == route.struct for leg in some)
    assert (route.struct.tap, route.struct.awaits) == (0, EVERY_PACKET)
    route.tap, route.awaits = print, 2**32 - 1
    assert (route.struct.tap, route.struct.awaits) == (1, 2**32 - 1)
    route.meter = meter = compiled_backend.meter()
    assert route.struct.meter == meter.struct  # type: ignore[attr-defined]
    path.add(route)
    path.cut()
    ffi = importlib.import_module("rooms.media.compiled.binding").ffi
    assert (route.struct.tap, route.struct.meter) == (0, ffi.NULL)


def test_a_routes_history_is_there_while_it_goes_to_anybody(compiled_backend: Backend) -> None:
    """Of video alone; what is kept in C is read in Python, and gone with the last leg."""
    path: Any = compiled_backend.path(compiled_backend.gate(5.0), None, upstream=True)
    module = importlib.import_module("rooms.media.compiled.binding")
    for stream in Stream:
        route: Any = compiled_backend.route(path, stream, ssrc=9, seq=1, timestamp=7, now=1.0)
        assert (route.struct.gaps, route.struct.by_hand) == (stream is not Stream.RTX, stream is Stream.RTX)
        route.feed((compiled_backend.leg(path, stream),), 1.0)
        assert (route.struct.history != module.ffi.NULL) is (stream is Stream.VIDEO)
        assert route.recall(1) is None
        route.feed((), 1.0)
        assert route.struct.history == module.ffi.NULL


def test_totals_begin_at_nothing_and_count(compiled_backend: Backend) -> None:
    """As NodeTotals does."""
    totals, plain = compiled_backend.totals(), PythonBackend().totals()
    names = ("received", "forwarded", "rejected", "refused", "ignored", "dropped")
    for backend_totals in (totals, plain):
        backend_totals.dropped += 3
    assert [getattr(totals, name) for name in names] == [getattr(plain, name) for name in names] == [0] * 5 + [3]
