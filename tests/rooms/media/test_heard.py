"""What has come from a participant, over all its streams."""

from __future__ import annotations

from rooms.media.backends import Backend
from rooms.media.counters import Loudness
from rooms.media.forwarding import Moderation
from rooms.media.heard import Heard
from rooms.media.wire.rtp import Layer, Stream
from tests.support.clock import ManualClock


def test_all_that_ever_came_counts_and_only_the_first_of_a_kind_is_news(backend: Backend) -> None:
    """A stream that was given up for another, both layers of a picture, and retransmissions as packets of video."""
    clock = ManualClock()
    heard = Heard(clock)
    path = backend.path(backend.gate(1e9), None, upstream=True)
    streams = [
        (Stream.AUDIO, Layer.MAIN),
        (Stream.VIDEO, Layer.MAIN),
        (Stream.VIDEO, Layer.SMALL),
        (Stream.RTX, Layer.MAIN),
    ]
    news = []
    for index, (stream, layer) in enumerate(streams):
        now = clock.monotonic()
        route = backend.route(path, stream, layer, ssrc=index, seq=1, timestamp=0, now=now)
        route.received, route.frames = 10 + index, 1 + index
        news.append(heard.add(route))
        clock.advance(1)
    assert news == [True, True, False, False]
    reading = heard.reading(Moderation(muted=True), Loudness(-30, speaking=True), connected=True)
    assert (reading.audio, reading.video, reading.frames) == (10, 11 + 12 + 13, 2 + 3)
    assert (reading.connected, reading.muted, reading.blanked) == (True, True, False)
    assert reading.video_at is not None
    assert reading.audio_at is not None
    assert (reading.video_at - reading.audio_at).total_seconds() == 3


def test_of_who_sent_nothing_nothing_is_known(backend: Backend) -> None:
    """Neither times nor counts."""
    assert backend.name
    heard = Heard(ManualClock())
    assert (heard.media.audio, heard.media.video) == (None, None)
    assert heard.reading(Moderation(), None, connected=False).video_at is None
