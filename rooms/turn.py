"""Relays for those whose network lets no UDP through (RFC 8656), and credentials for them that end with the visit.

By the TURN REST convention (draft-uberti-behave-turn-rest-00): the user name is the second at which it stops being
good and who it is for, the password is that name signed with the secret which we share with the TURN server. Nothing
is stored anywhere, and the server needs to know nobody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a TURN server is told."""

    username: str = field(repr=False)
    password: str = field(repr=False)


def credentials(secret: str, participant: str, ends_at: datetime) -> Credentials:
    """Return one participant's credentials, good until the slot's end (aware) and not a second longer than its last.

    The participant's id is in the name, so that the server's quota a user is a quota a participant.
    """
    username = f"{math.ceil(ends_at.timestamp())}:{participant}"
    signed = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
    return Credentials(username, base64.b64encode(signed).decode())


def ice_servers(urls: Sequence[str], secret: str, participant: str, ends_at: datetime) -> list[dict[str, Any]]:
    """Return the servers as RTCConfiguration has them (W3C WebRTC, RTCIceServer); none where none are configured."""
    if not urls:
        return []
    mine = credentials(secret, participant, ends_at)
    return [{"urls": list(urls), "username": mine.username, "credential": mine.password}]
