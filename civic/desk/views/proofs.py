# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/proofs: documents sent online that wait; looking at one, accepting it or saying why not."""

from flask import Response, abort, flash, render_template, request, url_for
from flask_babel import gettext as _

from civic.db.session import db
from civic.desk import people_queries as queries
from civic.desk.acting import Page, Visit, enter, permitted
from civic.desk.people_forms import RefuseProofForm, ResidenceForm
from civic.people.identity import CivilIdentity, checked_identity
from civic.people.models import Person
from civic.people.proof_upload import ProofUpload
from civic.people.verification import PROOF_KINDS, Proof, people_settings
from civic.permissions.decision import Refused
from civic.proofs.documents import ENDINGS, PDF, open_document, open_identity
from civic.proofs.queries import count_waiting, destroyed_by, waiting_list
from civic.proofs.services import REASONS, accept_proof, refuse_proof
from civic.web.forms import choices

VERIFY = "people:verify"


def proofs() -> str:
    """Documents that wait, the oldest first."""
    visit = enter(VERIFY)
    page = waiting_list(visit.session, after=request.args.get("after", ""), before=request.args.get("before", ""))
    return render_template(
        "desk/people/proofs.html",
        page=page,
        total=count_waiting(visit.session),
        kinds=PROOF_KINDS,
        days=people_settings(visit.session).proof_days,
        destroyed_at={row.id: destroyed_by(visit.session, row.uploaded_at) for row in page.rows},
    )


def proof(proof_id: int) -> Page:
    """Look at a document, and accept it: what the agent reads on it is what counts."""
    visit = enter(VERIFY)
    upload = visit.session.get(ProofUpload, proof_id)
    if upload is None:
        return _gone()
    form = _form(visit, upload, open_identity(upload))
    if form.sent():
        try:
            with permitted(VERIFY) as done:
                assert form.proof_on.data is not None
                seen = Proof(form.proof_kind.data, form.proof_on.data)
                who = checked_identity(
                    form.surname.data or "", form.first_names.data or "", form.birth_date.data, visit.today
                )
                quartier = form.quartier_id.data or None
                accept_proof(done.session, done.actor, proof_id, seen, who, quartier_id=quartier, at=done.at)
                done.location = url_for("desk.proofs")
            flash(_("Accepted: the residence is verified, the document is destroyed, the person is told."))
            return done.done()
        except Refused as error:
            form.refuse(error)
            upload = db.session().get(ProofUpload, proof_id)
            if upload is None:
                return _gone()
    page = render_template("desk/people/proof.html", form=form, **_shown(upload))
    return (page, 422) if request.method == "POST" else page


def refuse(proof_id: int) -> Page:
    """Do not accept a document: the person is told why."""
    visit = enter(VERIFY)
    upload = visit.session.get(ProofUpload, proof_id)
    if upload is None:
        return _gone()
    form = RefuseProofForm()
    form.reason.choices = choices(REASONS.items())
    if form.sent():
        try:
            with permitted(VERIFY) as done:
                reason, words = form.reason.data, form.words.data or ""
                refuse_proof(done.session, done.actor, proof_id, reason, words, at=done.at)
                done.location = url_for("desk.proofs")
            flash(_("Not accepted: the document is destroyed, and the person is told why."))
            return done.done()
        except Refused as error:
            form.refuse(error)
            upload = db.session().get(ProofUpload, proof_id)
            if upload is None:
                return _gone()
    page = render_template("desk/people/refuse_proof.html", form=form, **_shown(upload))
    return (page, 422) if request.method == "POST" else page


def document(proof_id: int) -> Response:
    """The document itself, for the agent alone: always a download, never kept by a cache."""
    visit = enter(VERIFY)
    upload = visit.session.get(ProofUpload, proof_id)
    if upload is None:
        abort(404)
    response = Response(open_document(upload), mimetype=upload.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="proof-{proof_id}.{ENDINGS[upload.media_type]}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _form(visit: Visit, upload: ProofUpload, declared: CivilIdentity | None) -> ResidenceForm:
    """What the person wrote, for the agent to compare with the document and correct."""
    written = {} if declared is None else vars(declared)
    quartier = visit.session.get_one(Person, upload.person_id).quartier_id
    form = ResidenceForm(proof_kind=upload.proof_kind, proof_on=upload.proof_on, quartier_id=quartier or 0, **written)
    form.proof_kind.choices = choices(PROOF_KINDS.items())
    form.quartier_id.choices = choices([(0, _("Not said")), *queries.quartier_choices(visit.session, visit.today)])
    return form


def _shown(upload: ProofUpload) -> dict[str, object]:
    """What both pages show of a document and of its person."""
    session = db.session()
    return {
        "upload": upload,
        "person": session.get_one(Person, upload.person_id),
        "is_image": upload.media_type != PDF,
        "ending": ENDINGS[upload.media_type].upper(),
        "kind": PROOF_KINDS[upload.proof_kind],
        "months": people_settings(session).proof_months,
        "destroyed_at": destroyed_by(session, upload.uploaded_at),
    }


def _gone() -> Page:
    """The document was decided, withdrawn or destroyed: said on a page that leads back to the others."""
    return render_template("desk/people/proof_gone.html"), 409 if request.method == "POST" else 404
