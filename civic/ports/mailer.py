# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending mail: the port. Adapters deliver by SMTP or to files."""

from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from typing import Protocol


class Mailer(Protocol):
    """Delivers messages, in order, over one connection."""

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[str | None]:
        """For each message, None when it was accepted or the reason why it was not.

        Raises OSError when no connection can be had: none of the remaining messages was sent.
        """
        ...
