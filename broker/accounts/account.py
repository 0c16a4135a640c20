"""An account: somebody who visits, known by an address that a code has reached. It has no password. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

#: What history rows call an account's acts.
ACTOR = "account"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who visits. `id` is 32 hex digits; `email` as `normalised`; `mobile` E.164 or ""; `language` one of
    `config.i18n.LANGUAGES`; `timezone` the IANA zone of their clock; `profile` is JSON: what to fill in next time.
    """

    id: str
    email: str = field(repr=False)
    mobile: str = field(repr=False)
    language: str
    timezone: str
    profile: Mapping[str, Any] = field(repr=False, default_factory=lambda: MappingProxyType({}))
    created_at: datetime | None = None
    demo: bool = False

    @property
    def actor(self) -> str:
        """Who acts, as history rows write it: `account:<id>`."""
        return f"{ACTOR}:{self.id}"


def normalised(email: str) -> str:
    """The form in which addresses are compared and kept: without surrounding space, lower case.

    The local part too: RFC 5321 lets a server tell `Asha@` from `asha@`, none that families use does, and phones write
    the first letter large by themselves.
    """
    return email.strip().lower()
