"""What a page's samples come to: does the voice hold, how does the picture move, how long was nothing heard. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

STILL = 0.6
"""Seconds without a new picture that count as a freeze: three samples; people notice about half a second."""

MADE_UP = 0.5
"""A second of sound of which the decoder had to invent more than this share says nothing any more."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a page had received by `at` (seconds): packets and samples of sound, those made up, and pictures."""

    at: float
    audio_packets: int
    samples: int
    concealed: int
    frames: int

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Sample:
        """Read what sampler.js says."""
        audio, video = raw["audio"], raw["video"]
        # Silence that the decoder makes of silence is no loss.
        concealed = audio.get("concealedSamples", 0) - audio.get("silentConcealedSamples", 0)
        return cls(
            at=raw["at"] / 1000,
            audio_packets=audio.get("packetsReceived", 0),
            samples=audio.get("totalSamplesReceived", 0),
            concealed=max(0, concealed),
            frames=video.get("framesDecoded", 0),
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """One side of one call.

    voice: share of seconds in which sound came, most of it not made up. concealed: share of all sound that was made up.
    fps: pictures a second. freezes: stretches of STILL and more without one. frozen, silent: the longest such stretch
    of picture and of sound, seconds. recovered: seconds from the end of what was wrong to the first sound after the
    silence that came of it, 0 where there was none; None where nothing was wrong, or no sound came any more. seen: the
    same of pictures.
    """

    voice: float
    concealed: float
    fps: float
    freezes: int
    frozen: float
    silent: float
    recovered: float | None
    seen: float | None = None


def figures(samples: Sequence[Sample], begins: float, ends: float, mended: float | None = None) -> Figures:
    """Boil samples down to what happened from `begins` to `ends`; `mended` is when what was wrong was over."""
    inside = [sample for sample in samples if begins <= sample.at <= ends]
    if len(inside) < 2:
        return Figures(0.0, 1.0, 0.0, 0, ends - begins, ends - begins, None)
    first, last = inside[0], inside[-1]
    heard = _seconds(inside)
    pictures = _stretches([(sample.at, sample.frames) for sample in inside], ends)
    stills = [end - since for since, end in pictures]
    silences = _stretches([(sample.at, sample.audio_packets) for sample in inside], ends)
    return Figures(
        voice=round(sum(heard) / len(heard), 3) if heard else 0.0,
        concealed=round(_share(last.concealed - first.concealed, last.samples - first.samples), 3),
        fps=round((last.frames - first.frames) / (last.at - first.at), 1),
        freezes=sum(length >= STILL for length in stills),
        frozen=round(max(stills), 1),
        silent=round(max(end - since for since, end in silences), 1),
        recovered=None if mended is None else _recovered(silences, mended),
        seen=None if mended is None else _recovered(pictures, mended),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole > 0 else 1.0


def _seconds(inside: Sequence[Sample]) -> list[bool]:
    """For each whole second, whether the voice held."""
    heard = []
    before = inside[0]
    for sample in inside[1:]:
        if sample.at - before.at >= 1.0:
            came = sample.audio_packets > before.audio_packets
            made_up = _share(sample.concealed - before.concealed, sample.samples - before.samples)
            heard.append(came and made_up < MADE_UP)
            before = sample
    return heard


def _stretches(counts: Sequence[tuple[float, int]], ends: float) -> list[tuple[float, float]]:
    """From when to when each value of a counter stood; the last one until the end."""
    stretches = []
    since = counts[0][0]
    for (_, before), (at, count) in pairwise(counts):
        if count != before:
            stretches.append((since, at))
            since = at
    return [*stretches, (since, ends)]


def _recovered(silences: Sequence[tuple[float, float]], mended: float) -> float | None:
    after = [(since, end) for since, end in silences if end > mended and end - since >= STILL]
    if not after:
        return 0.0
    if after[0] == silences[-1]:
        return None
    return round(after[0][1] - mended, 1)
