# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is behind an identity: the person known under exactly it, or under one that the rules call the same; and those
who are near enough for someone to look. Never by a name alone: the date of birth finds, the names decide."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from civic.people.birth_dates import near
from civic.people.identity import CIVIL, CLAIMED, SAID, CivilIdentity
from civic.people.known_identity import born_on, identities_of, written
from civic.people.names import ASK, SAME, Verdict, compare
from civic.people.owners import owner_of

CLAIMED_ONLINE = "claimed"
"""Reason of a doubt: the identity seen now was written by someone else's account beside a document sent online."""


@dataclass(frozen=True)
class Match:
    """What was found.

    Attributes:
        person_id: the one person with this identity, or None.
        near: others who may be the same person, with the rule that says so.
    """

    person_id: int | None
    near: tuple[tuple[int, str], ...] = ()


def find_person(
    session: Session, identity: CivilIdentity, *, seen: bool, besides: frozenset[int] = frozenset()
) -> Match:
    """Look for the person with this identity, leaving out those known to be somebody else.

    What was only written online (`claimed`) counts as known only against what is itself only said: a document that is
    seen outweighs it, and it becomes a doubt.
    """
    claimant = owner_of(session, CLAIMED, identity.hash)
    exact = next((owner for scheme in (CIVIL, SAID) if (owner := owner_of(session, scheme, identity.hash))), None)
    if exact is None and not seen:
        exact = claimant
    verdicts = _verdicts(session, identity)
    same = {person_id for person_id, verdict in verdicts.items() if verdict.answer == SAME} - besides
    if exact is None and len(same) == 1:
        exact = same.pop()
    near_ones = {person_id: verdict.rule for person_id, verdict in verdicts.items()}
    if seen and claimant is not None:
        near_ones[claimant] = CLAIMED_ONLINE
    others = {person_id: rule for person_id, rule in near_ones.items() if person_id not in besides | {exact}}
    return Match(exact if exact not in besides else None, tuple(sorted(others.items())))


def is_identity_of(session: Session, person_id: int, identity: CivilIdentity) -> bool:
    """Whether one of a person's known identities is this one, written as it may be."""
    return any(
        compare(opened.written, written(identity)).answer == SAME for opened in identities_of(session, person_id)
    )


def have_one_identity(session: Session, one_id: int, other_id: int) -> bool:
    """Whether two persons are known under identities that the rules call the same."""
    return any(is_identity_of(session, one_id, opened.identity) for opened in identities_of(session, other_id))


def _verdicts(session: Session, identity: CivilIdentity) -> dict[int, Verdict]:
    """What the rules say of everyone born that day, or on a day near it; the best of each person's identities."""
    found: dict[int, Verdict] = {}
    for opened in born_on(session, (identity.birth_date, *near(identity.birth_date))):
        verdict = compare(opened.written, written(identity))
        if verdict.answer == SAME or (verdict.answer == ASK and opened.person_id not in found):
            found[opened.person_id] = verdict
    return found
