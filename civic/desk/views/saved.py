# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/views: filters of lists and board kept under a name, for oneself or, by clerks, for all staff."""

from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from civic.db.session import db
from civic.desk.acting import Visit, enter
from civic.desk.filters import address_in
from civic.pages.rows import States
from civic.permissions.actor import Actor
from civic.saved_views.models import LONGEST_NAME, SavedView
from civic.saved_views.queries import views_of
from civic.saved_views.services import PAGES, SHARE, may_remove, own_view, remove_view, rename_view, save_view
from civic.web.acts import Act, Page, permitted
from civic.web.forms import CivicForm, one_line, strip
from civic.web.sending import Saved, form_page

ENTER = "desk:enter"


class ViewForm(CivicForm):
    """The name of a view, and whether it is everyone's."""

    name = StringField(
        lazy("Name of the view"),
        description=lazy("“Trees and gardens, late”, for instance."),
        filters=[strip],
        validators=[InputRequired(), Length(max=LONGEST_NAME), one_line],
    )
    shared = BooleanField(
        lazy("Share it with all staff"), description=lazy("Each sees in it the files that their own role opens.")
    )


def views() -> str:
    """One's own views, and those shared by others."""
    visit = enter(ENTER)
    found = views_of(visit.session, visit.actor)
    removable = {row.id for row in found if may_remove(visit.actor, row.owner_id, row.shared, visit.at)}
    return render_template("desk/views.html", views=found, removable=removable, account_id=visit.actor.account_id)


def new_view() -> Page:
    """Give a name to the filters of the address."""
    visit = enter(ENTER)
    page = request.args.get("page", "register")
    if page not in PAGES:
        abort(404)
    form, filters = _form(visit), urlencode(address_in(request.args, page, States(visit.session)))

    def save(done: Act) -> Saved:
        shared = "shared" in form and bool(form.shared.data)
        view = save_view(done.session, done.actor, page, filters, form.name.data or "", shared=shared, at=done.at)
        return Saved(_address(view.page, view.filters), _("The view “%(name)s” is kept.", name=view.name))

    def draw() -> str:
        return render_template("desk/view_edit.html", form=form, view=None, back=_address(page, filters))

    return form_page(form, save, draw, action=ENTER)


def edit_view(view_id: int) -> Page:
    """Rename a view of one's own, share it or keep it to oneself."""
    visit = enter(ENTER)
    view = _own(visit.actor, view_id)
    form = _form(visit, view)

    def save(done: Act) -> Saved:
        shared = bool(form.shared.data) if "shared" in form else view.shared
        rename_view(done.session, done.actor, view_id, form.name.data or "", shared=shared, at=done.at)
        return Saved(url_for("desk.views"), _("Saved."))

    def draw() -> str:
        known = _own(visit.actor, view_id)
        return render_template("desk/view_edit.html", form=form, view=known, back=url_for("desk.views"))

    return form_page(form, save, draw, action=ENTER)


def drop_view(view_id: int) -> Response:
    """Remove a view; one that is gone already is no error."""
    enter(ENTER)
    with permitted(ENTER) as done:
        remove_view(done.session, done.actor, view_id, done.at)
        done.location = url_for("desk.views")
    flash(_("The view is removed."))
    return done.done()


def shown_views(visit_actor: Actor, page: str) -> dict[str, Any]:
    """What the list of views on a page needs: each with its address, and the present filters as they would be kept."""
    address = address_in(request.args, page, States(db.session()))
    filters = urlencode(address)
    found = [
        {
            "name": row.name,
            "url": _address(row.page, row.filters),
            "shared": row.shared,
            "current": (row.page, row.filters) == (page, filters),
        }
        for row in views_of(db.session(), visit_actor)
    ]
    return {"views": found, "new_view_url": url_for("desk.new_view", page=page, **address) if filters else ""}


def _form(visit: Visit, view: SavedView | None = None) -> ViewForm:
    """The form; only whoever may share is asked."""
    form = ViewForm(name=view.name, shared=view.shared) if view is not None else ViewForm()
    if not visit.may(SHARE):
        del form["shared"]
    return form


def _own(actor: Actor, view_id: int) -> SavedView:
    """The view, of the actor's own; 404 when there is none, Denied when it is a colleague's."""
    if db.session().get(SavedView, view_id) is None:
        abort(404)
    return own_view(db.session(), actor, view_id)


def _address(page: str, filters: str) -> str:
    """Where a view leads: a page of the desk, never anything that was typed."""
    return url_for(f"desk.{page}") + (f"?{filters}" if filters else "")
