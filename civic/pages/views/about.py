# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the town owes its residents in words: how it works, accessibility, privacy, taking part without the Internet."""

from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from civic.answers.permissions import ANSWER_POLICY
from civic.answers.workflow import ANSWER
from civic.clock import now
from civic.db.session import db
from civic.i18n.setup import current_zone
from civic.letters.texts import texts_on
from civic.pages.rows import States
from civic.settings.accessibility import ACCESSIBILITY_SCOPE, MENTIONS, AccessibilitySettings
from civic.settings.store import portal_state
from civic.settings.workflows import lifecycle
from civic.spaces.services import process_cycle
from civic.workflow.diagram import Told, diagram, told
from civic.workflow.engine import Lifecycle


@dataclass(frozen=True)
class Explained:
    """A workflow for everyone: drawn, and told."""

    id: str
    title: str
    drawing: Markup
    states: list[Told]


def how_it_works() -> str:
    """/how-it-works: the life of everything one can submit, as the town set it."""
    session = db.session()
    states = States(session)
    explained = [
        _explained(kind, str(resource.plural), states.cycle(kind)) for kind, resource in states.resources.items()
    ]
    explained.append(_explained("civic.process", _("Processes"), process_cycle(session)))
    explained.append(_explained("civic.answer", _("The town’s answers"), lifecycle(session, ANSWER, ANSWER_POLICY)))
    return render_template("pages/how_it_works.html", explained=explained)


def _explained(kind: str, title: str, cycle: Lifecycle) -> Explained:
    """One workflow with the town's names, deadlines and skipped states."""
    label = _("%(title)s: drawing of the steps; the table that follows says the same in words", title=title)
    drawn = diagram(cycle.workflow, cycle.setup, label)
    return Explained(kind.replace(".", "-"), title, drawn, told(cycle.workflow, cycle.setup))


def accessibility() -> str:
    """/accessibility: the declaration (law 2005-102, article 47; RGAA 4.1)."""
    today = now().astimezone(current_zone()).date()
    known = portal_state(db.session()).settings(ACCESSIBILITY_SCOPE, AccessibilitySettings)
    return render_template(
        "pages/accessibility.html",
        audit=known if known.is_valid(today) else None,
        lapsed=date.fromisoformat(known.audited_on) if known.audited_on and not known.is_valid(today) else None,
        audited_on=date.fromisoformat(known.audited_on) if known.audited_on else None,
        declared_on=date.fromisoformat(known.declared_on) if known.declared_on else None,
        mention=MENTIONS[known.state(today)],
        plan_url=known.plan_url,
    )


def privacy() -> str:
    """/privacy: what is kept about persons, why, and how long."""
    return render_template("pages/privacy.html", by_text=texts_on(db.session()))


def offline() -> str:
    """/offline: the counter, the telephone, paper."""
    return render_template("pages/offline.html")
