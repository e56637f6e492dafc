# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing a short text: put in the outbox of the act's transaction, as a mail is."""

import secrets
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from civic.config import Config
from civic.events.outbox import put
from civic.ports.texter import Text

SMS = "sms"
_PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2019": "'", "\u00ab": '"', "\u00bb": '"', "\u2013": "-"})
"""Signs outside the alphabet of telephones, of which one alone halves what a text holds."""


def has_gateway() -> bool:
    """Whether the installation can send texts."""
    config: Config = current_app.extensions["civic.config"]
    return bool(config.sms_url)


def send_text(session: Session, *, to: str, text: str, at: datetime) -> None:
    """Put a text for one number in the outbox, on one line."""
    plain = " ".join(text.translate(_PLAIN).split())
    put(session, SMS, {"to": to, "text": plain, "reference": secrets.token_hex(8)}, at=at)


def compose_text(payload: dict[str, Any], _at: datetime) -> Text:
    """The text of an outbox row. Raises KeyError for a row that lacks a part."""
    return Text(payload["to"], payload["text"], payload["reference"])
