# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands on a letter: sender, address, subject, text. Written in the town's language; the caller sets it."""

import io
import re
from datetime import datetime
from typing import Any

import segno
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.letters.news import News
from civic.letters.parts import Part, paragraph, parts_of
from civic.letters.pdf import LINES, Paper
from civic.letters.settings import letters_settings
from civic.people.identity import CivilIdentity, first_name
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state
from civic.web.templating import day, euros, last_day

_BEFORE_POSTCODE = re.compile(r"\s*,?\s+(?=\d{5}\s+\S)")


def compose_news(session: Session, news: News, to: list[str], *, is_author: bool, at: datetime) -> Paper:
    """The letter that tells news of a file."""
    reference = (
        _("Your question about “%(title)s”", title=news.title)
        if news.reply
        else _("Your proposal “%(title)s”", title=news.title)
        if is_author
        else _("The proposal in which you took part: “%(title)s”", title=news.title)
    )
    subject = (
        _("File no. %(number)s: the town answers your question", number=news.number)
        if news.reply
        else _("File no. %(number)s: %(state)s", number=news.number, state=news.state)
    )
    parts = [paragraph(_("Madam, Sir,")), *_told(news)]
    if news.due_at is not None:
        said = (
            _("It is to be completed by its author before the end of %(day)s.", day=last_day(news.due_at))
            if news.waits_for_author
            else _("Next news before the end of %(day)s.", day=last_day(news.due_at))
        )
        parts.append(paragraph(said))
    parts.append(paragraph(_("Everything about this file can be read at %(url)s", url=news.url)))
    parts += _contact(session)
    parts.append(
        paragraph(_("You receive this letter because you asked for answers by post. To stop them, tell the counter."))
    )
    return _paper(session, to, subject, reference, parts, at)


def compose_code(
    session: Session, to: list[str], code: str, url: str, *, expires_at: datetime, at: datetime, is_handed: bool = False
) -> Paper:
    """The paper that carries a code, posted or handed over at the counter."""
    with_account = (
        _("You have an account? Sign in first: what the town saw at the counter then counts for it.")
        if is_handed
        else _("You have an account? Sign in first: the code shows that you live here.")
    )
    without = (
        _("Otherwise you take part without one.")
        if letters_settings(session).acts_without_account
        else _("Otherwise make one: an e-mail address is enough.")
    )
    parts = [
        paragraph(_("Madam, Sir,")),
        paragraph(
            _("With this code you can take part in the decisions of the town on the Internet. It serves once, until %(day)s.", day=last_day(expires_at))
        ),
        {"kind": "code", "text": code},
        paragraph(_("Write it, with your date of birth, at %(url)s", url=url)),
        {"kind": "square", "svg": _square(url), "alt": _("Square that leads a telephone to that page")},
        paragraph(f"{with_account} {without}"),
        paragraph(
            _("This code is for you alone: whoever has it, and knows your date of birth, can act in your name. If you do not want it, destroy this paper: nothing else happens.")
        ),
        *_contact(session),
    ]  # fmt: skip
    return _paper(session, to, _("Your code to take part"), "", parts, at)


def _square(url: str) -> str:
    """The QR code of an address, as SVG."""
    drawn = io.BytesIO()
    segno.make(url, error="m").save(drawn, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False)
    return drawn.getvalue().decode()


def envelope(identity: CivilIdentity, address: str) -> list[str]:
    """Lines of the address: first name and the name in use, then what was given; what exceeds the window goes on a line."""
    name = f"{first_name(identity.first_names)} {identity.usage_name or identity.surname}"
    lines = [line.strip(" ,") for line in address.splitlines() if line.strip(" ,")]
    if len(lines) == 1:
        lines = _BEFORE_POSTCODE.split(lines[0], maxsplit=1)
    room = LINES - 1
    kept = lines if len(lines) <= room else [*lines[: room - 1], ", ".join(lines[room - 1 :])]
    return [name, *kept]


def _told(news: News) -> list[Part]:
    """The news itself."""
    if news.reply:
        asked = [
            paragraph(_("You asked:")),
            *({**part, "kind": "quote"} if part["kind"] == "paragraph" else part for part in parts_of(news.question)),
        ]
        return [*asked, paragraph(_("Here is the answer of the town.")), *parts_of(news.reply)]
    if news.answer is None:
        parts = [paragraph(_("Your file now stands at: %(state)s.", state=news.state))]
        return [*parts, *([paragraph(news.reason)] if news.reason else [])]
    answer = news.answer
    if news.wrong:
        opening = [
            paragraph(_("The town corrected an error in its answer. What was wrong: %(reason)s", reason=news.wrong)),
            paragraph(_("Here is the whole answer, corrected.")),
        ]
    else:
        opening = [paragraph(_("Here is the answer of the town."))]
    facts = [
        (_("Planned for"), answer.planned_for),
        (_("Decision"), answer.decision_reference),
        (_("Cost"), euros(answer.cost_eur)),
    ]
    items = [[{"text": _("%(name)s: %(value)s", name=name, value=value)}] for name, value in facts if value]
    signer = ", ".join(part for part in (answer.signer_name, answer.signer_title) if part)
    signed = _("Signed on %(day)s by %(signer)s", day=day(answer.signed_at), signer=signer)
    return [
        *opening,
        *parts_of(answer.body),
        *([{"kind": "facts", "items": items}] if items else []),
        paragraph(signed),
    ]


def _contact(session: Session) -> list[Part]:
    """Where to ask, as far as the town says so."""
    town = _portal(session)
    known = ", ".join(one.replace("\n", ", ").rstrip(". ") for one in (town.counter_address, town.contact_phone) if one)
    return [paragraph(_("To ask a question: %(contact)s", contact=known))] if known else []


def _paper(session: Session, to: list[str], subject: str, reference: str, parts: list[Part], at: datetime) -> Paper:
    """The whole letter, as plain values."""
    town = _portal(session).town_name
    sender = [line.strip() for line in letters_settings(session).sender.splitlines() if line.strip()]
    paper: dict[str, Any] = {
        "sender": sender or [town],
        "to": to,
        "dated": _("%(town)s, %(day)s", town=town, day=day(at)),
        "subject": subject,
        "reference": reference,
        "parts": parts,
    }
    return paper


def _portal(session: Session) -> PortalSettings:
    """What the town says of itself."""
    return portal_state(session).settings(PORTAL_SCOPE, PortalSettings)
