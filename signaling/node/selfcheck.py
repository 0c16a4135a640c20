"""What a node looks at before it starts: each thing that is wrong, in one sentence that says what to do.

No sentence has a number in it: the log takes one for a code. Numbers stand beside it, under names of their own.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    """Something that is wrong. fatal: no call could be made, and production does not start. facts: its numbers."""

    sentence: str
    fatal: bool = False
    facts: Mapping[str, str | int] = field(default_factory=dict)


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
        *_unknown_outside(settings, machine),
        *_reachable(settings, machine),
        *_families(settings, machine),
        *_buffer(machine),
    ]


def _port(settings: Settings, machine: Machine, port: int) -> Iterator[Finding]:
    if not machine.port_free:
        sentence = (
            "The UDP port for media is taken (see MULAKAT_NODE_PORT), or the address is not one of this machine's "
            "(see MULAKAT_MEDIA_HOST)."
        )
        yield Finding(sentence, fatal=True, facts={"host": settings.media_host, "port": port})


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
        elif address.is_loopback:
            yield Finding(f"MULAKAT_MEDIA_ADDRESSES has {text}, which leads nobody but this machine here.")


def _is_nobodys(address: Address) -> bool:
    return address.is_unspecified or address.is_multicast


def _leads_here(address: Address) -> bool:
    """Whether somebody on another machine may reach this one at it."""
    return not (address.is_loopback or address.is_link_local or _is_nobodys(address))


def _offered(settings: Settings, machine: Machine) -> list[Address]:
    return [ipaddress.ip_address(text) for text in settings.media_addresses or machine.addresses]


def _unknown_outside(settings: Settings, machine: Machine) -> Iterator[Finding]:
    """An address for each sentence, in production: a demonstration may be for one's own network."""
    if not settings.is_production:
        return
    given = bool(settings.media_addresses)
    for address in dict.fromkeys(_offered(settings, machine)):
        if not _leads_here(address) or address.is_global:
            continue
        if given:
            what = f"MULAKAT_MEDIA_ADDRESSES has {address}, which is not public"
            yield Finding(f"{what}: nobody outside of its own network reaches it.")
        else:
            what = f"This machine's address {address} is offered and not public"
            yield Finding(f"{what}: name those that are good in MULAKAT_MEDIA_ADDRESSES.")


def _reachable(settings: Settings, machine: Machine) -> Iterator[Finding]:
    """What keeps everybody else from this node, in production; what it takes for one address is said elsewhere."""
    received = _received(settings, machine)
    if not settings.is_production or not received:
        return
    if ipaddress.ip_address(settings.media_host).is_loopback:
        sentence = f"MULAKAT_MEDIA_HOST is {settings.media_host}, where nobody but this machine can send media to."
        yield Finding(sentence, fatal=True)
        return
    found = [address for address in _offered(settings, machine) if _leads_here(address)]
    heard = [address for address in found if address.version in received]
    if not found:
        sentence = "No media address is offered that anybody else could reach: set MULAKAT_MEDIA_ADDRESSES."
        yield Finding(sentence, fatal=True)
    elif not heard:
        sentence = (
            f"Every media address that others could reach is IPv{found[0].version}, and media is not received on it: "
            "see MULAKAT_MEDIA_HOST."
        )
        yield Finding(sentence, fatal=True)
    elif not any(address.is_global for address in heard):
        sentence = "None of the media addresses is public, so that only TURN leads here from outside"
        mend = "behind a 1:1 NAT set MULAKAT_MEDIA_ADDRESSES"
        if settings.media_addresses:
            mend = "MULAKAT_MEDIA_ADDRESSES needs one that is"
        yield Finding(f"{sentence}: {mend}.")


def _received(settings: Settings, machine: Machine) -> frozenset[int]:
    """Return the versions of IP that media is received on."""
    host = settings.media_host
    if host == sockets.EVERY:
        return frozenset({4, 6}) if machine.ipv6 else frozenset({4})
    if ":" in host and not machine.ipv6:
        return frozenset()
    return frozenset({ipaddress.ip_address(host).version})


def _families(settings: Settings, machine: Machine) -> Iterator[Finding]:
    host = settings.media_host
    versions = {ipaddress.ip_address(text).version for text in settings.media_addresses}
    if ":" in host and not machine.ipv6:
        alone = host == sockets.EVERY
        sentence = f"MULAKAT_MEDIA_HOST is {host}, but this machine has no IPv6"
        yield Finding(f"{sentence}: media is received on IPv4 alone." if alone else f"{sentence}.", fatal=not alone)
    received = _received(settings, machine)
    for version in sorted(versions - received) if received else ():
        sentence = (
            f"MULAKAT_MEDIA_ADDRESSES has an IPv{version} address, but media is received on IPv{10 - version} alone"
        )
        yield Finding(f"{sentence}: see MULAKAT_MEDIA_HOST.")


def _buffer(machine: Machine) -> Iterator[Finding]:
    limit, wanted = machine.receive_buffer, sockets.RECEIVE_BUFFER
    if limit is not None and limit < wanted:
        sentence = (
            "The kernel grants a socket less receive buffer than is wanted here, and packets will be lost under load: "
            "raise net.core.rmem_max with sysctl to what is wanted."
        )
        yield Finding(sentence, facts={"granted": limit, "wanted": wanted})
