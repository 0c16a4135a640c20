"""Secrets made from one key: derived ones need no storage, and stored ones are kept only as digests."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

_TOKEN_BYTES = 18


def derive(secret_key: SecretStr | str, purpose: str, subject: object) -> bytes:
    """Return 32 bytes that only the key's holder can compute for this purpose and subject (HMAC-SHA256, RFC 2104).

    The purpose goes first and ends with a NUL, so that no subject can reach into another purpose.
    """
    if not purpose or "\0" in purpose:
        raise ValueError("a purpose is a non-empty word without NUL")
    key = secret_key.get_secret_value() if isinstance(secret_key, SecretStr) else secret_key
    if not key:
        raise ValueError("the secret key is empty")
    return hmac.digest(key.encode(), f"{purpose}\0{subject}".encode(), "sha256")


def digest(token: str) -> str:
    """Return the SHA-256 of a token in hex: what is stored in the token's place."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Return 144 random bits as 24 URL-safe characters."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def kept_key(path: Path) -> str:
    """Return the key kept in a file of this user's alone, made by whichever process comes first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{new_token()}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its key is the one
        finally:
            draft.unlink()
    return path.read_text().strip()
