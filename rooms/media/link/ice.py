"""ICE-lite (RFC 8445 section 2.5): one participant's side of it, pure.

We have one port that everyone can reach, so we never check; we answer checks, and learn from them where the participant
is. Whatever address a signed check came from is validated; the one nominated last is where media goes, so that a
phone that changes from Wi-Fi to mobile data takes its call along. Consent (RFC 7675) is that it goes on checking.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from ..wire.stun import Address, BindingRequest

CONSENT = 30.0
"""Seconds without a valid check after which nothing more is sent (RFC 7675 section 5.1)."""

MAX_ADDRESSES = 8
"""A phone with two networks, two address families and a relay has fewer; the stalest is forgotten."""

HELD = 15.0
"""Seconds for which another participant's checks can't take an address over. Browsers repeat theirs within 6."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name fragment and its password (RFC 8445 section 5.3 asks for 24 and 128 bits of randomness)."""

    ufrag: str
    password: str

    @classmethod
    def new(cls) -> Credentials:
        """Make up a pair."""
        return cls(secrets.token_hex(6), secrets.token_hex(16))


class IceLite:
    """The checked side for one participant. `now` is monotonic seconds throughout."""

    __slots__ = ("_checked", "_consented", "credentials", "previous", "remote_ufrag", "selected")

    def __init__(self, now: float) -> None:
        self.credentials = Credentials.new()
        self.previous: Credentials | None = None
        self.remote_ufrag: str | None = None
        self.selected: Address | None = None
        self._checked: dict[Address, float] = {}
        self._consented = now

    def restart(self) -> Credentials | None:
        """Begin again with new credentials; the last proven ones work until a check with the new ones has come.

        Returns credentials that are good no more: those of a restart that led nowhere before this one was asked for.
        """
        unproven = self.credentials if self.previous is not None else None
        self.previous = self.previous or self.credentials
        self.credentials = Credentials.new()
        self.remote_ufrag = None
        return unproven

    def answered(self, remote_ufrag: str, now: float) -> None:
        """The participant's answer is here, and with it the other half of the user name. Consent counts from now."""
        self.remote_ufrag = remote_ufrag
        self._consented = now

    def authenticate(self, request: BindingRequest) -> Credentials | None:
        """Return the credentials a check was made with, or None if it was not made by this participant."""
        for credentials in (self.credentials, self.previous):
            if credentials is None or request.ufrag != credentials.ufrag:
                continue
            # The other half is known once the answer is here; checks may be faster (RFC 8445 section 7.3).
            if credentials is self.credentials and self.remote_ufrag not in {None, request.remote_ufrag}:
                return None
            return credentials if request.is_signed_with(credentials.password) else None
        return None

    def checked(self, request: BindingRequest, address: Address, now: float) -> Address | None:
        """Take an authenticated check. Returns an address to forget, if there are too many."""
        self._consented = now
        if self.previous is not None and request.ufrag == self.credentials.ufrag:
            self.previous = None
        self._checked.pop(address, None)
        self._checked[address] = now
        if self.selected is None or request.nominates:
            self.selected = address
        if len(self._checked) <= MAX_ADDRESSES:
            return None
        stalest = next(each for each in self._checked if each != self.selected)
        del self._checked[stalest]
        return stalest

    def forget(self, address: Address) -> None:
        """Another participant is at this address now."""
        self._checked.pop(address, None)
        if self.selected == address:
            self.selected = None

    def holds(self, address: Address, now: float) -> bool:
        """Whether the participant was at this address a moment ago."""
        return now - self._checked.get(address, float("-inf")) < HELD

    def consents(self, now: float) -> bool:
        """Whether the participant still agrees to be sent to."""
        return now - self._consented < CONSENT

    @property
    def checked_at(self) -> float | None:
        """When the last check came, from whichever address."""
        return max(self._checked.values(), default=None)

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every validated address, the one checked longest ago first."""
        return tuple(self._checked)
