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
    assert (reading.audio, reading.video) == (10, 11 + 12 + 13)
    assert (reading.connected, reading.muted, reading.blanked) == (True, True, False)
    assert reading.video_at is not None
    assert reading.audio_at is not None
    assert (reading.video_at - reading.audio_at).total_seconds() == 3


def test_a_picture_that_comes_in_two_layers_is_one(backend: Backend) -> None:
    """Counted by the layer of which more come just now, whatever came of the other before; and with no step back."""
    heard = Heard(ManualClock())
    path = backend.path(backend.gate(1e9), None, upstream=True)
    main, small, again = (
        backend.route(path, Stream.VIDEO, layer, ssrc=index, seq=1, timestamp=0, now=0.0)
        for index, layer in enumerate((Layer.MAIN, Layer.SMALL, Layer.MAIN))
    )
    counted = []
    for route, frames in ((main, 100), (small, 30), (main, 130), (small, 90), (again, 20)):
        if route.frames == 0:
            heard.add(route)
        route.frames = frames
        counted.append(heard.reading(Moderation(), None, connected=True).frames)
    assert counted == [100, 130, 160, 220, 240]


def test_of_two_layers_between_two_readings_the_greater_counts(backend: Backend) -> None:
    """Not their sum."""
    heard = Heard(ManualClock())
    path = backend.path(backend.gate(1e9), None, upstream=True)
    for index, (layer, frames) in enumerate(((Layer.MAIN, 60), (Layer.SMALL, 58))):
        route = backend.route(path, Stream.VIDEO, layer, ssrc=index, seq=1, timestamp=0, now=0.0)
        route.frames = frames
        heard.add(route)
    assert heard.reading(Moderation(), None, connected=True).frames == 60


def test_of_who_sent_nothing_nothing_is_known(backend: Backend) -> None:
    """Neither times nor counts."""
    assert backend.name
    heard = Heard(ManualClock())
    assert (heard.media.audio, heard.media.video) == (None, None)
    assert heard.reading(Moderation(), None, connected=False).video_at is None
