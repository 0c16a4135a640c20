"""One participant's hold on a room."""

from __future__ import annotations

from collections.abc import Callable

from rooms.host import actions as act
from rooms.host.ports import Arrival, Listener
from rooms.presence import Devices, Quality


class Membership:
    """One participant's hold on a room. Every call posts to the room's task and returns at once."""

    def __init__(
        self, post: Callable[[act.Action], None], participant: str, listener: Listener, arrival: Arrival
    ) -> None:
        self.arrival = arrival
        self._post = post
        self._participant = participant
        self._listener = listener

    def ready(self, devices: Devices) -> None:
        """Ask for a transport; answered by Offered."""
        self._post(act.Ready(self._participant, devices))

    def restart(self) -> None:
        """Ask for an offer that restarts ICE; answered by Offered if there is a transport."""
        self._post(act.Restart(self._participant))

    def answer(self, sdp: str) -> None:
        """Answer the last offer; answered by AnswerRefused if it is no use."""
        self._post(act.Answer(self._participant, sdp))

    def mute(self, *, audio: bool, video: bool) -> None:
        """Say what is being sent."""
        self._post(act.Mute(self._participant, audio, video))

    def judge(self, quality: Quality) -> None:
        """Say how good the connection is."""
        self._post(act.Judge(self._participant, quality))

    def detach(self) -> None:
        """Say that the socket dropped; no effect once somebody else speaks for the participant."""
        self._post(act.Detach(self._participant, self._listener))

    def leave(self) -> None:
        """Leave for good."""
        self._post(act.Leave(self._participant))
