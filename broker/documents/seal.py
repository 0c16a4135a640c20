"""Encryption at rest: AES-256-GCM (NIST SP 800-38D), the nonce first. Each document has a key of its own, derived from
the installation's, so that no nonce can meet another one under the same key; id and type are authenticated with it.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from broker.documents.errors import DocumentGone
from config.secrets import derive

_NONCE_BYTES = 12


def seal(secret_key: SecretStr | str, document_id: str, content_type: str, body: bytes) -> bytes:
    """Nonce, ciphertext and tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(secret_key, document_id).encrypt(nonce, body, _bound(document_id, content_type))


def unseal(secret_key: SecretStr | str, document_id: str, content_type: str, sealed: bytes) -> bytes:
    """The body. Raises DocumentGone where it isn't what was sealed under this id, type and key."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(secret_key, document_id).decrypt(nonce, rest, _bound(document_id, content_type))
    except (InvalidTag, ValueError):
        raise DocumentGone("not what was sealed") from None


def _cipher(secret_key: SecretStr | str, document_id: str) -> AESGCM:
    return AESGCM(derive(secret_key, "document", document_id))


def _bound(document_id: str, content_type: str) -> bytes:
    return f"{document_id}\0{content_type}".encode()
