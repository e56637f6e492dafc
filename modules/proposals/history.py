# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public history of a proposal, told from the journal: each step dated, named by function and motivated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import pgettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.answers.queries import SignedAnswer
from civic.db.types import PerLanguage
from civic.delays.standing import promises_of, standing_motive
from civic.i18n.texts import text
from civic.journal.models import JournalEntry, JournalText
from civic.people.models import Department
from civic.permissions.actor import HELPER
from civic.web.templating import day_short, last_day
from civic.workflow.engine import Lifecycle
from civic.workflow.stations import ENDS, Station, label_of, stations

from .queries import Shown
from .workflow import KIND, PROPOSAL

UNTOLD = frozenset({"create", "assign"})
"""Entries that concern the desk alone."""
OWN = frozenset({"submit", "resubmit", "edit", "withdraw"})
SIGNED = frozenset({"accept", "accept_partly", "decline"})


@dataclass(frozen=True)
class Step:
    """A step as the page tells it."""

    act: str
    state: str
    at: datetime
    title: str
    text: str
    who: str

    @property
    def when(self) -> str:
        """The day."""
        return day_short(self.at)


def steps_of(session: Session, shown: Shown, answer: SignedAnswer | None) -> list[Step]:
    """Every public step, oldest first, in two queries. Where nobody typed a reason, what the state means stands for it."""
    department = Department.__table__.alias()
    rows = session.execute(
        select(JournalEntry.act, JournalEntry.to_state, JournalEntry.at, JournalEntry.role, JournalEntry.details, JournalText.text, department.c.name)
        .outerjoin(JournalText, JournalText.entry_uid == JournalEntry.uid)
        .outerjoin(department, department.c.slug == JournalEntry.details["department"].as_string())
        .where(JournalEntry.subject_kind == KIND, JournalEntry.subject_id == shown.item.id, JournalEntry.act.not_in(UNTOLD))
        .order_by(JournalEntry.id)
    )  # fmt: skip
    promises = promises_of(session, KIND, shown.item.id)
    told = {transition.name: str(transition.past) for transition in PROPOSAL.transitions}
    told["edit"] = pgettext("proposals", "Corrected by its author")
    return [
        Step(
            act,
            state or "",
            at,
            _title(told[act], name, details),
            reason or _standing(state, promises.get((state, at))),
            _who(shown, answer, act, role),
        )
        for act, state, at, role, details, reason, name in rows
        if act in told
    ]


def _standing(state: str | None, due_at: datetime | None) -> str:
    """The motive of a step that has none of its own."""
    if state:
        return standing_motive(PROPOSAL.state(state), due_at)
    return str(pgettext("proposals", "The text shown on this page is the corrected one."))


def _title(title: str, department: PerLanguage | None, details: dict[str, str]) -> str:
    """What was done, with the department or the date it names."""
    what = text(department) or details.get("planned_for", "")
    return str(pgettext("proposals", "%(act)s: %(what)s", act=title, what=what)) if what else title


def _who(shown: Shown, answer: SignedAnswer | None, act: str, role: str) -> str:
    """The author, the official who signed by name, staff by their function only."""
    if act in OWN:
        author = shown.author or pgettext("proposals", "its author")
        return str(pgettext("proposals", "%(author)s, at the counter", author=author)) if role == HELPER else author
    if act in SIGNED and answer is not None:
        return ", ".join(part for part in (answer.signer_name, answer.signer_title) if part)
    if role == "agent" and shown.department:
        return text(shown.department)
    functions = {
        "clerk": pgettext("proposals", "participation clerks"),
        "agent": pgettext("proposals", "the department in charge"),
        "official": pgettext("proposals", "elected official"),
        "administrator": pgettext("proposals", "administrator of the portal"),
        "moderator": pgettext("proposals", "moderators"),
    }
    return str(functions.get(role) or pgettext("proposals", "the town"))


def line_of(cycle: Lifecycle, shown: Shown, steps: Sequence[Step]) -> list[Station]:
    """The line with the days of the stations passed, the deadline of the present one, and what is planned.

    What stopped early shows only the stations it reached: a proposal withdrawn before any study was not studied.
    """
    reached = {step.state: step.at for step in steps if step.state}
    found = []
    drawn = stations(cycle.workflow, shown.item.state, cycle.setup.labels, cycle.setup.skipped, farthest=True)
    stopped = drawn[-1].status in ENDS.values()
    for station in drawn:
        if station.name == "accepted" and station.status == "past" and "accepted_partly" in reached:
            partly = cycle.workflow.state("accepted_partly")
            station = replace(station, name=partly.name, label=label_of(partly, cycle.setup.labels))  # noqa: PLW2901 - a frozen value, replaced
        if stopped and station.status == "past" and station.name not in reached:
            continue
        if station.name == "accepted" and station.status == "next":
            station = replace(station, label=pgettext("proposals", "Decision"))  # noqa: PLW2901 - a frozen value, replaced
        found.append(replace(station, when=_when(station, shown, reached), note=_note(station, shown)))
    return found


def _when(station: Station, shown: Shown, reached: dict[str, datetime]) -> str:
    """What is written under a station: the day it was reached, or what is planned."""
    if station.status != "next":
        return day_short(reached[station.name]) if station.name in reached else ""
    return shown.proposal.planned_for if station.name == "done" else ""


def _note(station: Station, shown: Shown) -> str:
    """Under the present station: until when the town promised news, or its author is asked to complete it."""
    if station.status != "now" or shown.item.due_at is None:
        return ""
    day = last_day(shown.item.due_at)
    if PROPOSAL.state(station.name).waits_for_author:
        return str(pgettext("proposals", "to be completed by %(day)s", day=day))
    return str(pgettext("proposals", "next news due by %(day)s", day=day))
