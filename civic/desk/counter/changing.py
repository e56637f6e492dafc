# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/counter/<id>/files/<number>/change/<name>: completing or withdrawing, for the person, what they wrote."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from civic.counter.changing import changes_of, enter_change
from civic.counter.limits import counter_settings
from civic.desk.counter.holding import SittingVisit, enter_sitting, sitting_form
from civic.items.models import Item
from civic.module import CounterChange
from civic.registry import current_registry
from civic.web.acts import Act, Page
from civic.web.forms import VersionedForm
from civic.web.sending import Saved


def change(sitting_id: int, number: int, name: str) -> Page:
    """The module's form, on the person's behalf; 404 for what is not theirs or not in their mandate."""
    here = enter_sitting(sitting_id, idle_too=request.method == "POST")
    item, wanted = _wanted(here, number, name)
    form = wanted.form(here.visit.session, here.held.actor, item, here.visit.at)

    def save(done: Act, held: Any) -> Saved:
        enter_change(done.session, done.actor, held, number, wanted, form, done.at)
        return Saved(url_for("counter.sitting", sitting_id=sitting_id), _("Done for no. %(number)s. Print the receipt.", number=number))  # fmt: skip

    def draw(now_here: SittingVisit) -> str:
        found, _wanted_again = _wanted(now_here, number, name)
        session, held = now_here.visit.session, now_here.held
        if form.form_errors and isinstance(form, VersionedForm):
            form.show_again(found.version)
        return render_template(
            "desk/counter/change.html",
            held=held,
            idle_minutes=counter_settings(session).idle_minutes,
            item=found,
            change=wanted,
            form=form,
            refusal=wanted.refusal(session, held.actor, found, now_here.visit.at),
        )

    return sitting_form(sitting_id, form, save, draw, template=wanted.template)


def _wanted(here: SittingVisit, number: int, name: str) -> tuple[Item, CounterChange]:
    """The person's own item and what is to be done with it."""
    item = here.visit.session.scalar(select(Item).where(Item.number == number))
    found = changes_of(here.visit.session, current_registry(), here.held, item) if item is not None else {}
    if item is None or name not in found:
        abort(404)
    return item, found[name]
