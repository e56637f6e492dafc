# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/organisations: checking who asks to speak as an association, a company or a school; who speaks for them."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import EmailField, TextAreaField
from wtforms.validators import Length

from civic.db.session import db
from civic.desk.acting import enter
from civic.desk.fields import REQUIRED, within
from civic.desk.organisation_queries import page_in_state
from civic.organisations import queries
from civic.organisations.members import add_speaker, end_membership
from civic.organisations.models import ACCEPTED, CLOSED, REQUESTED, Organisation
from civic.organisations.numbers import ASSOCIATION, COMPANY, KINDS
from civic.organisations.services import (
    LONGEST_REASON,
    accept_organisation,
    close_organisation,
    refuse_organisation,
    reopen_organisation,
)
from civic.people.models import Person
from civic.web.acts import Act, Page, permitted
from civic.web.forms import CivicForm, one_line, strip
from civic.web.sending import Saved, form_page

CHECK = "organisation:check"


class Decision(NamedTuple):
    """What a clerk may decide from a state."""

    state: str
    title: str
    lead: str
    button: str
    done: str
    asks_reason: bool


DECISIONS: Mapping[str, Decision] = {
    "accept": Decision(
        REQUESTED,
        lazy("Accept an organisation"),
        lazy("Its number and its name were found in the public directory, and whoever asks may speak for it."),
        lazy("Accept it"),
        lazy("Accepted: it may speak here, and whoever asked is told."),
        False,
    ),
    "refuse": Decision(
        REQUESTED,
        lazy("Refuse an organisation"),
        lazy("Whoever asked receives your reason by e-mail. The number may be asked for again."),
        lazy("Refuse it"),
        lazy("Refused: whoever asked is told why."),
        True,
    ),
    "close": Decision(
        ACCEPTED,
        lazy("Close an organisation"),
        lazy("It says nothing more here. What it has said stays, under its name."),
        lazy("Close it"),
        lazy("Closed: what it has said stays."),
        True,
    ),
    "reopen": Decision(
        CLOSED,
        lazy("Open an organisation again"),
        lazy("Those who spoke for it may do so again."),
        lazy("Open it again"),
        lazy("Open again."),
        False,
    ),
}
DIRECTORIES: Mapping[str, str] = {
    ASSOCIATION: "https://www.journal-officiel.gouv.fr/pages/associations-recherche/",
    COMPANY: "https://annuaire-entreprises.data.gouv.fr/",
}
"""Where a clerk looks a number up; the rest stands in the directory of schools."""
SCHOOLS = "https://www.education.gouv.fr/annuaire"


class DecisionForm(CivicForm):
    """Accepting, or opening again: nothing to write."""


class ReasonForm(CivicForm):
    """Refusing or closing, with the reason."""

    reason = TextAreaField(
        lazy("Reason"),
        filters=[strip],
        validators=[REQUIRED, Length(max=LONGEST_REASON)],
        description=lazy("Those who asked for it or speak for it read it."),
    )


class SpeakerForm(CivicForm):
    """Someone who may speak for it from now on."""

    email = EmailField(
        lazy("E-mail address of the account"), filters=[strip], validators=[REQUIRED, within(254), one_line]
    )


def organisations() -> str:
    """Those in one state, the oldest request first."""
    visit = enter(CHECK)
    state = request.args.get("state", "")
    state = state if state in queries.STATES else REQUESTED
    after, before = request.args.get("after", ""), request.args.get("before", "")
    return render_template(
        "desk/people/organisations.html",
        page=page_in_state(visit.session, state, after=after, before=before),
        state=state,
        states=queries.STATES,
        kinds=KINDS,
    )


def organisation(organisation_id: int) -> Page:
    """One of them: what was asked, who speaks, what may be decided; adding someone who speaks."""
    _known(enter(CHECK).session, organisation_id)
    form = SpeakerForm()

    def save(done: Act) -> Saved:
        added = add_speaker(done.session, done.actor, organisation_id, form.email.data or "", done.at)
        words = _("This person may speak for it.") if added else _("An invitation is sent to this address.")
        return Saved(url_for("desk.organisation", organisation_id=organisation_id), words)

    def draw() -> str:
        session = db.session()
        found = _known(session, organisation_id)
        return render_template(
            "desk/people/organisation.html",
            form=form,
            found=found,
            requester=session.get_one(Person, found.requested_by_id),
            speakers=queries.speakers_of(session, organisation_id),
            kinds=KINDS,
            states=queries.STATES,
            tones=queries.TONES,
            directory=DIRECTORIES.get(found.kind, SCHOOLS),
            offers={name: one for name, one in DECISIONS.items() if one.state == found.state},
        )

    return form_page(form, save, draw, action=CHECK)


def decide(organisation_id: int, to: str) -> Page:
    """Accept, refuse, close or open again."""
    found = _known(enter(CHECK).session, organisation_id)
    if to not in DECISIONS:
        abort(404)
    decision = DECISIONS[to]
    there = url_for("desk.organisation", organisation_id=organisation_id)
    if request.method == "GET" and found.state != decision.state:
        flash(_("Somebody has decided about this organisation meanwhile: read it again."))
        return redirect(there, 303)
    form = ReasonForm() if decision.asks_reason else DecisionForm()

    def save(done: Act) -> Saved:
        _perform(done, to, organisation_id, form)
        return Saved(there, str(decision.done))

    def draw() -> str:
        shown = _known(db.session(), organisation_id)
        return render_template(
            "desk/people/decide_organisation.html", form=form, found=shown, decision=decision, kinds=KINDS
        )

    return form_page(form, save, draw, action=CHECK)


def end_speaker(organisation_id: int, member_id: int) -> Response:
    """Let someone speak no more for it, or take an invitation back."""
    with permitted(CHECK) as done:
        end_membership(done.session, done.actor, member_id, done.at)
        done.location = url_for("desk.organisation", organisation_id=organisation_id)
    flash(_("Done: what was said in its name stays."))
    return done.done()


def _perform(done: Act, to: str, organisation_id: int, form: CivicForm) -> None:
    """The act of a decision."""
    if isinstance(form, ReasonForm):
        acts: Mapping[str, Callable[..., Any]] = {"refuse": refuse_organisation, "close": close_organisation}
        acts[to](done.session, done.actor, organisation_id, form.reason.data or "", done.at)
    else:
        acts = {"accept": accept_organisation, "reopen": reopen_organisation}
        acts[to](done.session, done.actor, organisation_id, done.at)


def _known(session: Session, organisation_id: int) -> Organisation:
    """The organisation, or 404."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        abort(404)
    return found
