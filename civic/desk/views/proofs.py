# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/proofs: documents sent online that wait; looking at one, accepting it or saying why not."""

from flask import Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.db.session import db
from civic.desk import people_queries as queries
from civic.desk.acting import Visit, enter
from civic.desk.people_forms import RefuseProofForm, ResidenceForm
from civic.people.identity import CivilIdentity, checked_identity
from civic.people.models import Person
from civic.people.proof_upload import ProofUpload
from civic.people.verification import PROOF_KINDS, Proof, people_settings
from civic.proofs.documents import ENDINGS, PDF, open_document, open_identity
from civic.proofs.queries import count_waiting, destroyed_by, waiting_list
from civic.proofs.services import REASONS, accept_proof, refuse_proof
from civic.web.acts import Act, Page
from civic.web.forms import choices
from civic.web.sending import Saved, form_page

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
    upload = _waiting(visit.session, proof_id)
    form = _form(visit, upload, open_identity(upload))

    def save(done: Act) -> Saved:
        assert form.proof_on.data is not None
        seen = Proof(form.proof_kind.data, form.proof_on.data)
        who = checked_identity(form.surname.data or "", form.first_names.data or "", form.birth_date.data, visit.today)
        quartier = form.quartier_id.data or None
        accept_proof(done.session, done.actor, proof_id, seen, who, quartier_id=quartier, at=done.at)
        words = _("Accepted: the residence is verified, the document is destroyed, the person is told.")
        return Saved(url_for("desk.proofs"), words)

    return form_page(
        form, save, lambda: render_template("desk/people/proof.html", form=form, **_shown(proof_id)), action=VERIFY
    )


def refuse(proof_id: int) -> Page:
    """Do not accept a document: the person is told why."""
    _waiting(enter(VERIFY).session, proof_id)
    form = RefuseProofForm()
    form.reason.choices = choices(REASONS.items())

    def save(done: Act) -> Saved:
        refuse_proof(done.session, done.actor, proof_id, form.reason.data, form.words.data or "", at=done.at)
        words = _("Not accepted: the document is destroyed, and the person is told why.")
        return Saved(url_for("desk.proofs"), words)

    return form_page(
        form,
        save,
        lambda: render_template("desk/people/refuse_proof.html", form=form, **_shown(proof_id)),
        action=VERIFY,
    )


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


def _shown(proof_id: int) -> dict[str, object]:
    """What both pages show of a document and of its person."""
    session = db.session()
    upload = _waiting(session, proof_id)
    return {
        "upload": upload,
        "person": session.get_one(Person, upload.person_id),
        "is_image": upload.media_type != PDF,
        "ending": ENDINGS[upload.media_type].upper(),
        "kind": PROOF_KINDS[upload.proof_kind],
        "months": people_settings(session).proof_months,
        "destroyed_at": destroyed_by(session, upload.uploaded_at),
    }


def _waiting(session: Session, proof_id: int) -> ProofUpload:
    """The document; once it was decided, withdrawn or destroyed, a page says so and leads back to the others."""
    upload = session.get(ProofUpload, proof_id)
    if upload is None:
        status = 409 if request.method == "POST" else 404
        abort(make_response(render_template("desk/people/proof_gone.html"), status))
    return upload
