# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing mail: rendered in the reader's language when the act happens, put in the outbox of its transaction."""

import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from flask import current_app, render_template, url_for
from sqlalchemy.orm import Session

from civic.config import Config
from civic.events.outbox import put
from civic.i18n.catalogue import writing_in
from civic.i18n.texts import pick
from civic.items.models import Item
from civic.people.models import Account
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state


def send(
    session: Session,
    *,
    to: str,
    template: str,
    context: dict[str, Any],
    language: str,
    at: datetime,
    dedupe: str | None = None,
) -> None:
    """Put a message for one address in the outbox.

    `templates/mail/<template>.txt` gives it: the first line is "Subject: …", then the text, wrapped by the reader's
    program. It receives `context`, `town` and `portal_url`.
    """
    town = portal_state(session).settings(PORTAL_SCOPE, PortalSettings).town_name
    with writing_in(language):
        text = render_template(f"mail/{template}.txt", town=town, portal_url=base_url(), **context)
    head, _, body = text.strip().partition("\n")
    subject = re.sub(r"[ \t]+", " ", head.removeprefix("Subject:")).strip()  # narrow and no-break spaces stay
    put(
        session, "mail", {"to": to, "subject": subject, "body": body.strip() + "\n", "town": town}, at=at, dedupe=dedupe
    )


def send_to(
    session: Session, account: Account, template: str, *, at: datetime, dedupe: str | None = None, **context: Any
) -> None:
    """Put a message for an account in the outbox, in its language."""
    send(
        session,
        to=account.email,
        template=template,
        context=context,
        language=account.language,
        at=at,
        dedupe=dedupe,
    )


def send_about(
    session: Session, account: Account, item: Item, endpoint: str, template: str, *, at: datetime, **context: Any
) -> None:
    """The same about a public item: its title, its number and the address of its page go along."""
    language = account.language
    url = address_of(endpoint, language, number=item.number)
    title = pick(item.title, language)
    send_to(session, account, template, at=at, title=title, number=item.number, url=url, **context)


def base_url() -> str:
    """Public address of the portal, without a final slash."""
    config: Config = current_app.extensions["civic.config"]
    return config.base_url.rstrip("/")


def address_of(endpoint: str, language: str, **values: Any) -> str:
    """Absolute address of a page in a language, for messages written outside a request."""
    config: Config = current_app.extensions["civic.config"]
    with current_app.test_request_context(base_url=base_url()):
        path = url_for(endpoint, **values)
    prefix = "" if language == config.default_language else f"/{language}"
    return f"{base_url()}{prefix}{path}"


def compose(payload: dict[str, Any], at: datetime) -> EmailMessage:
    """The message of an outbox row. EmailMessage refuses line breaks in headers by itself."""
    config: Config = current_app.extensions["civic.config"]
    message = EmailMessage()
    message["From"] = f'"{payload["town"].replace(chr(34), "")}" <{config.mail_from}>'
    message["To"] = payload["to"]
    message["Subject"] = payload["subject"]
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=config.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(payload["body"])
    return message
