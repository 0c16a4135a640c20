"""The machine's addresses: which of them to offer, in which order."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

import ifaddr

from config.addresses import EVERY, EVERY_IPV4, IF_INET6, has_ipv6

_GLOBAL_SCOPE = 0x00
_NO_USE = 0x01 | 0x08 | 0x20 | 0x40
"""Temporary, failed, deprecated, tentative (linux/if_addr.h): gone before the call is, or not there yet."""

_PRIVATE_USE = ipaddress.IPv6Network("fc00::/7")


def offered(bind_host: str) -> list[str]:
    """Return the addresses that media can come to when it is bound to this host, the best first.

    For every address of both families ("::") IPv6 and IPv4 take turns (RFC 8421 section 4): a family whose way is
    broken then costs no more than one check. Loopback is last.
    """
    if bind_host not in {EVERY, EVERY_IPV4}:
        return [bind_host]
    six = _ipv6() if bind_host == EVERY and has_ipv6() else []
    return in_turns(six, _ipv4())


def in_turns(six: Sequence[str], four: Sequence[str]) -> list[str]:
    """Return one of each in turn, IPv6 first, what only this machine can reach behind everything else."""
    both = [each for each in chain(*zip_longest(six, four)) if each is not None]
    return sorted(both, key=lambda each: ipaddress.ip_address(each).is_loopback)


def _ipv4() -> list[str]:
    found = {
        str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4 and isinstance(ip.ip, str)
    }
    return sorted(found | {"127.0.0.1"})


def _ipv6() -> list[str]:
    return usable(IF_INET6.read_text().splitlines()) if IF_INET6.exists() else []


def usable(lines: Iterable[str]) -> list[str]:
    """Return the addresses of /proc/net/if_inet6 that others can reach for as long as a call lasts.

    Not link-local ones, which no browser can be told of without an interface; not temporary ones (RFC 8981). Those of
    private use come after those of the Internet. A line: address, interface, prefix, scope, flags (hexadecimal), name.
    """
    found = []
    for line in lines:
        digits, _, _, scope, flags, _ = line.split()
        if int(scope, 16) == _GLOBAL_SCOPE and not int(flags, 16) & _NO_USE:
            found.append(ipaddress.IPv6Address(bytes.fromhex(digits)))
    return [str(each) for each in sorted(found, key=lambda each: (each in _PRIVATE_USE, each))]
