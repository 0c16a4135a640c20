"""Places with a network of their own: this process's (the server and the prison), and a family's beside it.

Both are namespaces of Linux (network and mounts), made here and gone with the processes in them. Nothing that is done
in them is seen from outside: addresses in them are those of machines that exist nowhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.redis_child import die_with_parent, stop

from .tunnel import Wire, open_tun

HOST = "mulakat.test"
TURN_HOST = "turn.test"
#: The server's addresses; the family's in its Wi-Fi and in its mobile network.
SERVER = ("10.77.0.1", "fd77::1")
WLAN = ("10.78.0.2", "fd78::2")
WWAN = ("10.79.0.2", "fd79::2")
#: Where Debian's Firefox looks for policies.
_FIREFOX_POLICIES = (Path("/usr/share/firefox-esr/distribution"),)
_INSIDE = "MULAKAT_TEST_OWN_NETWORK"


def withdraw(arguments: Sequence[str]) -> None:
    """Go on as a process with a network of its own, which has nothing but a loopback address.

    Returns in that process. Ends this one with a sentence where that is not allowed.
    """
    if os.environ.get(_INSIDE) == "yes":
        ip("link", "set", "lo", "up")
        return
    missing = [name for name in ("unshare", "nsenter", "ip", "mount") if shutil.which(name) is None]
    if os.geteuid() != 0 or missing or not Path("/dev/net/tun").exists():
        sys.exit("This makes network namespaces: it needs Linux, root, util-linux, iproute2 and /dev/net/tun.")
    os.environ[_INSIDE] = "yes"
    own = ["unshare", "--net", "--mount", "--propagation", "private"]
    os.execvp(own[0], [*own, sys.executable, *arguments])  # noqa: S606 - the same program again, without a shell


def ip(*arguments: str, inside: Sequence[str] = ()) -> None:
    """Run iproute2's `ip`."""
    subprocess.run([*inside, "ip", *arguments], check=True, timeout=10)


def _switch_on(device: str, addresses: Sequence[str], inside: Sequence[str] = ()) -> None:
    """Switch a device on and give it its addresses."""
    ip("link", "set", device, "up", inside=inside)
    for address in addresses:
        ip("address", "add", address, "dev", device, *(["nodad"] if ":" in address else []), inside=inside)


def _lead(to: str, device: str, inside: Sequence[str] = (), source: str = "") -> None:
    """Let what goes to an address (or "default") leave through a device, from a source address of ours."""
    family = "-6" if ":" in (source or to) else "-4"
    ip(family, "route", "replace", to, "dev", device, *(["src", source] if source else []), inside=inside)


class Family:
    """Where a family is: a home with Wi-Fi, and a mobile network it can go over to."""

    def __init__(self, folder: Path, holder: int) -> None:
        self._hosts = folder / "family.hosts"
        self._holder = holder
        self._versions: Sequence[int] = ()
        self.inside = ("nsenter", "--target", str(holder), "--net", "--mount")
        self.wlan = Wire("wlan-gate", "wlan0", seed=1)
        self.wwan = Wire("wwan-gate", "wwan0", seed=3)

    def connect(self, families: Sequence[int] = (4, 6)) -> None:
        """Lay the wires and join the Wi-Fi, with addresses of these families of IP."""
        versions = self._versions = [{4: 0, 6: 1}[family] for family in families]
        for device in ("wlan0", "wwan0"):
            ip("link", "set", device, "netns", str(self._holder))
        for gate, addresses in (("wlan-gate", WLAN), ("wwan-gate", WWAN)):
            _switch_on(gate, ())
            for version in versions:
                # Answers leave from the address that was asked, as with a machine that has one.
                _lead(addresses[version], gate, source=SERVER[version])
        names = "".join(f"{SERVER[version]} {HOST} {TURN_HOST}\n" for version in versions)
        self._hosts.write_text("127.0.0.1 localhost\n::1 localhost\n" + names)
        self._join("wlan0", WLAN, versions)
        self.wlan.lay()
        self.wwan.lay()

    def move(self) -> None:
        """Leave the Wi-Fi, and be on the mobile network a moment later: other addresses, by another way."""
        ip("link", "set", "wlan0", "down", inside=self.inside)
        ip("address", "flush", "dev", "wlan0", inside=self.inside)
        self._join("wwan0", WWAN, self._versions)

    def _join(self, device: str, addresses: Sequence[str], versions: Sequence[int]) -> None:
        own = [addresses[version] for version in versions]
        _switch_on(device, own, self.inside)
        for address in own:
            _lead("default", device, self.inside, source=address)

    def disconnect(self) -> None:
        """Roll the wires up; the devices are gone with them."""
        self.wlan.roll_up()
        self.wwan.roll_up()

    def wrapper(self, program: str) -> str:
        """Return a script that runs a program at the family's place."""
        script = self._hosts.with_name(f"{Path(program).name}-inside")
        script.write_text(f'#!/bin/sh\nexec {" ".join(self.inside)} "{program}" "$@"\n')
        script.chmod(0o700)
        return str(script)


@contextmanager
def family(folder: Path, policies: Path) -> Iterator[Family]:
    """A family's place, with its own idea of where names lead, and of what Firefox is told (a folder)."""
    hosts = folder / "family.hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    resolver = folder / "resolv.conf"
    # Nobody listens there: what is not in the hosts file is unknown at once, instead of after half a minute.
    resolver.write_text("nameserver 127.0.0.1\n")
    steps = [f"mount --bind '{hosts}' /etc/hosts", f"mount --bind '{resolver}' /etc/resolv.conf"]
    steps += [f"mount --bind '{policies}' '{place}'" for place in _FIREFOX_POLICIES if place.is_dir()]
    script = " && ".join([*steps, "ip link set lo up", "echo there", "exec sleep infinity"])
    holder = subprocess.Popen(
        ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", script],
        stdout=subprocess.PIPE,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs here, and it must be set before exec
    )
    try:
        if holder.stdout is None or holder.stdout.readline() != b"there\n":
            raise RuntimeError("The family's place could not be made.")
        yield Family(folder, holder.pid)
    finally:
        stop(holder)
        if holder.stdout is not None:
            holder.stdout.close()


@contextmanager
def server(folder: Path) -> Iterator[None]:
    """Give the server's place its addresses, and let the names lead to them."""
    device = open_tun("server0")
    _switch_on("server0", SERVER)
    hosts = folder / "server.hosts"
    hosts.write_text(f"127.0.0.1 localhost\n::1 localhost\n{SERVER[0]} {HOST} {TURN_HOST}\n")
    subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True, timeout=10)
    try:
        yield
    finally:
        os.close(device)
