# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deciding a doubtful pair: one person, joined for good, or two, never asked about again."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.journal.entries import record
from civic.people.doubtful_pairs import DIFFERENT, SAME, WAITING, DoubtfulPair
from civic.people.identity import CIVIL, CLAIMED
from civic.people.merging import Merged, merge_persons
from civic.people.models import Account, PersonIdentifier
from civic.people.recognition import KIND, end_claim, known_person
from civic.people.turns import one_at_a_time
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused


def decide_pair(session: Session, actor: Actor, pair_id: int, decision: str, *, at: datetime) -> Merged | None:
    """Decide that two persons are the same, and join them; or that they are different. What joining removed, or None.

    The one who has an account stays, else the one known first. Joining cannot be undone: the caller has made sure that
    it is meant. Raises Missing for another decision; Refused when a colleague has decided meanwhile, or one of the two
    was erased.
    """
    if decision not in (SAME, DIFFERENT):
        raise Missing({"decision": _("Choose one of the two answers.")})
    one_at_a_time(session)
    pair = lock(session, DoubtfulPair, pair_id)
    if pair is None or pair.decision != WAITING:
        message = _("A colleague has decided about these two meanwhile: nothing was changed now.")
        raise Refused(Refusal("decided_already", message))
    low, high = (known_person(session, key).id for key in (pair.low_id, pair.high_id))
    pair.decision, pair.decided_at, pair.decided_by_id = decision, at, actor.account_id
    session.flush()
    details = {"decision": decision, "reason": pair.reason, "with": high}
    record(session, actor, "decide_pair", kind=KIND, subject_id=low, at=at, details=details)
    if decision == SAME:
        source, target = (low, high) if _is_joined_into_the_second(session, low, high) else (high, low)
        return merge_persons(session, actor, source, target, at, proven=True)
    _end_false_claims(session, actor, low, high, at)
    return None


def _is_joined_into_the_second(session: Session, low: int, high: int) -> bool:
    """Whether only the person who was known second has an account, and is therefore the one who stays."""
    has_low, has_high = (
        session.scalar(select(exists().where(Account.person_id == key, Account.closed_at.is_(None))))
        for key in (low, high)
    )
    return bool(has_high and not has_low)


def _end_false_claims(session: Session, actor: Actor, low: int, high: int, at: datetime) -> None:
    """Who had only written an identity online loses what it gave, when it was seen for the other of two people."""
    for claimant, other in ((low, high), (high, low)):
        seen = select(PersonIdentifier.hash).where(
            PersonIdentifier.person_id == other, PersonIdentifier.scheme == CIVIL
        )
        claim = select(PersonIdentifier.id).where(
            PersonIdentifier.person_id == claimant, PersonIdentifier.scheme == CLAIMED, PersonIdentifier.hash.in_(seen)
        )
        if session.scalar(claim.limit(1)) is not None:
            end_claim(session, actor, claimant, at)
