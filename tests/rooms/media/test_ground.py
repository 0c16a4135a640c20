"""Where a participant receives a source."""

from __future__ import annotations

from rooms.media.backends import Backend
from rooms.media.ground import Slot
from rooms.media.wire.rtp import Stream


def test_a_slot_promises_a_leg_for_each_stream(backend: Backend) -> None:
    """Under the SSRCs that are offered; the retransmissions know whose they are."""
    path = backend.path(backend.gate(1e9), None, upstream=True)
    slot = Slot(backend, path, "visitor-1")
    offered = slot.offered()
    assert offered.participant_id == "visitor-1"
    assert [offered.audio, offered.video, offered.rtx] == [slot.legs[stream].ssrc for stream in Stream]
    assert set(path.legs) == {offered.audio, offered.video, offered.rtx}
    assert slot.legs[Stream.RTX].primary is slot.legs[Stream.VIDEO]
