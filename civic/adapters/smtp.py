# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail by SMTP, one connection for a batch."""

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit


class SMTPMailer:
    """Delivers to `smtp://user:password@host:port` (STARTTLS when offered) or `smtps://…`."""

    def __init__(self, url: str, timeout: float = 20) -> None:
        self.parts = urlsplit(url)
        self.timeout = timeout

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[str | None]:
        """See Mailer. A refused recipient is that message's own failure; the connection goes on."""
        with self._connect() as connection:
            for message in messages:
                try:
                    connection.send_message(message)
                except smtplib.SMTPServerDisconnected:
                    raise
                except (smtplib.SMTPException, ValueError) as error:
                    connection.rset()
                    yield f"{type(error).__name__}: {error}"
                else:
                    yield None

    def check(self) -> None:
        """Connect and sign in, without sending. Raises OSError (SMTPException is one) saying what failed."""
        with self._connect() as connection:
            connection.noop()

    def _connect(self) -> smtplib.SMTP:
        """An open, authenticated connection."""
        host, port = self.parts.hostname or "localhost", self.parts.port
        if self.parts.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(host, port or 25, timeout=self.timeout)
            connection.ehlo_or_helo_if_needed()
            if connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
        if self.parts.username:
            connection.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        return connection
