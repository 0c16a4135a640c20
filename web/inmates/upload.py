"""A file between its dry run and the confirmation: encrypted in Redis, for half an hour, for whoever sent it.

AES-256-GCM (RFC 5116) under a key of the token, which only the address of the page holds: a copy of Redis names nobody.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr
from redis.asyncio import Redis

from broker.register.plan import Gone
from broker.register.rows import Parsed, parse
from config import keys
from config.secrets import derive, digest, new_token

_SECONDS = 30 * 60
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, for which jail, by whom, and what becomes of those it does not name."""

    jail_id: int
    staff_id: int
    gone: Gone
    content: bytes = field(repr=False)

    def parsed(self) -> Parsed:
        """Its lines. Raises BadFile."""
        return parse(self.content)


async def keep(redis: Redis, secret_key: SecretStr | str, upload: Upload) -> str:
    """Keep the file; returns the token that finds it again."""
    token, nonce = new_token(), os.urandom(_NONCE_BYTES)
    head = json.dumps({"jail": upload.jail_id, "staff": upload.staff_id, "gone": upload.gone.value}).encode()
    sealed = nonce + _cipher(secret_key, token).encrypt(nonce, head + b"\n" + upload.content, None)
    await redis.set(keys.register_upload(digest(token)), sealed.hex(), ex=_SECONDS)
    return token


async def find(redis: Redis, secret_key: SecretStr | str, token: str, staff_id: int) -> Upload | None:
    """The file of a token; None if it is gone, or was sent by somebody else."""
    kept = cast("str | None", await redis.get(keys.register_upload(digest(token))))
    if kept is None:
        return None
    sealed = bytes.fromhex(kept)
    try:
        opened = _cipher(secret_key, token).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag:
        return None
    head, _, content = opened.partition(b"\n")
    said = json.loads(head)
    if said["staff"] != staff_id:
        return None
    return Upload(said["jail"], said["staff"], Gone(said["gone"]), content)


async def forget(redis: Redis, token: str) -> None:
    """It was applied, or is not wanted."""
    await redis.delete(keys.register_upload(digest(token)))


def _cipher(secret_key: SecretStr | str, token: str) -> AESGCM:
    return AESGCM(derive(secret_key, "register-upload", token))
