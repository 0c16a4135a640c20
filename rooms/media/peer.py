"""One participant's media connection: its offer and answer, its address, its keys, what it sends and receives."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from . import feedback
from .counters import Losses, MediaActivity, Reading
from .forwarding import Kind, Moderation, Role, speaks_upstream
from .ground import Ground, Listener, Slot
from .heard import Heard, wall
from .keyframes import KeyframeRequests
from .layers.layering import AGAIN, Layering
from .link.ice import IceLite
from .link.transport import SecureTransport
from .loss.gaps import seqs_in
from .loss.repairs import Repairs
from .rates.adaptation import Adaptation
from .rates.rates import Rates
from .routes import Gate, Leg, Route
from .taps import TakesKeyframe, Taps
from .wire import rtcp
from .wire.rtp import HEADER, STREAMS, Layer, Stream
from .wire.sdp import Answer, Offer, read_answer, write_offer
from .wire.stun import Address, BindingRequest

RTCP_COST = 10
"""A compound packet costs the relay some four packets of media, and a call needs few of them."""


class Peer:
    """Made by MediaRoom.add_peer.

    changed: called when what may be forwarded has to be worked out again. losses: where the room counts what was lost.
    """

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
        losses: Losses,
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
        self._offered: Offer | None = None
        self._answer: Answer | None = None
        self._keyframes: dict[Layer, KeyframeRequests] = {}
        self._heard = Heard(ground.clock)
        self._goodbye: Address | None = None
        self._taps = Taps(ground.backend.meter)
        self._adaptation = Adaptation(
            self.path, participant_id, listener, ground.totals.paused, changed=changed, log=log
        )
        self._repairs = Repairs(self.path, [slot.legs for slot in self.slots], (losses, ground.totals.losses))
        certificate = ground.certificate
        self._transport = SecureTransport(certificate, ground.handshakes, self._send, self._on_connected, self.lose)
        self._fingerprint = certificate.fingerprint
        ground.know(self.ice.credentials.ufrag, self)

    # What signalling says and hears

    def offer(self) -> str:
        """Return the SDP offer, the same text each time until restart_ice() or on_offer."""
        return write_offer(self._offer())

    def _offer(self) -> Offer:
        """What is offered in this version; the answer is read by the same."""
        if self._offered is None or self._offered.version != self._version:
            self._offered = self._new_offer()
        return self._offered

    def _new_offer(self) -> Offer:
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
            redundant=self._adaptation.redundant,
        )

    def answer(self, sdp: str) -> None:
        """Take the SDP answer. Raises BadDescription, and then nothing has changed."""
        self._answer = answer = read_answer(sdp, self._offer(), self._answer)
        self.ice.answered(answer.ufrag, self._ground.clock.monotonic())
        self._transport.expect(answer.fingerprints)
        if self.connected:
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

    def offer_anew(self) -> None:
        """The offer is another one now: have it said, and answered."""
        self._version += 1
        self._listener.on_offer(self.participant_id)

    @property
    def connected(self) -> bool:
        """Whether DTLS is up and the peer's address known: it can be sent to."""
        return self.path.tx is not None and self.path.address is not None

    @property
    def media(self) -> MediaActivity:
        """What has come from the peer so far, while it was in the room."""
        return self._heard.media

    @property
    def checked_at(self) -> datetime | None:
        """When the peer's last connectivity check came."""
        at = self.ice.checked_at
        return None if at is None else wall(self._ground.clock, at)

    @property
    def rates(self) -> Rates:
        """What its line carries, both ways."""
        return self._adaptation.rates

    @property
    def layering(self) -> Layering:
        """Which layers of its picture it is asked for, and who gets which."""
        return self._adaptation.layering

    def reading(self, moderation: Moderation, *, unseen: bool = False) -> Reading:
        """How the peer's media stands. How loud it is, is since the last such reading. unseen: see Reading."""
        reading = self._heard.reading(moderation, self._taps.loudness(), connected=self.connected)
        return replace(reading, weak=self.rates.pictures.weak, unseen=unseen)

    # What the room asks

    def takes(self, stream: Stream) -> bool:
        """Whether the peer can be sent this stream now."""
        return self.connected and self._answer is not None and stream in self._answer.streams

    def tap(self, kinds: Collection[Kind], takes: TakesKeyframe | None) -> None:
        """Let a wall have these kinds of the peer's media and no others: keyframes now and then, how loud it is."""
        self._taps.lay(self.path, kinds, takes)

    def want_keyframe(self, layer: Layer = Layer.MAIN) -> None:
        """A participant needs a keyframe of a layer of this peer's video."""
        now = self._ground.clock.monotonic()
        self.layering.asks_again = now + AGAIN
        if layer in self._keyframes and self._keyframes[layer].wanted(now):
            self._ask_keyframe(layer)

    def tick(self, now: float) -> None:
        """See to what time brings: consent, the schedule of keyframes, the allowance, what is lost on the way here."""
        if self._answer is not None and not self.ice.consents(now):
            self._log.info("peer_consent_lost")
            self.lose()
            return
        self.path.refill()
        for layer, keyframes in self._keyframes.items():
            if keyframes.due(now):
                self._ask_keyframe(layer)
        self._adaptation.look(self._answer, now)

    def choose_pictures(self, wanted: Sequence[Peer]) -> None:
        """These are the peers whose pictures there are for this one, the most important first; not all may fit."""
        self._adaptation.choose_pictures([(peer.participant_id, peer.path) for peer in wanted])

    def cut(self) -> None:
        """Forget the keys and the way here and away, now; then let the transport say goodbye."""
        if not self.alive:
            return
        self.alive = False
        self._goodbye = self.path.address
        self.path.cut()
        self._keyframes.clear()
        for credentials in (self.ice.credentials, self.ice.previous):
            if credentials is not None:
                self._ground.unknow(credentials.ufrag)
        self._transport.close()

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
            self._log.info("peer_address", moved=self.path.address is not None, nominated=request.nominates)
            self.path.address = self.ice.selected
            if self.connected:
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
        self.path.let_go()

    def on_dtls(self, datagram: bytes) -> None:
        """Take a DTLS datagram."""
        self._transport.receive(datagram)

    def on_rtcp(self, datagram: bytes) -> None:
        """Take a compound packet: decrypt, translate, send what it becomes."""
        self.path.allowance -= RTCP_COST - 1
        if (plain := self._transport.unprotect_rtcp(datagram)) is None:
            return
        packets, now = rtcp.parse(plain), self._ground.clock.monotonic()
        translation = feedback.translate(self.path, packets)
        for path, said in translation.outgoing.items():
            path.owner.send_rtcp(feedback.compound(self.path.reporter, said))
        for route in translation.keyframes:
            route.path.owner.want_keyframe(route.layer)
        for leg, missed in translation.missed:
            self._send_again(leg, missed)
        self._choose_redundancy(packets, translation.heard)
        self._adaptation.read(packets, now)

    def on_stranger(self, packet: bytes, now: float) -> Route | None:
        """An SSRC not seen before: a stream by its payload type, a layer by its word, if this peer may send it."""
        _, second, seq, timestamp, ssrc = HEADER.unpack_from(packet)
        self.path.strangers += 1
        stream = STREAMS.get(second & 0x7F)
        if stream is None or self.role is Role.MONITOR:
            return None
        layer = self._answer.layer(packet) if self._answer is not None and stream.kind is Kind.VIDEO else Layer.MAIN
        route = self._ground.backend.route(self.path, stream, layer, ssrc=ssrc, seq=seq, timestamp=timestamp, now=now)
        before = self.path.layers[layer].get(stream)
        if before is not None:
            before.feed((), now)
        self.path.add(route)
        first = self._heard.add(route)
        self._changed()
        if stream is Stream.VIDEO:
            for leg in route.legs:
                leg.begin(packet)
        if first:
            self._listener.on_media(self.participant_id, stream.kind)
        return route

    def on_disorder(self, route: Route, seq: int, now: float) -> bool:
        """A packet that is not the next one. Whether it goes on; what is missing will be asked for."""
        goes_on = self._repairs.disorder(route, seq, now)
        if self._repairs.missing:
            self._ground.mend(self)
        return goes_on

    def on_wrapped(self, route: Route, packet: bytes, now: float) -> bool:
        """A packet to be looked at: a retransmission, redundant sound, sound that becomes that, an awaited picture.

        Whether it goes on as it is.
        """
        if route.stream is Stream.VIDEO:
            self.layering.take(route, packet, now)
            return True
        if route.stream is Stream.RTX:
            self._on_repeat(route, packet, now)
            return False
        for plain in self._repairs.sound(route, packet, now):
            self._hand_on(route, plain, now)
        return False

    def _on_repeat(self, route: Route, repeat: bytes, now: float) -> None:
        """A retransmission: what was missing goes on as video; by anything else the source probes the line."""
        layer = route.layer
        original, video = self._repairs.recovered(repeat, now, layer), self.path.layers[layer].get(Stream.VIDEO)
        if original is not None and video is not None:
            self._ground.engine.insert(video, original, now)
        elif self._repairs.is_probe(repeat, layer):
            self._hand_on(route, repeat, now)

    def _hand_on(self, route: Route, packet: bytes, now: float) -> None:
        for leg in route.legs:
            leg.path.owner.pass_on(leg, packet, now)

    def mend(self, now: float) -> bool:
        """Ask the participant for what is missing. Whether anything still is."""
        for layer in Layer:
            due = self._repairs.due(now, layer)
            if due.nack is not None:
                self.send_rtcp(feedback.compound(rtcp.RELAY_SSRC, [due.nack]))
            if due.keyframe:
                self.want_keyframe(layer)
        return self._repairs.missing

    def pass_on(self, leg: Leg, packet: bytes, now: float) -> None:
        """Send the peer a retransmission of its source's, or sound, with what was before it if its line needs that."""
        becomes = self._repairs.pass_on if leg.stream is Stream.RTX else self._repairs.pack
        if (own := becomes(leg, packet)) is not None:
            self._send_rtp(leg, own, now)

    def _choose_redundancy(self, packets: Sequence[rtcp.Packet], heard: Sequence[tuple[Leg, float, float]]) -> None:
        for packet in packets:
            if isinstance(packet, rtcp.Estimate):
                self._repairs.line = packet.bitrate
        for leg, lost, jitter in heard if self._answer is not None and self._answer.redundant else ():
            self._repairs.reported(leg, lost, jitter)
            if leg.route is not None:
                leg.route.choose_engine()

    def _send_again(self, leg: Leg, missed: rtcp.Nack) -> None:
        now = self._ground.clock.monotonic()
        for on, packet in self._repairs.answer(leg, seqs_in(missed.items), now, rtx=self.takes(Stream.RTX)):
            self._send_rtp(on, packet, now)

    def _send_rtp(self, leg: Leg, packet: bytes, now: float) -> None:
        """Send a plain packet to the peer, on one of its legs."""
        gate, address = self.path.gate, self.path.address
        protected = self._transport.protect_rtp(packet) if now < gate.deadline else None
        if protected is not None and address is not None and self._ground.send(protected, address):
            leg.count += 1
            self._ground.totals.forwarded += 1
            gate.last_forwarded = now

    def send_rtcp(self, plain: bytes) -> None:
        """Send a compound packet to the peer, while its room lasts."""
        address = self.path.address
        protected = self._transport.protect_rtcp(plain)
        if protected is not None and address is not None and self._ground.clock.monotonic() < self.path.gate.deadline:
            self._ground.send(protected, address)

    def _ask_keyframe(self, layer: Layer) -> None:
        streams = self.path.layers[layer]
        if Stream.VIDEO in streams:
            self.send_rtcp(feedback.compound(rtcp.RELAY_SSRC, [rtcp.pli(streams[Stream.VIDEO].ssrc)]))
            if streams is self.path.smallest:
                self._taps.asked(self.path, self._ground.clock.monotonic())

    def _send(self, datagram: bytes) -> None:
        address = self.path.address or self._goodbye
        if address is not None:
            self._ground.send(datagram, address)

    def _on_connected(self) -> None:
        self.path.rx, self.path.tx = self._transport.rx, self._transport.tx
        self._keyframes = {layer: KeyframeRequests(self._ground.clock.monotonic()) for layer in Layer}
        self._log.info("peer_connected")
        self._changed()
        self._listener.on_connected(self.participant_id)
