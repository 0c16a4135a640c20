"""What facts say about one participant: presence, media path, and where a node died."""

from __future__ import annotations

import pytest

from broker.losses.spans import Spans
from broker.losses.tracks import Track, died_at, together, tracks_of
from config.facts import DownReason, Fact, FactName, LeaveReason
from tests.support.losses import BOTH, FAMILY, LENGTH, MONITOR, OTHER, TERMINAL, down, fact, joined, left, record, up

WHOLE: Spans = ((0, LENGTH),)

STORIES: dict[str, tuple[list[Fact], Spans, Spans]] = {
    "comes early and stays": ([joined(FAMILY, -60), up(FAMILY, -50)], WHOLE, WHOLE),
    "is lost and comes back": (
        [joined(FAMILY, 0), up(FAMILY, 5), down(FAMILY, 100), left(FAMILY, 130, LeaveReason.LOST), up(FAMILY, 200)],
        WHOLE, ((5, 100), (200, LENGTH)),
    ),
    "leaves and comes back": (
        [joined(FAMILY, 0), up(FAMILY, 5), left(FAMILY, 100), joined(FAMILY, 200), up(FAMILY, 210)],
        ((0, 100), (200, LENGTH)), ((5, 100), (210, LENGTH)),
    ),
    "loads the page anew": (
        [joined(FAMILY, 0), up(FAMILY, 5), down(FAMILY, 50, DownReason.REPLACED), up(FAMILY, 58)],
        WHOLE, ((5, 50), (58, LENGTH)),
    ),
    "has its node die": (
        [joined(FAMILY, 0), up(FAMILY, 5), fact(FactName.ROOM_MOVED, 70, since=60), up(FAMILY, 72)],
        WHOLE, ((5, 60), (72, LENGTH)),
    ),
    "is told to be up at the instant in which it was told to be down": (
        [joined(FAMILY, 0), up(FAMILY, 5), down(FAMILY, 9), up(FAMILY, 9)], WHOLE, ((5, LENGTH),),
    ),
    "comes and goes before the slot": ([joined(FAMILY, -60), left(FAMILY, -10)], (), ()),
}  # fmt: skip


@pytest.mark.parametrize(("story", "present", "connected"), STORIES.values(), ids=STORIES.keys())
def test_participant_is_there_and_connected_when_facts_say_so(
    story: list[Fact], present: Spans, connected: Spans
) -> None:
    """Presence ends by one's own leaving alone; the media path by whatever cuts it."""
    track = tracks_of(record(*story), LENGTH, WHOLE)[FAMILY]
    assert (track.present, track.up) == (present, connected)


def test_older_facts_leave_the_media_path_to_the_measured_seconds() -> None:
    """From the first packet, for as long as it was measured, while the session ran; without a packet, from coming."""
    told = (joined(FAMILY, 10), fact(FactName.MEDIA_STARTED, 30, FAMILY), joined(OTHER, 20))
    tracks = tracks_of(record(*told, seconds={FAMILY: 100.0, OTHER: 50.0}), LENGTH, ((0, 80), (200, LENGTH)))
    assert tracks[FAMILY].up == ((30, 80), (200, 250))
    assert tracks[OTHER].up == ((20, 70),)


def test_side_is_all_of_its_people_and_no_monitor() -> None:
    """One of two visitors is enough; who watches is on no side."""
    tracks = tracks_of(
        record(
            joined(FAMILY, 0), up(FAMILY, 0), left(FAMILY, 100), joined(OTHER, 50), up(OTHER, 60), joined(MONITOR, 0)
        ),
        LENGTH,
        WHOLE,
    )
    assert set(tracks) == {FAMILY, OTHER}
    family = together(tracks, of_prison=False)
    assert family == Track(WHOLE, WHOLE)
    assert together(tracks, of_prison=True) == Track()
    assert family.left(LENGTH) == Track().left(LENGTH) == ()
    assert Track(((10, 20), (40, 50))).left(90) == ((20, 40), (50, 90))


@pytest.mark.parametrize(
    ("saved", "died"), [(898.0, None), (300.0, 300), (0.0, 0)], ids=["to the end", "for five minutes", "nothing"]
)
def test_node_died_where_the_seconds_stop_that_were_saved(saved: float, died: int | None) -> None:
    """Seconds are saved every two, so a few that are missing say nothing."""
    seconds = {FAMILY: saved, TERMINAL: saved}
    tracks = tracks_of(record(*BOTH, seconds=seconds), LENGTH, WHOLE)
    assert died_at(tracks, WHOLE, seconds, LENGTH) == died
    assert died_at({}, WHOLE, seconds, LENGTH) is None
