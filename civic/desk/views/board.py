# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/board: files by stage, moved from stage to stage by keyboard, by touch, or with a mouse."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import HiddenField
from wtforms.validators import InputRequired

from civic.clock import now
from civic.db.session import db
from civic.desk import board as shown_board
from civic.desk import queries
from civic.desk.acting import enter
from civic.desk.filters import address_of, chosen_in, of_one_kind
from civic.desk.queries import QueueFilter
from civic.desk.views.item import DeskFile, open_file, transition_of
from civic.desk.views.saved import shown_views
from civic.items.models import Item
from civic.pages.rows import States
from civic.permissions.core import CORE_POLICY
from civic.settings.workflows import lifecycle
from civic.web.actors import current_actor
from civic.web.acts import Act, Page
from civic.web.forms import VersionedForm
from civic.web.incoming import typed_number
from civic.web.sending import Saved, form_page
from civic.workflow.engine import perform

SCOPE = "all"


class MoveForm(VersionedForm):
    """Which file, and what is done to it: hidden fields and the button of a card."""

    file = HiddenField(validators=[InputRequired()])
    act = HiddenField(validators=[InputRequired()])

    @property
    def item_id(self) -> int:
        """The file's id; 0, which no file has, when it was tampered with."""
        return typed_number(self.file.data or "") or 0


@dataclass(frozen=True)
class Chosen:
    """What the address asks for: one kind among those of the modules that are on, and filters."""

    shown: States
    kind: str
    filters: QueueFilter

    @property
    def address(self) -> dict[str, Any]:
        """The same, as arguments of an address."""
        return address_of(self.filters, SCOPE, self.kind if len(self.shown.kinds) > 1 else "")


def board() -> str:
    """Columns are the stages of one kind of file."""
    enter("desk:enter")
    return _page(MoveForm())


def move() -> Page:
    """Move a file; an act that needs words or a department leads to its own page."""
    visit = enter("desk:enter")
    form, address = MoveForm(), _chosen().address
    if not form.validate():
        return _page(form), 422
    file, act = open_file(form.item_id, visit.at), form.act.data or ""
    if transition_of(file, act).requires:
        return redirect(url_for("desk.act_on", item_id=form.item_id, name=act), 303)
    return form_page(form, lambda done: _perform(done, form, file, address), lambda: _page(form))


def _perform(done: Act, form: MoveForm, file: DeskFile, address: dict[str, Any]) -> Saved:
    """The act itself, inside the write, and the way back to the board as it was filtered."""
    item = done.session.get_one(Item, form.item_id)
    CORE_POLICY.require("item:read", done.actor, item, done.at)
    cycle = lifecycle(done.session, file.resource.workflow, file.resource.policy)
    act = form.act.data or ""
    perform(done.session, cycle, done.actor, item, act, at=done.at, version=form.seen)
    told = _("No. %(number)s: %(act)s.", number=item.number, act=cycle.workflow.transition(act).past)
    return Saved(url_for("desk.board", **address, _anchor=f"file-{item.id}"), told)


def _chosen() -> Chosen:
    """Kind and filters of the address."""
    shown = States(db.session())
    kinds = shown.kinds
    asked = request.args.get("kind", "")
    kind = asked if asked in kinds else next(iter(kinds), "")
    return Chosen(shown, kind, of_one_kind(chosen_in(request.args, SCOPE, shown), kind))


def _page(form: MoveForm) -> str:
    """The board as it is now."""
    session, actor, at, chosen = db.session(), current_actor(), now(), _chosen()
    kinds = [(kind, chosen.shown.resources[kind].plural) for kind in chosen.shown.kinds]
    cycle = chosen.shown.cycle(chosen.kind) if chosen.kind else None
    return render_template(
        "desk/board.html",
        form=form,
        columns=shown_board.columns(session, actor, cycle, chosen.filters, at) if cycle else [],
        kinds=kinds,
        kind=chosen.kind,
        chosen=chosen.filters,
        address=chosen.address,
        filtered=bool(address_of(chosen.filters, SCOPE)),
        at=at,
        departments=queries.departments(session),
        saved=shown_views(actor, "board"),
    )
