"""What a node looks at before it starts: each thing that is wrong, in one sentence that says what to do.

No sentence has a number in it: the log takes one for a code. Numbers stand beside it, under names of their own.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.addresses import EVERY, EVERY_IPV4, Place, has_ipv6, refusal, why_not
from config.errors import MulakatError
from config.settings import Settings
from rooms.media.link import addresses, sockets

_RMEM_MAX = Path("/proc/sys/net/core/rmem_max")

_THIS_NETWORK = ipaddress.IPv4Network("0.0.0.0/8")
"""RFC 1122 section 3.2.1.3: never anybody's."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class CannotServe(MulakatError):
    """Nothing would work the way this node is set up; the sentences say why."""

    id = "cannot_serve"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the node finds. addresses: those it would offer by itself, the best first. ipv6: whether the machine has it.

    receive_buffer: the most a socket may have, bytes; None where the kernel does not say. refused: why the WebSocket's
    and the media's place cannot be had, of those that cannot.
    """

    addresses: Sequence[str]
    ipv6: bool
    receive_buffer: int | None
    refused: Mapping[Place, OSError]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong. fatal: no call could be made, and the node does not start. facts: its numbers."""

    sentence: str
    fatal: bool = False
    facts: Mapping[str, str | int] = field(default_factory=dict)


def look_around(settings: Settings, port: int) -> Machine:
    """Look at the machine. A node host that is a name is looked up."""
    asked = {place: refusal(place) for place in places(settings, port)}
    return Machine(
        addresses=addresses.offered(settings.media_host),
        ipv6=has_ipv6(),
        receive_buffer=int(_RMEM_MAX.read_text()) if _RMEM_MAX.exists() else None,
        refused={place: error for place, error in asked.items() if error is not None},
    )


def places(settings: Settings, port: int) -> tuple[Place, Place]:
    """Return where the WebSocket is served, and where media is received."""
    return (
        Place(socket.SOCK_STREAM, settings.node_host, port, "MULAKAT_NODE_HOST"),
        Place(socket.SOCK_DGRAM, settings.media_host, port, "MULAKAT_MEDIA_HOST"),
    )


def check(settings: Settings, machine: Machine) -> list[Finding]:
    """Return what is wrong with a node of these settings on this machine. Pure."""
    return [
        *_places(settings, machine),
        *_advertised(settings),
        *_unknown_outside(settings, machine),
        *_reachable(settings, machine),
        *_families(settings, machine),
        *_unreached(settings, machine),
        *_buffer(machine),
    ]


def _places(settings: Settings, machine: Machine) -> Iterator[Finding]:
    for place, error in machine.refused.items():
        if place.host == settings.media_host and ":" in place.host and not machine.ipv6:
            continue  # told with the families
        use = "the WebSocket" if place.kind is socket.SOCK_STREAM else "media"
        named, mend = f"The {place.protocol} port for {use}", "Set MULAKAT_NODE_PORT to another."
        sentence = why_not(error, place, named=named, mend=mend)
        yield Finding(sentence, fatal=True, facts={"host": place.host, "port": place.port})


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
    if isinstance(address, ipaddress.IPv4Address):
        odd = address in _THIS_NETWORK or address.is_reserved  # which broadcast is, too
    else:
        odd = address.ipv4_mapped is not None  # no candidate may be (RFC 8445 section 5.1.1.1)
    return odd or address.is_unspecified or address.is_multicast


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
        what = f"MULAKAT_MEDIA_HOST is {settings.media_host}, at which only this machine itself can be heard"
        yield Finding(f"{what}: set it to :: or to an address of the machine that others reach.", fatal=True)
        return
    found = [address for address in _offered(settings, machine) if _leads_here(address)]
    heard = [address for address in found if address.version in received]
    if not found:
        sentence = "No media address is offered that anybody else could reach: set MULAKAT_MEDIA_ADDRESSES."
        yield Finding(sentence, fatal=True)
    elif not heard:
        what = f"Every media address that others could reach is IPv{found[0].version}, and media is not received on it"
        mend = "see MULAKAT_MEDIA_HOST"
        if settings.media_host == EVERY:
            mend = "give this machine IPv6, or set MULAKAT_MEDIA_ADDRESSES to an IPv4 address"
        yield Finding(f"{what}: {mend}.", fatal=True)
    elif not any(address.is_global for address in heard):
        sentence = "None of the media addresses is public, so that only TURN leads here from outside"
        mend = "behind a 1:1 NAT set MULAKAT_MEDIA_ADDRESSES"
        if settings.media_addresses:
            mend = "MULAKAT_MEDIA_ADDRESSES needs one that is"
        yield Finding(f"{sentence}: {mend}.")


def _received(settings: Settings, machine: Machine) -> frozenset[int]:
    """Return the versions of IP that media is received on."""
    host = settings.media_host
    if host == EVERY:
        return frozenset({4, 6}) if machine.ipv6 else frozenset({4})
    if ":" in host and not machine.ipv6:
        return frozenset()
    return frozenset({ipaddress.ip_address(host).version})


def _families(settings: Settings, machine: Machine) -> Iterator[Finding]:
    host = settings.media_host
    versions = {ipaddress.ip_address(text).version for text in settings.media_addresses}
    if ":" in host and not machine.ipv6:
        missing = "but this machine has no IPv6"
        if host != EVERY:
            what = f"MULAKAT_MEDIA_HOST is {host}, {missing}: give it IPv6, or set MULAKAT_MEDIA_HOST to {EVERY_IPV4}."
            yield Finding(what, fatal=True)
        elif 6 in versions:
            what = "MULAKAT_MEDIA_ADDRESSES has an IPv6 address"
            yield Finding(f"{what}, {missing}: give it IPv6, or take that address out.")
        else:
            what = f"MULAKAT_MEDIA_HOST is {host}, {missing}: media is received on IPv4 alone"
            yield Finding(f"{what}. Where that is meant, set it to {EVERY_IPV4}.")
        return
    received = _received(settings, machine)
    for version in sorted(versions - received) if received else ():
        sentence = (
            f"MULAKAT_MEDIA_ADDRESSES has an IPv{version} address, but media is received on IPv{10 - version} alone"
        )
        yield Finding(f"{sentence}: see MULAKAT_MEDIA_HOST.")


def _unreached(settings: Settings, machine: Machine) -> Iterator[Finding]:
    """Where every address is listened at: families that are advertised while the machine has no address of theirs."""
    host = settings.media_host
    if host not in {EVERY, EVERY_IPV4}:
        return
    advertised = [ipaddress.ip_address(text) for text in settings.media_addresses]
    own = {address.version for text in machine.addresses if _leads_here(address := ipaddress.ip_address(text))}
    wanted = {address.version for address in advertised if _leads_here(address)} & _received(settings, machine)
    for version in sorted(wanted - own):
        what = f"MULAKAT_MEDIA_ADDRESSES has an IPv{version} address, but this machine has none of its own"
        yield Finding(f"{what} that it could be translated to: give it one, or take that out.")


def _buffer(machine: Machine) -> Iterator[Finding]:
    limit, wanted = machine.receive_buffer, sockets.RECEIVE_BUFFER
    if limit is not None and limit < wanted:
        sentence = (
            "The kernel grants a socket less receive buffer than is wanted here, and packets will be lost under load: "
            "raise net.core.rmem_max with sysctl to what is wanted."
        )
        yield Finding(sentence, facts={"granted": limit, "wanted": wanted})
