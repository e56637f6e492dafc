# SPDX-License-Identifier: AGPL-3.0-or-later
"""Secret keys of the instance: files of mode 0600, made at first start, part of the backup (docs/installation.md)."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app

from civic.config import ConfigError

EXTENSION = "civic.keys"
FOLDER = "keys"
"""Where they stand in the instance."""


@dataclass(frozen=True)
class Keys:
    """32 bytes each.

    Attributes:
        session: signs cookies and encrypts second factors; losing it signs everyone out and clears second factors.
        identity: pepper of identifier hashes, and seals the identities beside them; losing it makes known persons
            unrecognisable (they verify again).
        journal: authenticates journal entries; losing it leaves the chain verifiable, entries no longer.
    """

    session: bytes
    identity: bytes
    journal: bytes

    def identity_hash(self, scheme: str, value: str) -> str:
        """Keyed hash of a verified identifier, in hexadecimal; the scheme separates the domains."""
        return hmac.new(self.identity, f"{scheme}\x00{value}".encode(), hashlib.sha256).hexdigest()


def load_keys(instance: Path) -> Keys:
    """Read the instance's keys, making those that do not exist yet (mode 0600, never overwritten).

    Raises ConfigError when the instance folder cannot be used, or a key is not one.
    """
    folder = instance / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Keys(*(_read_or_make(folder / f"{name}.key") for name in ("session", "identity", "journal")))
    except OSError as error:
        raise ConfigError(
            f"the instance folder {instance} cannot be used ({error}). Give its owner's rights to the account that runs "
            "the portal, or choose another with --instance or CIVIC_INSTANCE."
        ) from error


def current_keys() -> Keys:
    """The keys of the running application."""
    keys: Keys = current_app.extensions[EXTENSION]
    return keys


def init_keys(app: Flask, instance: Path) -> None:
    """Load the keys and give Flask its own."""
    keys = load_keys(instance)
    app.extensions[EXTENSION] = keys
    app.secret_key = keys.session


def _read_or_make(path: Path) -> bytes:
    """The key in the file; two processes starting at once agree, because the first to link the file wins."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process made it first: its key is the key
            os.link(draft, path)
        draft.unlink()
    key = path.read_bytes()
    if len(key) != 32:
        raise ConfigError(f"{path}: a key is 32 bytes, this file has {len(key)}. Restore it from the backup.")
    return key
