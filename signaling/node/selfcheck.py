"""What a node looks at before it starts: each thing that is wrong, in one sentence that says what to do."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.errors import MulakatError
from config.settings import Settings
from rooms.media.link import addresses, sockets

_RMEM_MAX = Path("/proc/sys/net/core/rmem_max")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class CannotServe(MulakatError):
    """Nothing would work the way this node is set up; the sentences say why."""

    id = "cannot_serve"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the node finds. addresses: those it would offer by itself, the best first. ipv6: whether the kernel has it.

    receive_buffer: the most a socket may have, bytes; None where the kernel does not say. port_free: of UDP.
    """

    addresses: Sequence[str]
    ipv6: bool
    receive_buffer: int | None
    port_free: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong. fatal: no call could be made, and production does not start."""

    sentence: str
    fatal: bool = False


def look_around(settings: Settings, port: int) -> Machine:
    """Look at the machine."""
    return Machine(
        addresses=addresses.offered(settings.media_host),
        ipv6=sockets.has_ipv6(),
        receive_buffer=int(_RMEM_MAX.read_text()) if _RMEM_MAX.exists() else None,
        port_free=_is_free(settings.media_host, port),
    )


def _is_free(host: str, port: int) -> bool:
    try:
        sockets.open_udp(host, port).close()
    except OSError:
        return False
    return True


def check(settings: Settings, machine: Machine, port: int) -> list[Finding]:
    """Return what is wrong with a node of these settings on this machine. Pure."""
    return [
        *_port(settings, machine, port),
        *_advertised(settings),
        *_reachable(settings, machine),
        *_families(settings, machine),
        *_buffer(machine),
    ]


def _port(settings: Settings, machine: Machine, port: int) -> Iterator[Finding]:
    if not machine.port_free:
        where = f"UDP port {port} on {settings.media_host}"
        yield Finding(f"{where} is taken, or the address is not this machine's: see MULAKAT_NODE_PORT.", fatal=True)


def _advertised(settings: Settings) -> Iterator[Finding]:
    given = settings.media_addresses
    for text in sorted({each for each in given if given.count(each) > 1}):
        yield Finding(f"MULAKAT_MEDIA_ADDRESSES has {text} twice.")
    for text in dict.fromkeys(given):
        address = ipaddress.ip_address(text)
        if _is_nobodys(address):
            yield Finding(f"MULAKAT_MEDIA_ADDRESSES has {text}, which is no address that anybody can send to.")
        elif address.is_link_local:
            yield Finding(f"MULAKAT_MEDIA_ADDRESSES has {text}, which is only known on one cable or Wi-Fi.")


def _is_nobodys(address: Address) -> bool:
    return address.is_unspecified or address.is_multicast


def _reachable(settings: Settings, machine: Machine) -> Iterator[Finding]:
    if not settings.is_production:
        return
    offered = [ipaddress.ip_address(text) for text in settings.media_addresses or machine.addresses]
    if all(address.is_loopback or _is_nobodys(address) for address in offered):
        sentence = "No media address is offered that anybody else could reach: set MULAKAT_MEDIA_ADDRESSES."
        yield Finding(sentence, fatal=True)
    elif not any(address.is_global for address in offered):
        sentence = "None of the media addresses is known in the Internet: behind a 1:1 NAT set MULAKAT_MEDIA_ADDRESSES."
        yield Finding(sentence)


def _families(settings: Settings, machine: Machine) -> Iterator[Finding]:
    host = settings.media_host
    versions = {ipaddress.ip_address(text).version for text in settings.media_addresses}
    if ":" in host and not machine.ipv6:
        alone = host == sockets.EVERY
        sentence = f"MULAKAT_MEDIA_HOST is {host}, but this machine has no IPv6"
        yield Finding(f"{sentence}: media is received on IPv4 alone." if alone else f"{sentence}.", fatal=not alone)
    if 6 in versions and (":" not in host or not machine.ipv6):
        yield Finding("MULAKAT_MEDIA_ADDRESSES has an IPv6 address, but media is received on IPv4 alone.")
    if 4 in versions and ":" in host and host != sockets.EVERY:
        yield Finding(f"MULAKAT_MEDIA_ADDRESSES has an IPv4 address, but media is received on {host} alone.")


def _buffer(machine: Machine) -> Iterator[Finding]:
    limit, wanted = machine.receive_buffer, sockets.RECEIVE_BUFFER
    if limit is not None and limit < wanted:
        yield Finding(
            f"The kernel grants a socket {limit} bytes of receive buffer, and packets will be lost under load: "
            f"sysctl -w net.core.rmem_max={wanted}"
        )
