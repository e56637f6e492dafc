# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a process must say before it opens, and before it closes (S40; CRPA L131-1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session, object_session

from civic.db.types import PerLanguage
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal
from civic.spaces.models import ProcessFrame

FRAME_FIELDS = {
    "what": _("What it is about"),
    "why": _("Why now"),
    "who_decides": _("Who decides in the end"),
    "with_whom": _("With whom"),
    "when": _("When"),
    "not_negotiable": _("What is not under debate"),
    "use_of_results": _("What will be done with the results"),
}
"""The frame (S40), besides the level of participation."""

LEGAL_FIELDS = {
    "procedure": _("How one takes part"),
    "information": _("Useful information given"),
    "reasonable_time": _("Why the time is reasonable"),
    "follow_up": _("How results and intended follow-up are published"),
}
"""The four duties of CRPA L131-1."""

LEVELS = {
    "inform": _("Inform"),
    "consult": _("Consult"),
    "concert": _("Concert"),
    "cobuild": _("Build together"),
    "decide": _("The town undertakes to follow, subject to the council’s vote"),
}


@dataclass(frozen=True)
class CheckLine:
    """One line of the check-list."""

    field: str
    title: str
    is_done: bool
    is_legal: bool


def checklist(frame: ProcessFrame) -> list[CheckLine]:
    """Every field of the frame, done or not."""
    lines = [CheckLine(name, str(title), _is_told(getattr(frame, name)), False) for name, title in FRAME_FIELDS.items()]
    lines.append(CheckLine("level", str(_("Level of participation")), frame.level in LEVELS, False))
    lines += [CheckLine(name, str(title), _is_told(getattr(frame, name)), True) for name, title in LEGAL_FIELDS.items()]
    return lines


def checklist_is_complete(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """Guard of opening: names everything that is missing."""
    missing = [line.title for line in checklist(_frame(subject)) if not line.is_done]
    if not missing:
        return None
    return Refusal("frame_incomplete", _("Before it opens, write: %(fields)s.", fields=", ".join(missing)))


def outcome_is_told(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """Guard of closing: what was done must stand beside the frame."""
    if _is_told(_frame(subject).outcome):
        return None
    return Refusal("outcome_missing", _("Before it closes, write what was done with the results."))


def _frame(subject: Any) -> ProcessFrame:
    """The frame of the item's space."""
    session = object_session(subject)
    assert isinstance(session, Session)
    return session.get_one(ProcessFrame, subject.id)


def _is_told(texts: PerLanguage | None) -> bool:
    """Whether the town's own language has a text."""
    return bool((texts or {}).get("fr", "").strip())
