"""A session description, as far as an answer is looked at (RFC 8866): its sections, and in them what is asked for.

Each line is read once and by itself, and what nobody asks for is passed over, so that reading takes as long as the text
is long. What stands before the first section holds for every section (RFC 8866 section 5); fingerprints add up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_MEDIA = re.compile(r"m=(\S+) (\d{1,5}) [A-Z/]+ (\S.*)", re.ASCII)
_RTPMAP = re.compile(r"(\d{1,3}) ([^\s/]+)/\d+(?:/\d+)?\s*", re.ASCII)
_PAYLOAD_TYPES = range(128)


@dataclass(slots=True)
class Section:
    """What is known of a section. formats: payload types; codecs: their names, in small letters.

    setup: its side of DTLS, as RFC 4145 has it. fingerprints: (algorithm, value) each. layers: what it sends as
    simulcast (RFC 8853), without the marks of those that pause.
    """

    kind: str = ""
    port: int = 0
    formats: tuple[int, ...] = ()
    codecs: dict[int, str] = field(default_factory=dict)
    fingerprints: list[tuple[str, str]] = field(default_factory=list)
    setup: str | None = None
    ufrag: str | None = None
    rtcp_mux: bool = False
    layers: frozenset[str] = frozenset()


def read(lines: Sequence[str]) -> list[Section]:
    """Read a description's lines. Raises ValueError at one that is looked at and makes no sense."""
    sections: list[Section] = []
    current = session = Section()
    for line in lines:
        if line.startswith("a="):
            name, _, value = line[2:].partition(":")
            if name in _ATTRIBUTES:
                _ATTRIBUTES[name](current, value)
        elif line.startswith("m="):
            current = _media(line, session)
            sections.append(current)
    return sections


def _media(line: str, session: Section) -> Section:
    found = _MEDIA.fullmatch(line)
    if found is None:
        raise ValueError("no media description")
    formats = tuple(int(each) for each in found[3].split())
    if not all(each in _PAYLOAD_TYPES for each in formats):
        raise ValueError("no payload types")
    prints, setup, ufrag = list(session.fingerprints), session.setup, session.ufrag
    return Section(found[1], int(found[2]), formats, fingerprints=prints, setup=setup, ufrag=ufrag)


def _fingerprint(section: Section, value: str) -> None:
    algorithm, made = value.split()
    section.fingerprints.append((algorithm, made))


def _ufrag(section: Section, value: str) -> None:
    section.ufrag = value


def _setup(section: Section, value: str) -> None:
    section.setup = value.strip()


def _rtcp_mux(section: Section, _: str) -> None:
    section.rtcp_mux = True


def _rtpmap(section: Section, value: str) -> None:
    found = _RTPMAP.fullmatch(value)
    if found is None:
        raise ValueError("no codec")
    section.codecs[int(found[1])] = found[2].lower()


def _simulcast(section: Section, value: str) -> None:
    words = value.split()
    for direction, layers in zip(words[::2], words[1::2], strict=False):
        if direction == "send":
            section.layers = frozenset(layers.replace("~", "").split(";"))


_ATTRIBUTES = {
    "fingerprint": _fingerprint,
    "ice-ufrag": _ufrag,
    "rtcp-mux": _rtcp_mux,
    "rtpmap": _rtpmap,
    "setup": _setup,
    "simulcast": _simulcast,
}
