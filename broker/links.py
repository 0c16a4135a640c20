"""Links and their tokens: derived from the secret key, so that the database holds only their digests.

A link opens nothing by itself and says nothing of the visit: it only spares the family from typing who they are.
"""

from __future__ import annotations

import base64

from pydantic import SecretStr

from config.secrets import derive, digest

_TOKEN_BYTES = 18


def link_token(secret_key: SecretStr | str, visitor_id: str) -> str:
    """The visitor's token: 144 bits as 24 URL-safe characters, the same each time."""
    return _token(secret_key, "visitor-link", visitor_id)


def link_digest(secret_key: SecretStr | str, visitor_id: str) -> str:
    """SHA-256 of the visitor's token in hex: what the database holds and a request is looked up by."""
    return digest(link_token(secret_key, visitor_id))


def link(public_url: str, token: str) -> str:
    """The address in the approval mail."""
    return f"{public_url.rstrip('/')}/join/{token}"


def pass_link(public_url: str, token: str) -> str:
    """The address of a visitor's pass for a visit in person."""
    return f"{public_url.rstrip('/')}/pass/{token}"


def gate_link(public_url: str, token: str) -> str:
    """The address in a pass's QR code: what the jail's gate opens. Only staff who check passes see anything there."""
    return f"{public_url.rstrip('/')}/gate?pass={token}"


def makeup_token(secret_key: SecretStr | str, visitor_id: str) -> str:
    """The token by which this visitor of a lost visit takes the one that is offered in its place. Not the visit's own
    link: that one opens nothing by itself, and is handed on more lightly.
    """
    return _token(secret_key, "makeup-link", visitor_id)


def makeup_link(public_url: str, token: str) -> str:
    """The address where it is taken."""
    return f"{public_url.rstrip('/')}/makeup/{token}"


def demo_terminal_token(secret_key: SecretStr | str, terminal_id: int) -> str:
    """The token which, in the demo only, makes a browser a terminal without a pairing code."""
    return _token(secret_key, "demo-terminal", terminal_id)


def demo_terminal_link(public_url: str, token: str) -> str:
    """The address that pairs a browser with a terminal in the demo."""
    return f"{public_url.rstrip('/')}/dev/terminal/{token}"


def _token(secret_key: SecretStr | str, purpose: str, subject: object) -> str:
    return base64.urlsafe_b64encode(derive(secret_key, purpose, subject)[:_TOKEN_BYTES]).decode().rstrip("=")
