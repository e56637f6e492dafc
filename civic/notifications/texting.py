# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing a short text: put in the outbox of the act's transaction, as a mail is; the number is read when it leaves."""

import secrets
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from civic.config import Config
from civic.db.session import db
from civic.events.outbox import put
from civic.people.known_identity import contact_of
from civic.people.models import Person
from civic.ports.texter import Text

SMS = "sms"
_PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2019": "'", "\u00ab": '"', "\u00bb": '"', "\u2013": "-"})
"""Signs outside the alphabet of telephones, of which one alone halves what a text holds."""


def has_gateway() -> bool:
    """Whether the installation can send texts."""
    config: Config = current_app.extensions["civic.config"]
    return bool(config.sms_url)


def send_text(session: Session, *, person_id: int, text: str, at: datetime) -> None:
    """Put a text for one person in the outbox, on one line. No number stands there: who says stop gets nothing more."""
    plain = " ".join(text.translate(_PLAIN).split())
    put(session, SMS, {"person": person_id, "text": plain, "reference": secrets.token_hex(8)}, at=at)


def compose_text(payload: dict[str, Any], _at: datetime) -> Text | None:
    """The text of an outbox row; None once no number is known. Raises KeyError for a row that lacks a part."""
    session = db.session()
    person = session.get(Person, payload["person"])
    mobile = contact_of(session, person.merged_into_id or person.id).mobile if person is not None else ""
    return Text(mobile, payload["text"], payload["reference"]) if mobile else None
