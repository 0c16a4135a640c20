"""Which of the machine's addresses are offered, and in which order."""

from __future__ import annotations

import ipaddress

from rooms.media.link.addresses import in_turns, offered, usable

IF_INET6 = """\
20010db8000000000000000000000020 02 40 00 80     eth0
20010db80000000055aa33bb11cc22dd 02 40 00 01     eth0
20010db8000000000000000000000030 02 40 00 40     eth0
20010db8000000000000000000000040 02 40 00 20     eth0
fe80000000000000021122fffe334455 02 40 20 80     eth0
fd770000000000000000000000000001 03 40 00 80     tun0
00000000000000000000000000000001 01 80 10 80       lo
"""


def test_addresses_of_ipv6_are_those_that_stay_and_can_be_reached() -> None:
    """Neither link-local nor temporary, tentative or deprecated; of private use behind those of the Internet."""
    assert usable(IF_INET6.splitlines()) == ["2001:db8::20", "fd77::1"]


def test_families_take_turns_and_ipv6_begins() -> None:
    """RFC 8421: a broken family costs one check; what only this machine can reach is last."""
    six, four = ["2001:db8::1", "2001:db8::2", "2001:db8::3"], ["127.0.0.1", "192.0.2.1"]
    assert in_turns(six, four) == ["2001:db8::1", "2001:db8::2", "192.0.2.1", "2001:db8::3", "127.0.0.1"]
    assert in_turns([], four) == ["192.0.2.1", "127.0.0.1"]


def test_what_is_offered_is_what_the_socket_hears() -> None:
    """One address alone, all of IPv4, or all of both; loopback is always last."""
    assert offered("192.0.2.7") == ["192.0.2.7"]
    assert {ipaddress.ip_address(each).version for each in offered("0.0.0.0")} == {4}
    both = offered("::")
    assert both[-1] == "127.0.0.1"
    assert set(offered("0.0.0.0")) <= set(both)
