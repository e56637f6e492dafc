# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prove that I live here: sending a document from home, seeing where it stands, taking it back."""

from datetime import date
from functools import partial

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.account.guard import signed_in_actor
from civic.account.proof_form import ProofForm
from civic.clock import now
from civic.db.session import db
from civic.i18n.setup import current_zone
from civic.people.identity import checked_identity
from civic.people.limits import SEND_PROOF, current_limits
from civic.people.models import Person
from civic.people.verification import PROOF_KINDS, Proof, add_months, people_settings
from civic.permissions.actor import Actor
from civic.permissions.decision import Refused
from civic.proofs.documents import LARGEST
from civic.proofs.queries import destroyed_by, last_outcome, proven_until, waiting_of
from civic.proofs.services import send_proof, withdraw_proof
from civic.web.actors import client_address
from civic.web.acts import act
from civic.web.forms import choices
from civic.web.uploads import takes_files

LARGEST_REQUEST = 16 * 1024 * 1024
"""Bytes of a request that are read so that a document that is too large comes back as a sentence on its form."""


@partial(takes_files, largest=LARGEST_REQUEST)
def residence() -> ResponseReturnValue:
    """Where my proof stands, or the form to send one."""
    actor = signed_in_actor()
    form = _form(db.session().get_one(Person, actor.person_id))
    if form.sent():
        try:
            current_limits().require(SEND_PROOF, address=client_address(), subject=str(actor.account_id))
            identity = checked_identity(
                form.surname.data or "", form.first_names.data or "", form.birth_date.data, _today()
            )
            assert form.proof_on.data is not None
            proof = Proof(form.proof_kind.data, form.proof_on.data)
            with act() as done:
                send_proof(done.session, done.actor, proof, identity, form.document, at=done.at)
                done.location = url_for("people.residence")
            flash(_("Your document has arrived. You receive an e-mail as soon as it has been checked."))
            return done.done()
        except Refused as error:
            form.refuse(error)
    if request.method == "POST":
        form.ask_again()
    return _page(actor, form), 422 if request.method == "POST" else 200


def withdraw() -> ResponseReturnValue:
    """Take my document back: it is destroyed."""
    signed_in_actor()
    with act() as done:
        gone = withdraw_proof(done.session, done.actor, at=done.at)
        done.location = url_for("people.residence")
    flash(_("Your document is withdrawn and destroyed.") if gone else _("No document of yours is waiting any more."))
    return done.done()


def _form(person: Person) -> ProofForm:
    """The form, with the names one has already given."""
    form = ProofForm(surname=person.family_name, first_names=person.given_name)
    form.proof_kind.choices = choices(PROOF_KINDS.items())
    return form


def _page(actor: Actor, form: ProofForm) -> str:
    """The page in its state: proven, waiting, or to be sent."""
    session, at, person_id = db.session(), now(), actor.person_id or 0
    proven, waiting = proven_until(session, person_id, at), waiting_of(session, person_id)
    rules = people_settings(session)
    return render_template(
        "people/residence.html",
        form=form,
        proven=proven,
        waiting=waiting,
        destroyed_at=destroyed_by(session, waiting.uploaded_at) if waiting else None,
        outcome=last_outcome(session, person_id),
        kinds=PROOF_KINDS,
        rules=rules,
        oldest=add_months(_today(), -rules.proof_months),
        largest=LARGEST // 1024**2,
    )


def _today() -> date:
    """The day in the town's zone."""
    return now().astimezone(current_zone()).date()
