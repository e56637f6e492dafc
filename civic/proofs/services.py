# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending a proof of residence, withdrawing it, deciding on it; whatever is decided, the document is destroyed with it."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.db.insertion import insert_once
from civic.db.session import lock
from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.people.identity import CivilIdentity
from civic.people.levels import level_at, rank
from civic.people.proof_upload import ProofUpload, discard_upload
from civic.people.recognition import KIND, known_person
from civic.people.verification import Proof, ProofWords, Verified, check_proof, people_settings, verify_upload
from civic.permissions.actor import SYSTEM, Actor
from civic.permissions.decision import Denied, Missing, Refusal, Refused
from civic.permissions.predicates import signed_in
from civic.proofs.documents import ProofFile, seal_document, seal_identity
from civic.proofs.telling import tell_person

OWN = ProofWords(
    _("Choose the kind of document you send."),
    _("This date is in the future: copy the one that stands on the document."),
    _("This document is too old: it must be under %(months)s months. Choose a more recent one."),
)
"""How whoever sends a document is told that it does not count."""

OTHER = "other"
REASONS: Mapping[str, str] = {
    "unreadable": _("The document cannot be read: it is blurred, cut off, too dark or damaged."),
    "kind": _("This is not one of the documents that are accepted."),
    "date": _("The document is too old, or bears no date."),
    "name": _("The name on the document is not the one that was given."),
    "address": _("The address on the document is not in the town."),
    "identity": _("The town needs to see an identity document: come to the counter with it."),
    OTHER: _("Another reason, written below."),
}
"""Why a document is not accepted, in the words told to the person."""

LONGEST_WORDS = 500
AT_ONCE = 200
"""Documents destroyed by one run of the job: their mails are written in the same transaction."""


def send_proof(
    session: Session, actor: Actor, proof: Proof, identity: CivilIdentity, document: ProofFile, *, at: datetime
) -> None:
    """Keep a document until an agent looks at it. One waits per person, whatever is sent at the same moment.

    Raises Missing for a document that does not count; Refused when one waits already, or the residence is verified.
    """
    if actor.person_id is None:
        raise Denied(signed_in.refusal)
    check_proof(proof, people_settings(session), at.astimezone(current_zone()).date(), OWN)
    person = known_person(session, actor.person_id)
    if rank(level_at(session, person, at)) >= rank("residence"):
        raise Refused(Refusal("verified", _("Your residence is verified already: there is nothing to send.")))
    token = secrets.token_hex(16)
    kept = insert_once(
        session,
        ProofUpload,
        person_id=person.id,
        proof_kind=proof.kind,
        proof_on=proof.issued_on,
        media_type=document.media_type,
        size=len(document.content),
        uploaded_at=at,
        token=token,
        document=seal_document(token, document),
        identity=seal_identity(token, identity),
    )
    if not kept:
        message = _("A document of yours waits already. To send another one, withdraw it first.")
        raise Refused(Refusal("waits_already", message))
    record(session, actor, "send_proof", kind=KIND, subject_id=person.id, at=at, details={"proof": proof.kind})


def withdraw_proof(session: Session, actor: Actor, *, at: datetime) -> bool:
    """Destroy one's own waiting document; False when there was none (it was checked meanwhile)."""
    if actor.person_id is None:
        raise Denied(signed_in.refusal)
    known_person(session, actor.person_id)
    if not discard_upload(session, actor.person_id):
        return False
    record(session, actor, "withdraw_proof", kind=KIND, subject_id=actor.person_id, at=at)
    return True


def accept_proof(
    session: Session,
    actor: Actor,
    upload_id: int,
    proof: Proof,
    identity: CivilIdentity,
    *,
    quartier_id: int | None = None,
    at: datetime,
) -> Verified:
    """Verify residence on a waiting document, as an agent read it, destroy it, and tell the person.

    Raises Refused when it was decided or withdrawn meanwhile, and as `verify_upload` does.
    """
    upload = _waiting(session, upload_id)
    person_id, sent_at = upload.person_id, upload.uploaded_at
    verified = verify_upload(
        session, actor, person_id, proof, identity, sent_at=sent_at, quartier_id=quartier_id, at=at
    )
    tell_person(session, person_id, "proof_accepted", at)
    return verified


def refuse_proof(session: Session, actor: Actor, upload_id: int, reason: str, words: str, *, at: datetime) -> None:
    """Do not accept a waiting document: it is destroyed, and the person is told why and what to do.

    Raises Missing without a reason; Refused when it was decided or withdrawn meanwhile.
    """
    if reason not in REASONS:
        raise Missing({"reason": _("Choose the reason: the person will read it.")})
    if reason == OTHER and not words:
        raise Missing({"words": _("Write the reason: the person will read it.")})
    if len(words) > LONGEST_WORDS:
        raise Missing({"words": _("Write at most %(count)s characters.", count=LONGEST_WORDS)})
    upload = _waiting(session, upload_id)
    person_id, kind = upload.person_id, upload.proof_kind
    discard_upload(session, person_id)
    details = {"proof": kind, "reason": reason}
    record(session, actor, "refuse_proof", kind=KIND, subject_id=person_id, at=at, text=words, details=details)
    tell_person(session, person_id, "proof_refused", at, reason="" if reason == OTHER else REASONS[reason], words=words)


def destroy_late_proofs(session: Session, at: datetime) -> None:
    """Destroy the documents that nobody looked at in the time the town gave itself, and tell whoever sent them."""
    days = people_settings(session).proof_days
    late = select(ProofUpload.id).where(ProofUpload.uploaded_at <= at - timedelta(days=days)).order_by(ProofUpload.id)
    for upload_id in session.scalars(late.limit(AT_ONCE)).all():
        gone = delete(ProofUpload).where(ProofUpload.id == upload_id).returning(ProofUpload.person_id)
        person_id = session.scalar(gone)
        if person_id is not None:  # an agent may have decided at this very moment
            record(session, SYSTEM, "expire_proof", kind=KIND, subject_id=person_id, at=at, details={"days": days})
            tell_person(session, person_id, "proof_expired", at, days=days)


def _waiting(session: Session, upload_id: int) -> ProofUpload:
    """The document and its person, both locked. Raises Refused when it no longer waits."""
    person_id = session.scalar(select(ProofUpload.person_id).where(ProofUpload.id == upload_id))
    if person_id is not None:
        known_person(session, person_id)
        upload = lock(session, ProofUpload, upload_id)
        if upload is not None:
            return upload
    message = _("This document no longer waits: a colleague has decided, or the person withdrew it. It is destroyed.")
    raise Refused(Refusal("no_longer_waits", message))
