"""Wires between network namespaces: a TUN device at each end (Linux), and between them two lanes of `wire`."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import struct
from functools import partial

from .wire import Lane, Line

_TUNSETIFF = 0x400454CA
_IFF_TUN = 0x0001
_IFF_NO_PI = 0x1000
_LONGEST = 2048
_AT_ONCE = 64


def open_tun(name: str) -> int:
    """Make a TUN device in this network namespace and return its descriptor; raises OSError when that is not allowed.

    The device may be moved into another namespace; it is gone when the descriptor is closed.
    """
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


class Wire:
    """Two TUN devices and what is between them. `lay` begins to carry, `roll_up` ends it and removes both."""

    def __init__(self, near: str, far: str, seed: int) -> None:
        self.ends = (open_tun(near), open_tun(far))
        self.lanes = (Lane(seed), Lane(seed + 1))
        self._alarms: list[asyncio.TimerHandle | None] = [None, None]

    def lay(self) -> None:
        """Begin to carry."""
        loop = asyncio.get_running_loop()
        for way, end in enumerate(self.ends):
            loop.add_reader(end, partial(self._read, way))

    def be(self, line: Line) -> None:
        """Be as good or bad as this from now on, both ways."""
        for lane in self.lanes:
            lane.line = line

    def roll_up(self) -> None:
        """Carry no more."""
        for alarm in self._alarms:
            if alarm is not None:
                alarm.cancel()
        for end in self.ends:
            asyncio.get_running_loop().remove_reader(end)
            os.close(end)

    def _read(self, way: int) -> None:
        now = asyncio.get_running_loop().time()
        for _ in range(_AT_ONCE):
            try:
                packet = os.read(self.ends[way], _LONGEST)
            except BlockingIOError:
                break
            self.lanes[way].take(packet, now)
        self._deliver(way)

    def _deliver(self, way: int) -> None:
        loop = asyncio.get_running_loop()
        lane, far = self.lanes[way], self.ends[1 - way]
        for packet in lane.due(loop.time()):
            # An end that is switched off takes nothing, as a telephone out of reach.
            with contextlib.suppress(OSError):
                os.write(far, packet)
        due, alarm = lane.next_due, self._alarms[way]
        if alarm is not None:
            alarm.cancel()
        self._alarms[way] = None if due is None else loop.call_at(due, self._deliver, way)
