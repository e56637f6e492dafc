# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/people: finding someone, what the town knows, verification at the counter, erasure."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.db.session import db
from civic.desk import people_queries as queries
from civic.desk.acting import Visit, enter
from civic.desk.doubt_queries import doubts_of
from civic.desk.people_forms import EraseForm, IdentityForm, ListForm, ResidenceForm
from civic.erasure import erasers_of
from civic.letters.handing import takes_code
from civic.letters.stopping import stop_answers
from civic.organisations.queries import count_requests
from civic.people.doubtful_pairs import count_doubts
from civic.people.erasure import erase_person
from civic.people.identity import CivilIdentity, checked_identity
from civic.people.known_identity import contact_of
from civic.people.levels import level_words
from civic.people.models import Person
from civic.people.presence import DOCUMENTS
from civic.people.roles import ROLE_NAMES, open_grants
from civic.people.verification import (
    ELECTORAL,
    LIST_NAMES,
    PROOF_KINDS,
    Proof,
    Verified,
    people_settings,
    verify_on_list,
    verify_residence,
)
from civic.permissions.decision import Missing
from civic.proofs.queries import count_waiting, waiting_of
from civic.registry import current_registry
from civic.web.acts import Act, Page, permitted
from civic.web.forms import choices
from civic.web.sending import Saved, form_page

SEND, CODE = "letter:send", "letter:code"
VERIFY = "people:verify"
ERASE = "people:manage_roles"


def people() -> str:
    """Find someone by name or e-mail; the ways to roles, delegations, absences and lists."""
    visit = enter(VERIFY)
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:100]
    found, more = queries.find_persons(visit.session, words) if len(words) > 1 else ((), False)
    return render_template(
        "desk/people/people.html",
        words=words,
        found=found,
        more=more,
        visit=visit,
        level_words=level_words,
        waiting=count_waiting(visit.session),
        doubts=count_doubts(visit.session),
        requests=count_requests(visit.session),
    )


def person(person_id: int) -> str:
    """What the town knows of someone: level, how it was verified, accounts, roles."""
    visit = enter(VERIFY)
    known = _known(visit, person_id)
    accounts = queries.accounts_of(visit.session, person_id)
    return render_template(
        "desk/people/person.html",
        person=known,
        accounts=accounts,
        grants=open_grants(visit.session, {account.id for account in accounts}),
        verifications=queries.verifications_of(visit.session, person_id),
        quartier=queries.quartier_name(visit.session, known.quartier_id),
        level_words=level_words,
        roles=ROLE_NAMES,
        proofs={**PROOF_KINDS, **DOCUMENTS},
        doubts=doubts_of(visit.session, person_id),
        waiting=waiting_of(visit.session, person_id),
        contact=contact_of(visit.session, person_id),
        takes_code=visit.may(CODE) and takes_code(visit.session, person_id),
        visit=visit,
    )


def stop_letters(person_id: int) -> Response:
    """The person no longer wants answers at the address they gave."""
    with permitted(SEND) as done:
        stop_answers(done.session, done.actor, person_id, done.at)
        done.location = url_for("desk.person", person_id=person_id)
    flash(_("The address for answers is forgotten: no letter goes there any more."))
    return done.done()


def verify(person_id: int) -> Page:
    """Verify residence on a document, at the counter."""
    visit = enter(VERIFY)
    known = _known(visit, person_id)
    form = ResidenceForm(quartier_id=known.quartier_id or 0)
    form.proof_kind.choices = choices(PROOF_KINDS.items())
    form.quartier_id.choices = choices([(0, _("Not said")), *queries.quartier_choices(visit.session, visit.today)])

    def save(done: Act) -> Saved:
        assert form.proof_on.data is not None
        proof, who = Proof(form.proof_kind.data, form.proof_on.data), _identity(form, visit)
        quartier = form.quartier_id.data or None
        return _verified(
            verify_residence(done.session, done.actor, person_id, proof, who, quartier_id=quartier, at=done.at)
        )

    def draw() -> str:
        known, months = _known(enter(VERIFY), person_id), people_settings(db.session()).proof_months
        return render_template("desk/people/verify.html", person=known, form=form, months=months)

    return form_page(form, save, draw, action=VERIFY)


def verify_listed(person_id: int) -> Page:
    """Recognise someone on the electoral roll or on the town's own list."""
    visit = enter(VERIFY)
    _known(visit, person_id)
    form = ListForm(list_name=ELECTORAL)
    form.list_name.choices = choices(LIST_NAMES.items())

    def save(done: Act) -> Saved:
        name, number = form.list_name.data, form.number.data or ""
        who = _identity(form, visit)
        return _verified(
            verify_on_list(done.session, done.actor, person_id, who, list_name=name, number=number, at=done.at)
        )

    def draw() -> str:
        again = enter(VERIFY)
        known, sizes = _known(again, person_id), queries.list_sizes(again.session)
        return render_template("desk/people/verify_listed.html", person=known, form=form, sizes=sizes, lists=LIST_NAMES)

    return form_page(form, save, draw, action=VERIFY)


def erase(person_id: int) -> Page:
    """Erase a person's data, asked for by the person: an empty tombstone stays."""
    _known(enter(ERASE), person_id)
    form = EraseForm()

    def save(done: Act) -> Saved:
        if form.confirmation.data != str(person_id):
            raise Missing({"confirmation": _("This is not the number of this person.")})
        erase_person(done.session, done.actor, person_id, erasers_of(current_registry()), at=done.at)
        return Saved(url_for("desk.people"), _("The data of person %(number)s is erased.", number=person_id))

    def draw() -> str:
        return render_template("desk/people/erase.html", person=_known(enter(ERASE), person_id), form=form)

    return form_page(form, save, draw, action=ERASE)


def _known(visit: Visit, person_id: int) -> Person:
    """The person; 404 when there is none, or when the row was erased or joined with another."""
    found = visit.session.get(Person, person_id)
    if found is None or found.erased_at is not None or found.merged_into_id is not None:
        abort(404)
    return found


def _identity(form: IdentityForm, visit: Visit) -> CivilIdentity:
    """What was read on the document. Raises Missing for what cannot be."""
    return checked_identity(form.surname.data or "", form.first_names.data or "", form.birth_date.data, visit.today)


def _verified(verified: Verified) -> Saved:
    """Back to the person who is known now, with what was done and the notice of a merge."""
    if verified.merged_from is not None:
        message = _(
            "This person was already known: both records are now one. Supports given twice count once; tell the person."
        )
        flash(message, "warning")
    level = level_words(verified.level, proven=True)
    message = _("Recorded: %(level)s. Give the documents back; no copy of them is kept.", level=level)
    return Saved(url_for("desk.person", person_id=verified.person.id), message)
