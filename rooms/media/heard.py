"""What has come from one participant so far, on whatever SSRCs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .counters import Loudness, MediaActivity, Reading, Seen
from .forwarding import Kind, Moderation
from .routes import Route
from .wire.rtp import Layer, Stream

if TYPE_CHECKING:
    from config.clock import Clock


class Heard:
    """All routes that a participant has had, by kind."""

    __slots__ = ("_clock", "_counted", "_frames", "_routes")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._routes: dict[Kind, list[Route]] = {}
        self._counted = dict.fromkeys(Layer, 0)
        self._frames = 0

    def add(self, route: Route) -> bool:
        """Take a new route. Whether it is the first of its kind."""
        first = route.stream.kind not in self._routes
        self._routes.setdefault(route.stream.kind, []).append(route)
        return first

    @property
    def media(self) -> MediaActivity:
        """When sound and pictures came first and last."""
        return MediaActivity(audio=self._seen(Kind.AUDIO), video=self._seen(Kind.VIDEO))

    def _seen(self, kind: Kind) -> Seen | None:
        routes = self._routes.get(kind)
        if not routes:
            return None
        first, last = routes[0].first_at, max(route.last_at for route in routes)
        return Seen(wall(self._clock, first), wall(self._clock, last))

    def reading(self, moderation: Moderation, loudness: Loudness | None, *, connected: bool) -> Reading:
        """Say how all of it stands."""
        audio, video = self._routes.get(Kind.AUDIO, []), self._routes.get(Kind.VIDEO, [])
        seen = self.media
        return Reading(
            connected=connected,
            audio=sum(route.received for route in audio),
            video=sum(route.received for route in video),
            frames=self._count(video),
            audio_at=seen.audio.last if seen.audio else None,
            video_at=seen.video.last if seen.video else None,
            muted=moderation.muted,
            blanked=moderation.blanked,
            loudness=loudness,
        )

    def _count(self, video: list[Route]) -> int:
        """Count pictures: of two layers, which show the same, the one of which more have come since the last time."""
        frames = dict.fromkeys(Layer, 0)
        for route in video:
            if route.stream is Stream.VIDEO:
                frames[route.layer] += route.frames
        self._frames += max(frames[layer] - self._counted[layer] for layer in Layer)
        self._counted = frames
        return self._frames


def wall(clock: Clock, monotonic: float) -> datetime:
    """Return the wall clock's time of a monotonic one, never before it."""
    since = clock.monotonic() - monotonic  # read first: what passes between the two makes it later, not earlier
    return clock.now() - timedelta(seconds=since)
