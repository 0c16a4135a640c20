"""One participant's losses, both ways: what to ask of it, what to send it again, and what became of that. Pure.

    from it   its video's gaps are asked for by the relay itself, once for all receivers, and what comes late goes on as
              the packet that it is: a retransmission is taken apart here (RFC 4588)
    to it     what it misses is sent again out of the routes' histories (repeats.py), and asked of nobody

Sound is not asked for. What comes as redundant audio is taken apart, and what was missing of it goes on; what goes to
the participant is made redundant where its line loses some (redundancy.py).

`now` is monotonic seconds. What is returned, the peer sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..counters import Losses
from ..routes import Leg, Path, Route
from ..wire import rtcp
from ..wire.red import unwrap as unwrap_red
from ..wire.rtp import RED, Layer, Stream
from ..wire.rtx import original_seq, unwrap
from .gaps import nack_items
from .redundancy import ROOM, Redundancy
from .repeats import Repeater


@dataclass(frozen=True, slots=True)
class Due:
    """What a participant is asked for now of a layer: packets, as RTCP, or nothing; a keyframe for what is lost."""

    nack: bytes | None = None
    keyframe: bool = False


class Repairs:
    """See above.

    slots: the legs that the participant receives each source on. counts: where all of it is counted. line: what the
    participant said last that its line can take, in bit/s.
    """

    __slots__ = ("_counts", "_path", "_repeaters", "_sounds", "line")

    def __init__(
        self,
        path: Path,
        slots: Sequence[Mapping[Stream, Leg]],
        counts: Iterable[Losses] = (),
    ) -> None:
        self._path = path
        self._counts = tuple(counts)
        self._sounds = {legs[Stream.AUDIO].ssrc: Redundancy(legs[Stream.AUDIO]) for legs in slots}
        self.line = ROOM
        self._repeaters = {legs[Stream.VIDEO].ssrc: Repeater(legs[Stream.VIDEO], legs[Stream.RTX]) for legs in slots}

    # What comes from the participant

    def _video(self, layer: Layer) -> Route | None:
        return self._path.layers[layer].get(Stream.VIDEO)

    def disorder(self, route: Route, seq: int, now: float) -> bool:
        """A packet has come that is not the one after the newest. Whether it goes on: each does once."""
        gaps = route.gaps
        if gaps is None:
            return True
        ahead = (seq - route.highest) & 0xFFFF
        if 0 < ahead < 0x8000:
            gaps.skipped(route.highest + 1, ahead - 1, now)
            return True
        return self._arrived(route, seq, now)

    def recovered(self, repeat: bytes, now: float, layer: Layer = Layer.MAIN) -> bytes | None:
        """Take a retransmission; return the packet of its layer's video that was missing, or None if none was."""
        video, seq = self._video(layer), original_seq(repeat)
        if video is None or seq is None or not self._arrived(video, seq, now):
            return None
        return unwrap(repeat, payload_type=video.payload_type, ssrc=video.ssrc)

    def is_probe(self, repeat: bytes, layer: Layer = Layer.MAIN) -> bool:
        """Whether a retransmission of nothing that was missing goes on as one: by such, senders probe the whole way."""
        video, seq = self._video(layer), original_seq(repeat)
        return seq is None or video is None or video.gaps is None or not video.gaps.is_echo(seq)

    def _arrived(self, route: Route, seq: int, now: float) -> bool:
        if route.gaps is None:
            return False
        asked = route.gaps.was_asked(seq)
        arrived = route.gaps.arrived(seq, now)
        if asked and arrived:
            self._count(Losses(recovered=1))
        return arrived

    def _count(self, what: Losses) -> None:
        for each in self._counts:
            each.add(what)

    @property
    def missing(self) -> bool:
        """Whether the participant has to be asked for anything, now or soon."""
        videos = [video for layer in Layer if (video := self._video(layer)) is not None]
        return any(video.wanted and bool(video.gaps) for video in videos)

    def due(self, now: float, layer: Layer = Layer.MAIN) -> Due:
        """Return what of a layer to ask for. Nothing, while it goes to nobody whose wishes reach the participant.

        Nor while its line is full: what is sent again pushes out what is new, and sound.
        """
        video = self._video(layer)
        if video is None or video.gaps is None or not video.wanted or self._path.full:
            return Due()
        seqs = video.gaps.due(now)
        given_up = video.gaps.take_given_up()
        if seqs or given_up:
            self._count(Losses(asked=len(seqs), given_up=given_up))
        nack = rtcp.nack(rtcp.Nack(video.ssrc, tuple(nack_items(seqs)))) if seqs else None
        return Due(nack, given_up > 0)

    def sound(self, route: Route, packet: bytes, now: float) -> list[bytes]:
        """Return the plain packets that go on of one of the participant's sound: itself, and what it brings anew."""
        if packet[1] & 0x7F != RED:
            return [packet]
        plain = unwrap_red(packet, payload_type=route.payload_type)
        return [each for each in plain if each[2:4] == packet[2:4] or self._brought(route, each, now)]

    def _brought(self, route: Route, packet: bytes, now: float) -> bool:
        anew = self._arrived(route, int.from_bytes(packet[2:4]), now)
        if anew:
            self._count(Losses(recovered=1))
        return anew

    # What goes to the participant

    def answer(self, video: Leg, seqs: Iterable[int], now: float, *, rtx: bool) -> list[tuple[Leg, bytes]]:
        """Return what to send for packets that the participant misses on a leg, and on which one it counts."""
        repeater = self._repeaters.get(video.ssrc)
        if repeater is None:
            return []
        packets = repeater.answer(seqs, now, rtx=rtx)
        if packets:
            self._count(Losses(repeated=len(packets)))
        return [(repeater.repeats if rtx else video, each) for each in packets]

    def reported(self, sound: Leg, lost: float, jitter: float) -> None:
        """The participant, which takes redundant audio, reports the share of packets lost, and their jitter (s)."""
        redundancy = self._sounds.get(sound.ssrc)
        if redundancy is not None:
            redundancy.reported(lost, jitter, self.line)

    def pack(self, sound: Leg, packet: bytes) -> bytes | None:
        """Return a plain packet of sound as the participant is sent it; None if it must not be."""
        redundancy = self._sounds.get(sound.ssrc)
        return redundancy.pack(packet) if redundancy is not None else None

    def pass_on(self, repeats: Leg, repeat: bytes) -> bytes | None:
        """Return a source's retransmission, or padding, as the participant is sent it; None if it must not be."""
        repeater = self._repeaters.get(repeats.primary.ssrc) if repeats.primary is not None else None
        return repeater.pass_on(repeat) if repeater is not None else None
