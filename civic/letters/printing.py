# SPDX-License-Identifier: AGPL-3.0-or-later
"""One print-ready file of a batch: the same each time it is asked for, without the letters of whoever was erased."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.counter.codes import shown
from civic.i18n.catalogue import writing_in
from civic.letters.codes import code_of
from civic.letters.issuing import Addressee
from civic.letters.models import HANDED, WITH_CODES, Letter, LetterBatch, LetterCode
from civic.letters.news import town_language
from civic.letters.papers import compose_code, envelope
from civic.letters.pdf import Paper, print_letters
from civic.letters.sealed import unseal
from civic.notifications.mail import address_of
from civic.people.identity import CivilIdentity
from civic.permissions.decision import Refusal, Refused
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state

PAGE = "people.letter_code"
"""Where a code is written."""


def print_batch(session: Session, batch: LetterBatch) -> bytes:
    """The PDF of a batch. Raises Refused when nothing of it can be printed any more."""
    with writing_in(town_language()):
        papers = _codes(session, batch) if batch.kind in WITH_CODES else _answers(session, batch)
        if not papers or batch.withdrawn_at is not None:
            message = _(
                "Nothing of this batch can be printed any more: it was taken back, or its letters are forgotten."
            )
            raise Refused(Refusal("not_printable", message))
        return print_letters(
            papers,
            title=_("Letters, batch no. %(number)s", number=batch.id),
            author=portal_state(session).settings(PORTAL_SCOPE, PortalSettings).town_name,
            language=town_language(),
            at=batch.prepared_at,
        )


def addressee_of(code: LetterCode) -> Addressee | None:
    """Whom a code was sent to; None once that is forgotten, or the instance's key was lost."""
    found = unseal(f"code {code.code_hash}", code.sealed) if code.sealed is not None else None
    if found is None:
        return None
    born = date.fromisoformat(found["birth_date"])
    identity = CivilIdentity(found["surname"], found["first_names"], born, found["usage_name"])
    return Addressee(identity, found["address"], code.quartier_id)


def _answers(session: Session, batch: LetterBatch) -> list[Paper]:
    """Letters as they were sealed when the batch was made."""
    rows = session.execute(
        select(Letter.id, Letter.sealed)
        .where(Letter.batch_id == batch.id, Letter.sealed.is_not(None))
        .order_by(Letter.place)
    )
    papers = (unseal(f"letter {row.id}", row.sealed) for row in rows)
    return [paper for paper in papers if paper is not None]


def _codes(session: Session, batch: LetterBatch) -> list[Paper]:
    """Letters of the codes that serve and were not sent yet."""
    living = session.scalars(
        select(LetterCode)
        .where(LetterCode.batch_id == batch.id, LetterCode.used_at.is_(None), LetterCode.revoked_at.is_(None))
        .where(LetterCode.nonce != "")
        .order_by(LetterCode.id)
    )
    url = address_of(PAGE, town_language())
    papers = []
    for code in living:
        one = addressee_of(code)
        if one is not None:
            to = envelope(one.identity, one.address)
            papers.append(
                compose_code(
                    session,
                    to,
                    shown(code_of(code.nonce)),
                    url,
                    expires_at=code.expires_at,
                    at=batch.prepared_at,
                    is_handed=batch.kind == HANDED,
                )
            )
    return papers
