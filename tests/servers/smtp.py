# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real SMTP server on a free port that keeps what it receives, and refuses when told to."""

import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.process import free_port


@dataclass(frozen=True)
class Received:
    """One message as it came: the envelope counts, headers may say something else."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The decoded subject."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text part."""
        part = self.message.get_body(("plain",))
        assert part is not None, "a message without plain text"
        return part.get_content()


class SmtpServer:
    """Keeps messages in `received`; `refuse(address, reply)` answers a recipient with an error until told otherwise."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refusals: dict[str, str] = {}
        self.port = free_port()  # port 0 would defeat aiosmtpd's own start check
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """Its address, as CIVIC_SMTP_URL takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> "SmtpServer":
        """Listen, in a thread."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop listening: senders then meet a refused connection."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def refuse(self, address: str, reply: str = "550 5.1.1 Unknown mailbox") -> None:
        """Answer this recipient with an SMTP error: 4xx comes back later, 5xx never."""
        self.refusals[address] = reply

    def accept(self, address: str) -> None:
        """Take messages for this recipient again."""
        self.refusals.pop(address, None)

    def to(self, address: str) -> list[Received]:
        """What was delivered to one recipient."""
        return [mail for mail in self.received if address in mail.recipients]

    def wait_for(self, count: int, seconds: float = 5) -> list[Received]:
        """Wait until `count` messages have come; fail when they do not."""
        limit = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < limit:
            time.sleep(0.01)
        assert len(self.received) >= count, f"{len(self.received)} messages of {count} after {seconds} s"
        return self.received

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """aiosmtpd asks for each recipient."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """aiosmtpd hands over each message."""
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        self.received.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        return "250 OK"
