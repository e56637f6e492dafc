# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with each kind of outbox message. Handlers are idempotent: a message may be delivered twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import current_app
from sqlalchemy.orm import Session

from civic.adapters.letterbox import Letterbox
from civic.adapters.smtp import SMTPMailer
from civic.adapters.text_gateway import HTTPTexter
from civic.config import Config
from civic.events.outbox import put
from civic.files.work import HANDLERS as FILE_HANDLERS
from civic.module import Listener
from civic.notifications.mail import compose
from civic.notifications.texting import SMS, compose_text
from civic.ports.mailer import Mailer
from civic.ports.texter import NullTexter, Texter
from civic.registry import Registry, current_registry
from civic.settings.store import portal_state


class UnknownMessage(LookupError):
    """A message nobody handles: an event or a listener of a module that is no longer installed."""


def current_mailer() -> Mailer:
    """SMTP when it is configured, else the instance's letterbox."""
    config: Config = current_app.extensions["civic.config"]
    return SMTPMailer(config.smtp_url) if config.smtp_url else Letterbox(config.instance / "mail")


def current_texter() -> Texter:
    """The gateway, when one is configured."""
    config: Config = current_app.extensions["civic.config"]
    return HTTPTexter(config.sms_url, config.sms_token) if config.sms_url else NullTexter()


class Carrier(Protocol):
    """What takes messages out of the portal: see Mailer and Texter."""

    def deliver(self, messages: Iterable[Any]) -> Iterator[str | None]:
        """For each message, None or the reason why it was not taken; OSError when nothing can be reached."""
        ...


@dataclass(frozen=True)
class Channel:
    """A way out: how a row becomes a message (None when there is nothing to send any more), and who carries it."""

    compose: Callable[[dict[str, Any], datetime], Any]
    carrier: Callable[[], Carrier]


def fan_out(session: Session, payload: dict[str, Any], at: datetime) -> None:
    """One message per listener of an event, so that one that fails is tried again alone."""
    for key in _listeners(session, current_registry(), payload["event"]):
        put(session, "listener", {"listener": key, **payload}, at=at)


def tell_listener(session: Session, payload: dict[str, Any], at: datetime) -> None:
    """Call one listener with its event, in the write that marks the message as done."""
    registry = current_registry()
    listener = _listeners(session, registry, payload["event"]).get(payload["listener"])
    event = registry.events().get(payload["event"])
    if listener is None or event is None:
        raise UnknownMessage(f"{payload['listener']} no longer listens to {payload['event']}")
    listener.react(session, event.from_payload(payload["values"]))


def _listeners(session: Session, registry: Registry, event: str) -> dict[str, Listener]:
    """Listeners of the core and of the modules that are on, by a stable name."""
    on = portal_state(session).modules_on
    return {
        f"{module.name}:{listener.react.__name__}": listener
        for module in registry
        if module is registry.core or module.name in on
        for listener in module.listeners
        if listener.event.__name__ == event
    }


CHANNELS: Mapping[str, Channel] = {"mail": Channel(compose, current_mailer), SMS: Channel(compose_text, current_texter)}
"""Kinds that leave the portal, outside any transaction, many at a time."""

IN_WRITE = {"event": fan_out, "listener": tell_listener}
"""Handlers called inside the write that marks their message as done: their effect happens exactly once."""

BEFORE_WRITE = FILE_HANDLERS
"""Handlers of slow work, called outside any transaction; what they give back is called in that write."""
