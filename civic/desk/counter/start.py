# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/counter/: the first page, always empty: who is there, how it comes, what they ask for."""

from flask import flash, render_template, url_for
from flask_babel import gettext as _

from civic.adapters.geocoding import current_geocoder
from civic.counter.kinds import kind_names
from civic.counter.places import quartier_named
from civic.counter.queries import sheets_of
from civic.counter.sittings import is_open, open_sitting, open_sitting_of
from civic.desk.acting import Visit, enter
from civic.desk.counter.forms import OpenForm
from civic.desk.counter.holding import ENTER
from civic.desk.people_queries import quartier_choices
from civic.letters.texts import texts_on
from civic.people.presence import DOUBTFUL, NEW
from civic.registry import current_registry
from civic.web.acts import Act, Page
from civic.web.forms import choices
from civic.web.sending import Saved, form_page


def start() -> Page:
    """Begin with someone; the sheets of signatures and the sitting that is still open."""
    visit = enter(ENTER)
    form = _form(visit)

    def save(done: Act) -> Saved:
        known = frozenset(kind_names(done.session, current_registry()))
        found = form.quartier_id.data or _found_quartier(done, form)
        sitting, who = open_sitting(
            done.session, done.actor, form.shown(found), form.came(), known_kinds=known, at=done.at
        )
        if who.outcome == DOUBTFUL:
            flash(_("The names are near someone else’s: go on, a colleague looks at both records later."), "warning")
        message = _("Entered for the first time.") if who.outcome == NEW else _("The town knows this person.")
        return Saved(url_for("counter.sitting", sitting_id=sitting.id), message)

    return form_page(form, save, lambda: _draw(form), action=ENTER)


def _form(visit: Visit) -> OpenForm:
    """The empty form: nobody has asked for anything yet, and nothing is ticked."""
    kinds = kind_names(visit.session, current_registry())
    form = OpenForm(quartier_id=0)
    form.kinds.choices = choices(kinds.items())
    form.quartier_id.choices = choices(
        [(0, _("Not said, or found from the address")), *quartier_choices(visit.session, visit.today)]
    )
    return form if texts_on(visit.session) else form.without_texts()


def _found_quartier(done: Act, form: OpenForm) -> int | None:
    """The quartier of the address, when it is in the town; its lines are tried one by one."""
    lines = (form.address.data or "").splitlines()
    found = (quartier_named(done.session, current_geocoder(done.session), line, done.at.date()) for line in lines[:6])
    return next((one for one in found if one is not None), None)


def _draw(form: OpenForm) -> str:
    """The page, with nothing of whoever came before."""
    visit = enter(ENTER)
    present = open_sitting_of(visit.session, visit.actor.account_id)
    going_on = present if present is not None and is_open(visit.session, present, visit.at) else None
    return render_template(
        "desk/counter/start.html",
        form=form,
        present=going_on,
        sheets=sheets_of(visit.session, visit.actor.account_id),
        may_report=visit.may("counter:report"),
        may_send=visit.may("letter:send"),
    )
