"""What a participant's connection stands on, whom it tells, and where it receives: types that peer and node share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from .forwarding import Kind
from .routes import Path
from .wire.rtp import Stream
from .wire.sdp import OfferedSource
from .wire.stun import Address

if TYPE_CHECKING:
    from config.clock import Clock

    from .backends import Backend
    from .counters import NodeTotals
    from .link.certificate import NodeCertificate
    from .link.handshakes import Handshakes
    from .peer import Peer
    from .relay import Engine


class Listener(Protocol):
    """Who hears of a peer. Called from the event loop, synchronously; must not block."""

    def on_connected(self, participant_id: str) -> None:
        """DTLS is up: the peer can receive, and what it sends can be read."""

    def on_media(self, participant_id: str, kind: Kind) -> None:
        """The first authenticated packet of this kind has come from the peer."""

    def on_offer(self, participant_id: str) -> None:
        """The peer's offer has changed: say it, and have it answered. Media goes on meanwhile."""

    def on_pictures(self, participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        """Its line carries other pictures than before: those of `unseen` it is not given; if `weak`, it sends none."""

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        """The peer is to send the small layer of its picture as well from now on, or no more. At first it is not."""

    def on_lost(self, participant_id: str) -> None:
        """The peer is gone for good; said once.

        30 s without consent (RFC 7675), a failed handshake, or the peer closed DTLS. Remove it, and add another when
        the participant comes back. Never called for a peer that was removed or whose room was ended.
        """


class Ground(Protocol):
    """What a peer stands on: the node, as far as it needs it."""

    clock: Clock
    backend: Backend
    handshakes: Handshakes
    addresses: Sequence[str]
    totals: NodeTotals

    @property
    def certificate(self) -> NodeCertificate:
        """The certificate of connections made now."""
        ...

    @property
    def port(self) -> int:
        """The UDP port."""
        ...

    @property
    def engine(self) -> Engine:
        """What moves the packets."""
        ...

    def send(self, datagram: bytes, address: Address) -> bool:
        """Put a datagram on the wire; whether the kernel took it."""
        ...

    def mend(self, peer: Peer) -> None:
        """Call the peer's mend() again and again, until it says that nothing is missing any more."""

    def know(self, ufrag: str, peer: Peer) -> None:
        """Let checks with this user name fragment find the peer."""

    def unknow(self, ufrag: str) -> None:
        """Let them find it no more."""


class Slot:
    """Where a participant receives one source: three legs."""

    __slots__ = ("legs", "source")

    def __init__(self, backend: Backend, path: Path, source: str) -> None:
        self.source = source
        video = backend.leg(path, Stream.VIDEO)
        self.legs = {
            Stream.AUDIO: backend.leg(path, Stream.AUDIO),
            Stream.VIDEO: video,
            Stream.RTX: backend.leg(path, Stream.RTX, primary=video),
        }

    def offered(self) -> OfferedSource:
        """The slot as it stands in an offer."""
        audio, video, rtx = (self.legs[stream].ssrc for stream in (Stream.AUDIO, Stream.VIDEO, Stream.RTX))
        return OfferedSource(self.source, audio, video, rtx)
