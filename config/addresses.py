"""Addresses in settings: whether they are any, whether one can be listened at, and in one sentence why not."""

from __future__ import annotations

import errno
import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from config.errors import reason_of

EVERY = "::"
"""Any address of both families."""

EVERY_IPV4 = "0.0.0.0"  # noqa: S104 - for probes, and for media, which comes from anywhere

IF_INET6 = Path("/proc/net/if_inet6")
"""Where Linux lists the machine's IPv6 addresses, one a line."""

_BRACKETED = re.compile(r"\s*\[[^\"\]]*:")
_LIKE_AN_ADDRESS = re.compile(r"(?=.*[.:])[0-9A-Fa-f.:/%\[\]]{2,50}")


def checked_address(value: str) -> str:
    """Return an address of this machine; raises ValueError for anything else."""
    if not _is_address(value):
        raise ValueError(f"must be an IP address of this machine, {EVERY} or {EVERY_IPV4}{_as_written(value)}")
    return value


def checked_addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return addresses; raises ValueError, which names the first that is none by its place, and as it was written."""
    for number, value in enumerate(values, 1):
        if not _is_address(value):
            # What is not even like one may be a secret in the wrong variable.
            shown = f" ({value.strip()})" if _LIKE_AN_ADDRESS.fullmatch(value.strip()) else ""
            raise ValueError(f"address {number}{shown} must be an IP address{_as_written(value)}")
    return values


def in_brackets(text: str) -> bool:
    """Whether a text begins with an address as it stands in a URL: [2001:db8::1]."""
    return _BRACKETED.match(text) is not None


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _as_written(value: str) -> str:
    if in_brackets(value):
        return ", without brackets and without a port"
    named = any(letter.isalpha() for letter in value) and ":" not in value
    return ", a number and not a name" if named else ""


@dataclass(frozen=True, slots=True)
class Place:
    """An address to listen at. kind: SOCK_STREAM or SOCK_DGRAM. setting: the variable that the host is from."""

    kind: socket.SocketKind
    host: str
    port: int
    setting: str

    @property
    def protocol(self) -> str:
        """As people call it."""
        return "TCP" if self.kind is socket.SOCK_STREAM else "UDP"


def has_ipv6() -> bool:
    """Whether this machine has IPv6: a kernel that speaks it, and an address, be it loopback's alone.

    Where it was switched off with net.ipv6.conf.*.disable_ipv6, sockets of IPv6 can be made as ever; addresses there
    are none.
    """
    if not socket.has_dualstack_ipv6():
        return False
    return not IF_INET6.exists() or bool(IF_INET6.read_text().strip())


def refusal(place: Place) -> OSError | None:
    """Return why a socket cannot be bound there now; None where it can. A host that is a name is looked up."""
    # Without IPv6 a node receives media on IPv4, and says so.
    host = EVERY_IPV4 if place.host == EVERY and not has_ipv6() else place.host
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, place.kind) as probe:
            if place.kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, place.port))
    except OSError as error:
        return error
    return None


def why_not(error: OSError, place: Place, *, named: str, mend: str) -> str:
    """Say what is wrong with a place, and which setting mends that.

    named: what the port is called in the sentence; mend: what to do where another port would do.
    """
    if isinstance(error, socket.gaierror):
        what = "which is no address: neither a number, nor a name that this machine can look up"
        return f"{place.setting} is {place.host}, {what}."
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"{place.setting} is {place.host}, which is no address of this machine."
    known = {errno.EADDRINUSE: "is taken", errno.EACCES: "is for root only"}
    return f"{named} {known.get(error.errno or 0, f'cannot be had ({reason_of(error)})')}. {mend}"


def listens(host: str, port: int, within: float) -> bool:
    """Whether something takes TCP connections there, `within` seconds."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(within)
        try:
            return probe.connect_ex((host, port)) == 0
        except socket.gaierror:
            return False
