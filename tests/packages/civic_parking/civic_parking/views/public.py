# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public pages, at `/parking/…`."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from civic.clock import now
from civic.db.session import db
from civic.i18n.setup import current_language
from civic.items.models import Item
from civic.permissions.decision import Denied, Refused
from civic.web.actors import current_actor
from civic.web.acts import act

from ..forms import CloseForm, EntryForm
from ..permissions import ENTRY_POLICY
from ..queries import entry_numbered, entry_page
from ..services import close_entry, cycle_of, write_entry

bp = Blueprint("parking", __name__, url_prefix="/parking", template_folder="../templates")


@bp.get("/")
def index() -> str:
    """The register."""
    session = db.session()
    page = entry_page(session, request.args.get("after", "")[:300], request.args.get("before", "")[:300])
    workflow = cycle_of(session).workflow
    return render_template("parking/index.html", page=page, workflow=workflow)


@bp.get("/<int:number>")
def show(number: int) -> str:
    """An entry, and what one may do with it."""
    return _page(number, CloseForm())


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Write an entry."""
    ENTRY_POLICY.require("entry:write", current_actor(), None, now())
    form = EntryForm()
    if form.sent():
        try:
            with act() as done:
                title, body = form.title.data or "", form.body.data or ""
                item = write_entry(done.session, done.actor, title, body, current_language(), done.at)
                done.location = url_for("parking.show", number=item.number)
            return done.done()
        except Denied:
            raise
        except Refused as error:
            form.refuse(error)
    return render_template("parking/new.html", form=form), 422 if request.method == "POST" else 200


@bp.post("/<int:number>/close")
def close(number: int) -> ResponseReturnValue:
    """Close an entry, with the reason."""
    form = CloseForm()
    try:
        with act() as done:
            found = entry_numbered(done.session, number)
            if found is None:
                abort(404)
            item = done.session.get_one(Item, found.id)
            ENTRY_POLICY.require("entry:close", done.actor, item, done.at)
            close_entry(done.session, done.actor, item, form.reason.data or "", done.at, version=form.seen)
            done.location = url_for("parking.show", number=number)
        return done.done()
    except Denied:
        raise
    except Refused as error:
        form.refuse(error)
        return _page(number, form), 422


def _page(number: int, form: CloseForm) -> str:
    """The page of an entry."""
    session = db.session()
    entry = entry_numbered(session, number)
    if entry is None:
        abort(404)
    cycle = cycle_of(session)
    form.show_again(entry.item.version)
    may_close = entry.item.state == "open" and ENTRY_POLICY.allows("entry:close", current_actor(), entry.item, now())
    return render_template(
        "parking/show.html",
        entry=entry,
        item=entry.item,
        state=cycle.workflow.state(entry.item.state),
        form=form if may_close else None,
    )
