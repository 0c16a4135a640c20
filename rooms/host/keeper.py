"""The keeper of a room: the one task that touches it. Everybody else posts actions and returns at once.

The task never waits for Redis or for a socket: what is to be saved is left to a second task, what is to be told is
handed to listeners that queue it. So nothing outside can hold up the end.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from config.clock import Clock
from config.facts import LeaveReason
from rooms import effects as fx
from rooms.core.hearing import Sign
from rooms.effects import Effect
from rooms.errors import RoomError
from rooms.host import actions as act
from rooms.host.actions import Action
from rooms.host.bell import Bell
from rooms.host.facts import FactWriter
from rooms.host.ports import AnswerRefused, Arrival, Forgotten, Layers, Listener, MediaPeer, MediaRoom, Offered, Told
from rooms.host.saver import Saver
from rooms.host.turns import Rank, Turns
from rooms.room import Room

log = structlog.get_logger(__name__)

#: How often somebody listens whether those who are here can still be heard.
LISTEN_EVERY = timedelta(seconds=2)


class Keeper:
    """Runs one room. `done` is called from the task when the room is over and everybody has been told.

    `acts`: how many of staff's acts the room knows of, so that an older reading of its hash can be told from a newer.
    """

    def __init__(
        self,
        room: Room,
        media: MediaRoom,
        saver: Saver,
        *,
        facts: FactWriter,
        clock: Clock,
        turns: Turns,
        done: Callable[[Keeper], None],
        acts: int = 0,
    ) -> None:
        self.room = room
        self.media = media
        self.saver = saver
        self.acts = acts
        self._facts = facts
        self._clock = clock
        self._done = done
        self._posted: deque[Action] = deque()
        self._turns = turns
        self._bell = Bell(turns)
        #: What is still to be said and written once the media has ended, and what the relay had counted by then.
        self._last: list[Effect] = []
        self._counted = media.counters()
        self._listeners: dict[str, Listener] = {}
        self._peers: dict[str, tuple[int, MediaPeer]] = {}
        self._generation = 0
        self._listened = clock.now()

    @property
    def over(self) -> bool:
        """Whether the room has ended here, or is no longer held here."""
        return self.room.next_event(self._clock.now()) is None

    def post(self, action: Action) -> None:
        """Have the room's task do something, after what was posted before."""
        self._posted.append(action)
        self._bell.ring()

    async def run(self) -> None:
        """Own the room until it is over."""
        with structlog.contextvars.bound_contextvars(room=self.room.spec.room_id, visrn=self.room.spec.visrn):
            self._carry_out(self.room.tick(self._clock.now()))
            while (due := self.room.next_event(self._clock.now())) is not None:
                if self._posted:
                    await asyncio.sleep(0)  # one action a turn of the loop
                else:
                    await self._wait(due)
                action = self._posted.popleft() if self._posted else None
                try:
                    self._carry_out(self.room.tick(self._clock.now()))
                    self._listen(self._clock.now())
                    if action is not None:
                        self._handle(action)
                except Exception:
                    # One participant's trouble must not stop the clock for the others.
                    log.exception("room_action_failed", action=type(action).__name__)
            await self._conclude()
            self._refuse_the_rest()
            self.saver.stop()
            self._done(self)

    async def _wait(self, due: datetime) -> None:
        """Wait for news, or for what is due. In the instant in which slots end the next begin: people wait for that."""
        if self._peers:
            due = min(due, self._listened + LISTEN_EVERY)
        rank, box = Rank.REST, self.room.box
        if due >= box.ends_at:
            rank = Rank.CLOSE
        elif due == box.starts_at:
            rank = Rank.TELL
        await self._bell.wait(max(0.0, (due - self._clock.now()).total_seconds()), rank)

    async def _conclude(self) -> None:
        """Say that it is over, then write it down, each in a turn of its own: all that end now are closed by then."""
        due: dict[Rank, list[Effect]] = {Rank.TELL: [], Rank.REST: []}
        for effect in self._last:
            due[Rank.TELL if isinstance(effect, fx.TellEnded | fx.TellMoved) else Rank.REST].append(effect)
        for rank, effects in due.items():
            if effects:
                await self._turns.mine(rank)
                try:
                    self._carry_out(effects)
                except Exception:
                    log.exception("room_not_concluded")
        self._log_end()

    def _log_end(self) -> None:
        """One line, with what the relay counted: a line costs as much as closing a transport."""
        ending, counted = self.room.ending, self._counted
        losses = counted.losses
        log.info(
            "room_moved" if ending is None else "room_ended",
            reason=None if ending is None else ending[0],
            received=counted.received,
            asked=losses.asked,
            recovered=losses.recovered,
            given_up=losses.given_up,
            repeated=losses.repeated,
        )

    def _listen(self, now: datetime) -> None:
        if self._listened <= now < self._listened + LISTEN_EVERY:
            return
        self._listened = now
        signs = {who: Sign(_last_media(peer), peer.checked_at) for who, (_, peer) in self._peers.items()}
        self._carry_out(self.room.listen(signs, now))

    def _refuse_the_rest(self) -> None:
        while self._posted:
            action = self._posted.popleft()
            if isinstance(action, act.Enter):
                self._enter(action)

    # --- actions ------------------------------------------------------------------------------------------------------

    def _handle(self, action: Action) -> None:
        now = self._clock.now()
        match action:
            case act.Enter():
                self._enter(action)
            case act.Detach():
                if self._listeners.get(action.participant) is action.listener:
                    self._carry_out(self.room.detach(action.participant, now))
            case act.Answer():
                self._answer(action)
            case act.Restart():
                self._restart(action.participant)
            case (
                act.MediaUp()
                | act.MediaSeen()
                | act.MediaOffer()
                | act.MediaLayers()
                | act.MediaLost()
                | act.Pictures()
            ):
                self._media(action)
            case _:
                try:
                    self._carry_out(self._follow(action, now))
                except RoomError as late:
                    log.debug("action_came_too_late", reason=late.id)

    def _follow(
        self, action: act.Leave | act.Ready | act.Mute | act.Judge | act.Command | act.Move, now: datetime
    ) -> list[Effect]:
        match action:
            case act.Leave():
                return self.room.leave(action.participant, now, LeaveReason.LEFT)
            case act.Ready():
                return self.room.ready(action.participant, action.devices, now)
            case act.Mute():
                return self.room.mute(action.participant, audio=action.audio, video=action.video, now=now)
            case act.Judge():
                return self.room.judge(action.participant, action.quality, now)
            case act.Command():
                return self.room.command(
                    opened=action.opened,
                    held=action.held,
                    end=action.end,
                    now=now,
                    moderation=action.moderation,
                    warnings=action.warnings,
                )
            case act.Move():
                return self.room.move()
            case _:
                assert_never(action)

    def _enter(self, action: act.Enter) -> None:
        if action.done.done():  # whoever asked has stopped waiting
            return
        try:
            effects = self.room.enter(action.participant, action.role, self._clock.now())
        except RoomError as refusal:
            action.done.set_exception(refusal)
            return
        self._listeners[action.participant] = action.listener
        self._carry_out(effects)
        peer = self._peers.get(action.participant)
        kept = peer is not None and peer[1].connected
        action.done.set_result(
            Arrival(self.room.spec, self.room.view(), self.room.people_for(action.participant), kept)
        )

    def _answer(self, action: act.Answer) -> None:
        peer = self._peers.get(action.participant)
        if peer is None:
            return
        try:
            peer[1].answer(action.sdp)
        except Exception as refusal:
            if getattr(refusal, "id", "") != "bad_description":
                raise
            log.info("answer_refused", reason=str(refusal))
            self._tell(action.participant, AnswerRefused())

    def _restart(self, participant: str) -> None:
        peer = self._peers.get(participant)
        if peer is not None:
            self._tell(participant, Offered(peer[1].restart_ice()))

    def _media(
        self,
        action: act.MediaUp | act.MediaSeen | act.MediaOffer | act.MediaLayers | act.MediaLost | act.Pictures,
    ) -> None:
        peer = self._peers.get(action.participant)
        if peer is None or peer[0] != action.generation:  # of a transport that was replaced since
            return
        now = self._clock.now()
        match action:
            case act.MediaUp():
                self._carry_out(self.room.media_up(action.participant, now))
            case act.MediaSeen():
                self._carry_out(self.room.media_seen(action.participant, now))
            case act.MediaOffer():
                self._tell(action.participant, Offered(peer[1].offer()))
            case act.Pictures():
                log.info("pictures", participant=action.participant, unseen=len(action.unseen), weak=action.weak)
                self._carry_out(self.room.pictures(action.participant, unseen=action.unseen, weak=action.weak, now=now))
            case act.MediaLayers():
                self._tell(action.participant, Layers(action.small))
            case act.MediaLost():
                self._carry_out(self.room.media_lost(action.participant, now, _last_media(peer[1])))

    # --- effects ------------------------------------------------------------------------------------------------------

    def _carry_out(self, effects: list[Effect]) -> None:
        for number, effect in enumerate(effects, 1):
            self._do(effect)
            if isinstance(effect, fx.EndMedia):
                self._last = effects[number:]
                return

    def _do(self, effect: Effect) -> None:
        match effect:
            case fx.EndMedia() | fx.SetPhase() | fx.SetModeration() | fx.AddPeer() | fx.RemovePeer():
                self._steer(effect)
            case fx.Forget():
                self._tell(effect.participant, Forgotten())
                self._listeners.pop(effect.participant, None)
            case fx.Record():
                self._facts.write(effect.fact)
                log.debug("fact", fact=effect.fact.name.value, reason=effect.fact.reason)
            case fx.Save():
                self.saver.save_soon()
            case fx.Finish():
                self.saver.finish(effect.fact, self._counted)
            case _:
                self._tell(effect.to, effect)

    def _steer(self, effect: fx.EndMedia | fx.SetPhase | fx.SetModeration | fx.AddPeer | fx.RemovePeer) -> None:
        match effect:
            case fx.EndMedia():
                self._counted = self.media.end()
                self._peers.clear()
            case fx.SetPhase():
                self.media.set_phase(effect.phase.value)
                log.info("room_phase", phase=effect.phase.value)
            case fx.SetModeration():
                taken = effect.moderation
                self.media.moderate(effect.participant, muted=taken.muted, blanked=taken.blanked)
                log.info("moderated", participant=effect.participant, muted=taken.muted, blanked=taken.blanked)
            case fx.AddPeer():
                self._add_peer(effect)
            case fx.RemovePeer():
                if self._peers.pop(effect.participant, None) is not None:
                    self.media.remove_peer(effect.participant)

    def _add_peer(self, effect: fx.AddPeer) -> None:
        self._generation += 1
        listener = _Ears(self, self._generation)
        peer = self.media.add_peer(effect.participant, effect.role.value, effect.sources, listener)
        self._peers[effect.participant] = (self._generation, peer)
        self._tell(effect.participant, Offered(peer.offer()))

    def _tell(self, participant: str, told: Told) -> None:
        listener = self._listeners.get(participant)
        if listener is not None:
            listener.tell(told)


def _last_media(peer: MediaPeer) -> datetime | None:
    seen = peer.media
    return max((kind.last for kind in (seen.audio, seen.video) if kind is not None), default=None)


class _Ears:
    """Posts to the room what the media path says of one transport."""

    def __init__(self, keeper: Keeper, generation: int) -> None:
        self._keeper = keeper
        self._generation = generation

    def on_connected(self, participant_id: str) -> None:
        self._keeper.post(act.MediaUp(participant_id, self._generation))

    def on_media(self, participant_id: str, _kind: object) -> None:
        self._keeper.post(act.MediaSeen(participant_id, self._generation))

    def on_offer(self, participant_id: str) -> None:
        self._keeper.post(act.MediaOffer(participant_id, self._generation))

    def on_pictures(self, participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        self._keeper.post(act.Pictures(participant_id, self._generation, unseen, weak))

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        self._keeper.post(act.MediaLayers(participant_id, self._generation, small))

    def on_lost(self, participant_id: str) -> None:
        self._keeper.post(act.MediaLost(participant_id, self._generation))
