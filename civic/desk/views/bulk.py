# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/bulk: one act on the files ticked in a list: chosen, looked at file by file, then confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import abort, render_template, request
from flask_babel import gettext as _

from civic.db.session import db
from civic.desk import bulk as together
from civic.desk import queries
from civic.desk.acting import Visit, enter
from civic.desk.bulk import Choice, Outcome, Picked
from civic.desk.forms import ActForm
from civic.i18n.setup import current_language
from civic.i18n.texts import pick
from civic.items.models import Item
from civic.pages.rows import States
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing, Refusal, Refused
from civic.web.acts import Page, Replayed, act
from civic.workflow.engine import perform, require_fields


@dataclass(frozen=True)
class Asked:
    """What was ticked, and the act when it is chosen."""

    visit: Visit
    shown: States
    picked: list[Picked]
    items: list[Item]
    choice: Choice | None

    @property
    def unread(self) -> int:
        """Ticked files that are gone or not the reader's."""
        return len(self.picked) - len(self.items)


class Ready(NamedTuple):
    """An act that can be looked at, or done: its files, itself, what it asks for."""

    asked: Asked
    choice: Choice
    form: ActForm


def choose() -> Page:
    """The ticked files, the acts open to them, then what the act asks for."""
    asked = _asked(request.args.getlist("file"), request.args.get("act", ""))
    return _chosen_page(asked, _form(asked.choice) if asked.choice else None)


def preview() -> Page:
    """File by file, what the act would do or why it would not. Nothing is written."""
    ready = _ready()
    if not isinstance(ready, Ready):
        return ready
    asked, choice, form = ready
    data, at = form.data_of(), asked.visit.at
    outcomes = [together.foresee(asked.visit.actor, choice, item, data, at) for item in asked.items]
    return render_template("desk/bulk_preview.html", asked=asked, form=form, outcomes=outcomes, at=at)


def confirm() -> Page:
    """Each file in a write of its own: one that is refused keeps none of the others from being done."""
    ready = _ready()
    if not isinstance(ready, Ready):
        return ready
    asked, choice, form = ready
    versions = {one.id: one.version if one.version is not None else -1 for one in asked.picked}
    outcomes = [_done(choice, item.id, versions[item.id], form) for item in asked.items]
    return render_template("desk/bulk_report.html", asked=asked, outcomes=outcomes, at=asked.visit.at)


def _ready() -> Ready | Page:
    """What was sent, when files and act are chosen and its fields are right; else the page that says what is missing."""
    asked = _asked(request.form.getlist("file"), request.form.get("act", ""))
    if not asked.items or len(asked.picked) > together.MOST or asked.choice is None:
        return _chosen_page(asked, None, 422)
    form = _form(asked.choice)
    return Ready(asked, asked.choice, form) if _is_filled(form, asked.choice) else _chosen_page(asked, form, 422)


def _done(choice: Choice, item_id: int, version: int, form: ActForm) -> Outcome:
    """Perform the act on one file, once for this form; gives the file as it now stands, with what refused it."""
    refusals: tuple[Refusal, ...] = ()
    is_repeat = False
    try:
        with act(part=f"{choice.key} {item_id} {version}") as done:
            item = done.session.get_one(Item, item_id)
            CORE_POLICY.require("item:read", done.actor, item, done.at)
            together.require_kind(choice, item)
            perform(
                done.session,
                choice.cycle,
                done.actor,
                item,
                choice.transition.name,
                at=done.at,
                version=version,
                data=form.data_of(),
            )
    except Refused as error:
        refusals = error.refusals
    except Replayed:
        is_repeat = True
    item = db.session().get_one(Item, item_id)
    return Outcome(item, _stage(item), refusals, is_repeat)


def _stage(item: Item) -> str:
    """The town's name of where the file stands."""
    shown = States(db.session())
    return shown.shown(item.kind, item.state).label if item.kind in shown.kinds else ""


def _asked(values: Sequence[str], key: str) -> Asked:
    """Who asks, for which files and act; 404 for an act that does not exist or is not done together."""
    visit = enter("desk:enter")
    shown, chosen = States(visit.session), together.picked(values)
    choice = together.choice_of(shown, key) if key else None
    if key and choice is None:
        abort(404)
    items = together.files(visit.session, visit.actor, shown, chosen[: together.MOST + 1])
    return Asked(visit, shown, chosen, items, choice)


def _form(choice: Choice) -> ActForm:
    """The fields of the act."""
    form = ActForm()
    departments = queries.departments(db.session())
    form.keep(choice.transition, [(one.id, pick(one.name, current_language())) for one in departments])
    return form


def _is_filled(form: ActForm, choice: Choice) -> bool:
    """Whether every field is right and nothing that the act requires is empty: said once, not file by file."""
    if not form.validate():
        return False
    try:
        require_fields(choice.transition, form.data_of())
    except Missing as error:
        form.refuse(error)
        return False
    return True


def _chosen_page(asked: Asked, form: ActForm | None, status: int = 200) -> Page:
    """The first page: acts to choose from, or the fields of the one that was chosen."""
    visit, too_many = asked.visit, len(asked.picked) > together.MOST
    problem = ""
    if too_many:
        problem = _("Choose at most %(count)s files at once.", count=together.MOST)
    elif not asked.items:
        problem = _("Tick the files in a list first.")
    offered = [] if problem else together.choices(visit.actor, asked.shown, asked.items, visit.at)
    page = render_template(
        "desk/bulk.html", asked=asked, form=form, problem=problem, choices=offered, several=len(asked.shown.kinds) > 1
    )
    return page if status == 200 else (page, status)
