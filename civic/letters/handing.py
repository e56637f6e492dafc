# SPDX-License-Identifier: AGPL-3.0-or-later
"""A code handed over at the counter, to someone whose identity document the town has seen and who has no account.

It is written like the code of a letter, with the date of birth, and opens the same short session. It proves nothing more
than the counter saw: whoever takes it home has not shown where they live.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.journal.entries import record
from civic.letters.issuing import Addressee, issue_codes
from civic.letters.models import HANDED, LetterCode
from civic.people.accounts import signs_in
from civic.people.identity import CIVIL, CivilIdentity
from civic.people.known_identity import identities_of
from civic.people.recognition import KIND, known_person
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused


def hand_code(session: Session, actor: Actor, person_id: int, at: datetime) -> int:
    """Issue a code for someone who is present; gives the batch that holds it, to print.

    Raises Refused when no identity document was seen, when they sign in already, or while another code of theirs serves.
    """
    person = known_person(session, person_id)
    if signs_in(session, person.id):
        raise Refused(_SIGNS_IN)
    identity = seen_identity(session, person.id)
    if identity is None:
        raise Refused(_NOT_SEEN)
    issued = issue_codes(session, actor, [Addressee(identity, "")], kind=HANDED, at=at)
    if not issued.count:
        living = select(LetterCode.batch_id).where(
            LetterCode.civil_hash == identity.hash, LetterCode.used_at.is_(None), LetterCode.revoked_at.is_(None)
        )
        message = _(
            "This person has a code that still serves, in batch no. %(number)s: revoke it there first.",
            number=session.scalar(living),
        )
        raise Refused(Refusal("has_code", message))
    record(session, actor, "hand_code", kind=KIND, subject_id=person.id, at=at)
    return issued.batches[0]


def takes_code(session: Session, person_id: int) -> bool:
    """Whether a code could be handed over to the person: seen once, and no account."""
    return seen_identity(session, person_id) is not None and not signs_in(session, person_id)


def seen_identity(session: Session, person_id: int) -> CivilIdentity | None:
    """The identity read on a document of the person, the latest; None when none was seen."""
    return next((one.identity for one in identities_of(session, person_id) if one.scheme == CIVIL), None)


_NOT_SEEN = Refusal(
    "identity_not_seen",
    _("No identity document of this person was seen: verify them at the counter first."),
)
_SIGNS_IN = Refusal("signs_in", _("This person has an account: they sign in with it, and need no code."))
