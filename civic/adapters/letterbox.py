# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail without SMTP: each message becomes a file of the instance, readable on the letterbox page of a loopback server."""

import secrets
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from civic.clock import now


class Letterbox:
    """Writes to `<instance>/mail/`; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[str | None]:
        """See Mailer."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in messages:
            name = f"{now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
            draft = self.folder / f".{name}"
            draft.write_bytes(message.as_bytes(policy=policy.SMTP))
            draft.rename(self.folder / f"{name}.eml")
            yield None

    def newest(self, limit: int = 50) -> list[tuple[str, EmailMessage]]:
        """The last messages with their file names, newest first."""
        files = sorted(self.folder.glob("*.eml"), reverse=True)[:limit] if self.folder.is_dir() else []
        return [(file.stem, _read(file)) for file in files]


def _read(file: Path) -> EmailMessage:
    """The message in a file."""
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
