"""Addresses of TURN servers (RFC 7065): `turn:HOST[:PORT][?transport=udp|tcp]`, `turns:` for TLS."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

_FORM = re.compile(
    r"(?P<scheme>turns?):(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)"
    r"(?::(?P<port>[0-9]{1,5}))?(?:\?transport=(?P<transport>udp|tcp))?"
)
_HIGHEST_PORT = 65535
_SHORTEST_SECRET = 16
"""Characters. Whoever has credentials has a signature, and may guess for as long as they like."""


def checked(urls: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses as they are; raises ValueError with a sentence about the first that is none.

    Browsers throw away a whole configuration for one address they can't read, and with it the call.
    """
    for number, url in enumerate(urls, 1):
        wrong = _wrong(url)
        if wrong:
            raise ValueError(f"address {number} {wrong}")
    if len(set(urls)) < len(urls):
        raise ValueError("an address is there twice")
    return urls


def _wrong(url: str) -> str:
    read = _FORM.fullmatch(url)
    if read is None:
        return "must be like turn:HOST:PORT?transport=udp or turns:HOST:443?transport=tcp"
    if read["port"] is not None and not 0 < int(read["port"]) <= _HIGHEST_PORT:
        return "has a port that does not exist"
    if read["scheme"] == "turns" and read["transport"] == "udp":
        return "asks for TLS over UDP, which browsers do not speak: a turns: address needs ?transport=tcp"
    if read["host"].startswith("["):
        try:
            IPv6Address(read["host"][1:-1])
        except ValueError:
            return "has an IPv6 address that is none"
    return ""


def doubts(urls: tuple[str, ...], secret: str, *, production: bool) -> list[str]:
    """Return a sentence for each thing that is allowed and hardly meant. `urls` have been checked."""
    if not urls:
        without = "Who is on a network that blocks UDP gets no call. See MULAKAT_TURN_URLS."
        if secret:
            without = f"MULAKAT_TURN_SECRET is set, but no MULAKAT_TURN_URLS: no browser is told of a server. {without}"
        return [without]
    found = [
        f"Address {number} in MULAKAT_TURN_URLS leads each browser to its own machine. It must be one that all reach."
        for number, url in enumerate(urls, 1)
        if production and _is_loopback(url)
    ]
    if production and len(secret) < _SHORTEST_SECRET:
        found.append("MULAKAT_TURN_SECRET is so short that it can be guessed by anybody who was given credentials.")
    return found


def _is_loopback(url: str) -> bool:
    read = _FORM.fullmatch(url)
    host = read["host"].strip("[]").lower() if read is not None else ""
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
