# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keyed hashes and encryption under keys derived from the instance's session key, one per purpose."""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


def derived_key(session_key: bytes, purpose: str) -> bytes:
    """32 bytes that serve one purpose only (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"civic {purpose}".encode()).derive(session_key)


def keyed_hash(session_key: bytes, purpose: str, *parts: str) -> str:
    """Keyed hash in hexadecimal: who reads the database alone cannot try the million codes."""
    key = derived_key(session_key, purpose)
    return hmac.new(key, "\x00".join(parts).encode(), hashlib.sha256).hexdigest()


def encrypt(session_key: bytes, purpose: str, owner: str, text: bytes) -> bytes:
    """AES-256-GCM; `owner` is bound to the result, which cannot be moved to another row."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(derived_key(session_key, purpose)).encrypt(nonce, text, owner.encode())


def decrypt(session_key: bytes, purpose: str, owner: str, sealed: bytes) -> bytes:
    """What `encrypt` was given; raises cryptography's InvalidTag when key, owner or bytes differ."""
    key = derived_key(session_key, purpose)
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.encode())
