"""One participant's media connection: its offer and answer, its address, its keys, what it sends and receives."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import structlog

from . import feedback
from .counters import MediaActivity, Reading, Seen
from .forwarding import Kind, Moderation, Role, speaks_upstream
from .keyframes import KeyframeRequests
from .link.ice import IceLite
from .link.transport import SecureTransport, fingerprint
from .routes import Gate, Path, Route
from .taps import TakesKeyframe, Taps
from .wire import rtcp
from .wire.rtp import STREAMS, Stream
from .wire.sdp import Answer, Offer, OfferedSource, read_answer, write_offer
from .wire.stun import Address, BindingRequest

if TYPE_CHECKING:
    from aiortc.rtcdtlstransport import RTCCertificate

    from config.clock import Clock

    from .backends import Backend
    from .link.handshakes import Handshakes
    from .relay import Engine

RTCP_COST = 10
"""A compound packet costs the relay some four packets of media, and a call needs few of them."""


class Listener(Protocol):
    """Who hears of a peer. Called from the event loop, synchronously; must not block."""

    def on_connected(self, participant_id: str) -> None:
        """DTLS is up: the peer can receive, and what it sends can be read."""

    def on_media(self, participant_id: str, kind: Kind) -> None:
        """The first authenticated packet of this kind has come from the peer."""

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

    @property
    def certificate(self) -> RTCCertificate:
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

    def send(self, datagram: bytes, address: Address) -> None:
        """Put a datagram on the wire, if the kernel takes it."""

    def know(self, ufrag: str, peer: Peer) -> None:
        """Let checks with this user name fragment find the peer."""

    def unknow(self, ufrag: str) -> None:
        """Let them find it no more."""

    def finish(self, task: asyncio.Task[None]) -> None:
        """See a closing transport to its end."""


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
        return OfferedSource(self.source, *(self.legs[stream].ssrc for stream in Stream))


class Peer:
    """Made by MediaRoom.add_peer. `changed` is called when what may be forwarded has to be worked out again."""

    def __init__(
        self,
        ground: Ground,
        gate: Gate,
        participant_id: str,
        role: Role,
        *,
        sources: Sequence[str],
        listener: Listener,
        changed: Callable[[], None],
        log: structlog.typing.FilteringBoundLogger,
    ) -> None:
        self.participant_id = participant_id
        self.role = role
        self.alive = True
        self._ground = ground
        self._listener = listener
        self._changed = changed
        self._log = log
        self.path = ground.backend.path(gate, self, upstream=speaks_upstream(role))
        self.slots = [Slot(ground.backend, self.path, source) for source in sources]
        self.ice = IceLite(ground.clock.monotonic())
        self._session = secrets.randbits(53)
        self._version = 1
        self._answer: Answer | None = None
        self._keyframes: KeyframeRequests | None = None
        self._heard: dict[Kind, list[Route]] = {}
        self._goodbye: Address | None = None
        self._taps = Taps()
        self._transport = SecureTransport(
            ground.certificate, ground.handshakes, self._send, self._on_connected, self.lose
        )
        self._fingerprint = fingerprint(ground.certificate)
        ground.know(self.ice.credentials.ufrag, self)

    # What signalling says and hears

    def offer(self) -> str:
        """Return the SDP offer, the same text each time until restart_ice()."""
        return write_offer(self._offer())

    def _offer(self) -> Offer:
        return Offer(
            session=self._session,
            version=self._version,
            ufrag=self.ice.credentials.ufrag,
            password=self.ice.credentials.password,
            fingerprint=self._fingerprint,
            addresses=self._ground.addresses,
            port=self._ground.port,
            sends=self.role is not Role.MONITOR,
            sources=[slot.offered() for slot in self.slots],
        )

    def answer(self, sdp: str) -> None:
        """Take the SDP answer. Raises BadDescription, and then nothing has changed."""
        answer = read_answer(sdp, self._offer(), self._answer)
        self._answer = answer
        self.ice.answered(answer.ufrag, self._ground.clock.monotonic())
        self._transport.expect(answer.fingerprints)
        self._changed()

    def candidate(self, candidate: str | None) -> None:
        """Take a candidate of the participant. Not needed: ICE-lite learns addresses from the checks themselves."""

    def restart_ice(self) -> str:
        """Return an offer with new ICE credentials for the same DTLS association, to be answered like the first."""
        unproven = self.ice.restart()
        if unproven is not None:
            self._ground.unknow(unproven.ufrag)
        self._version += 1
        self._ground.know(self.ice.credentials.ufrag, self)
        return self.offer()

    @property
    def connected(self) -> bool:
        """Whether DTLS is up and the peer's address known: it can be sent to."""
        return self.path.tx is not None and self.path.address is not None

    @property
    def media(self) -> MediaActivity:
        """What has come from the peer so far, while it was in the room."""
        return MediaActivity(audio=self._seen(Kind.AUDIO), video=self._seen(Kind.VIDEO))

    @property
    def checked_at(self) -> datetime | None:
        """When the peer's last connectivity check came."""
        at = self.ice.checked_at
        return None if at is None else wall(self._ground.clock, at)

    def _seen(self, kind: Kind) -> Seen | None:
        routes = self._heard.get(kind)
        if not routes:
            return None
        first, last = routes[0].first_at, max(route.last_at for route in routes)
        return Seen(wall(self._ground.clock, first), wall(self._ground.clock, last))

    def reading(self, moderation: Moderation) -> Reading:
        """How the peer's media stands. How loud it is, is since the last such reading."""
        audio, video = self._heard.get(Kind.AUDIO, []), self._heard.get(Kind.VIDEO, [])
        seen = self.media
        return Reading(
            connected=self.connected,
            audio=sum(route.received for route in audio),
            video=sum(route.received for route in video),
            frames=sum(route.frames for route in video if route.stream is Stream.VIDEO),
            audio_at=seen.audio.last if seen.audio else None,
            video_at=seen.video.last if seen.video else None,
            muted=moderation.muted,
            blanked=moderation.blanked,
            loudness=self._taps.loudness(),
        )

    # What the room asks

    def takes(self, stream: Stream) -> bool:
        """Whether the peer can be sent this stream now."""
        return self.connected and self._answer is not None and stream in self._answer.streams

    def tap(self, kinds: Collection[Kind], takes: TakesKeyframe | None) -> None:
        """Let a wall have these kinds of the peer's media and no others: keyframes now and then, how loud it is."""
        self._taps.lay(self.path, kinds, takes)

    def want_keyframe(self) -> None:
        """A participant needs a keyframe of this peer's video."""
        if self._keyframes is not None and self._keyframes.wanted(self._ground.clock.monotonic()):
            self._ask_keyframe()

    def tick(self, now: float) -> None:
        """See to what time brings: consent, the schedule of keyframes, the allowance."""
        if self._answer is not None and not self.ice.consents(now):
            self._log.info("peer_consent_lost")
            self.lose()
            return
        self.path.refill()
        if self._keyframes is not None and self._keyframes.due(now):
            self._ask_keyframe()

    def cut(self) -> None:
        """Forget the keys and the way here and away, now; then let the transport say goodbye."""
        if not self.alive:
            return
        self.alive = False
        self._goodbye = self.path.address
        self.path.cut()
        self._keyframes = None
        for credentials in (self.ice.credentials, self.ice.previous):
            if credentials is not None:
                self._ground.unknow(credentials.ufrag)
        self._ground.finish(self._transport.close())

    def lose(self) -> None:
        """The peer is gone, by its own doing or the network's."""
        if self.alive:
            self.cut()
            self._changed()
            self._listener.on_lost(self.participant_id)

    # What the node hears from the wire

    def on_check(self, request: BindingRequest, address: Address, now: float) -> Address | None:
        """Take an authenticated check. Returns an address that is no longer the peer's."""
        outlived = self.ice.previous
        stale = self.ice.checked(request, address, now)
        if outlived is not None and self.ice.previous is None:
            self._ground.unknow(outlived.ufrag)
        if self.path.address != self.ice.selected:
            moved = self.path.address is not None
            self.path.address = self.ice.selected
            self._log.info("peer_address", moved=moved, nominated=request.nominates)
            self._changed()
        return stale

    def leave_address(self, address: Address) -> None:
        """Another participant is at this address now."""
        self.ice.forget(address)
        if self.path.address == address:
            self.path.address = None
            self._changed()

    def forget_addresses(self) -> None:
        """Let nothing that comes from the peer's addresses be taken as its own any more."""
        for address in self.ice.addresses:
            self._ground.engine.release(address, self.path)

    def on_dtls(self, datagram: bytes) -> None:
        """Take a DTLS datagram."""
        self._transport.receive(datagram)

    def on_rtcp(self, datagram: bytes) -> None:
        """Take a compound packet: decrypt, translate, send what it becomes."""
        self.path.allowance -= RTCP_COST - 1
        plain = self._transport.unprotect_rtcp(datagram)
        if plain is None:
            return
        translation = feedback.translate(self.path, rtcp.parse(plain))
        for path, packets in translation.outgoing.items():
            peer: Peer = path.owner
            peer.send_rtcp(feedback.compound(self.path.reporter, packets))
        for path in translation.keyframes:
            source: Peer = path.owner
            source.want_keyframe()

    def on_stranger(self, header: tuple[int, int, int, int, int], now: float) -> Route | None:
        """An SSRC not seen before: a stream by its payload type, if this peer may send it."""
        _, second, seq, timestamp, ssrc = header
        self.path.strangers += 1
        stream = STREAMS.get(second & 0x7F)
        if stream is None or self.role is Role.MONITOR:
            return None
        route = self._ground.backend.route(self.path, stream, ssrc=ssrc, seq=seq, timestamp=timestamp, now=now)
        before = self.path.current.get(stream)
        if before is not None:
            before.feed((), now)
        self.path.add(route)
        first = stream.kind not in self._heard
        self._heard.setdefault(stream.kind, []).append(route)
        self._changed()
        if first:
            self._listener.on_media(self.participant_id, stream.kind)
        return route

    def send_rtcp(self, plain: bytes) -> None:
        """Send a compound packet to the peer, while its room lasts."""
        address = self.path.address
        protected = self._transport.protect_rtcp(plain)
        if protected is not None and address is not None and self._ground.clock.monotonic() < self.path.gate.deadline:
            self._ground.send(protected, address)

    def _ask_keyframe(self) -> None:
        video = self.path.current.get(Stream.VIDEO)
        if video is not None:
            self.send_rtcp(feedback.compound(rtcp.RELAY_SSRC, [rtcp.pli(video.ssrc)]))
            self._taps.asked(self.path, self._ground.clock.monotonic())

    def _send(self, datagram: bytes) -> None:
        address = self.path.address or self._goodbye
        if address is not None:
            self._ground.send(datagram, address)

    def _on_connected(self) -> None:
        self.path.rx, self.path.tx = self._transport.rx, self._transport.tx
        self._keyframes = KeyframeRequests(self._ground.clock.monotonic())
        self._log.info("peer_connected")
        self._changed()
        self._listener.on_connected(self.participant_id)


def wall(clock: Clock, monotonic: float) -> datetime:
    """Return the wall clock's time of a monotonic one."""
    return clock.now() - timedelta(seconds=clock.monotonic() - monotonic)
