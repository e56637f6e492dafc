# SPDX-License-Identifier: AGPL-3.0-or-later
"""Using a code on paper: from a letter it shows that one lives at its address, and who one is, once; handed over at the
counter, that one is who was seen there, and nothing more.

The code alone opens nothing: the date of birth of whom it was made for goes with it, so that a letter in the wrong
letterbox, or a code that was guessed, is not enough. Whoever is signed in is verified; whoever is not takes part for an
hour as the person the code was made for, without an account (where the town lets them).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.letters.codes import code_hash
from civic.letters.issuing import Addressee
from civic.letters.models import HANDED, LetterBatch, LetterCode
from civic.letters.printing import addressee_of
from civic.letters.queries import BLOCKED, EXPIRED, REVOKED, SERVES, USED, standing
from civic.letters.settings import letters_settings
from civic.people.accounts import signs_in
from civic.people.actors import actor_of_account
from civic.people.doubtful_pairs import told_apart
from civic.people.identity import CIVIL, SAID, CivilIdentity
from civic.people.known_identity import Contact, birth_hash, identities_of
from civic.people.levels import add_verification
from civic.people.matching import Match, find_person, is_identity_of
from civic.people.merging import merge_persons
from civic.people.models import Account, Person, PersonIdentifier
from civic.people.naming import default_public_name
from civic.people.proof_upload import discard_upload
from civic.people.recognition import KIND, fill_person, known_person, note_doubts, own_identity
from civic.people.sessions import open_session
from civic.people.turns import one_at_a_time
from civic.people.verification import add_months, people_settings
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state

LETTER = "letter"
"""Origin of the verification."""


@dataclass(frozen=True)
class ReadCode:
    """A code that serves, whom it was made for, and whether the counter handed it over."""

    code: LetterCode
    one: Addressee
    is_handed: bool


@dataclass(frozen=True)
class Entered:
    """Someone who takes part without an account: the account that stands for them and the token of their session."""

    account_id: int
    token: str


def try_code(session: Session, code: str, born: date | None) -> int | None:
    """The id of the code that goes with this date of birth, whether it still serves or not; None for anything else.

    Call it in a write of its own: a wrong date of birth is counted whatever happens next, and the fifth makes the code
    serve no more.
    """
    row = session.scalar(select(LetterCode).where(LetterCode.code_hash == code_hash(code)).with_for_update())
    if row is None or born is None:
        return None
    if row.birth_hash != birth_hash(born):
        row.wrong_count += 1
        return None
    return row.id


def verify_by_letter(session: Session, actor: Actor, code_id: int, *, by_post: bool, at: datetime) -> Person:
    """Verify whoever is signed in. Raises Refused for a code that is over, or sent to someone else.

    Who was known at the counter under the identity of the letter becomes one with the account: the letter reached them.
    """
    assert actor.person_id is not None
    person = known_person(session, actor.person_id)
    paper = _read(session, code_id, at)
    _refuse_other(session, person, paper.one.identity)
    match = _match(session, paper, besides=told_apart(session, person.id))
    if match.person_id is not None and match.person_id != person.id:
        if signs_in(session, match.person_id):
            raise Refused(_HAS_ACCOUNT)
        merge_persons(session, actor, person.id, match.person_id, at, proven=True)
        person = session.get_one(Person, match.person_id)
    _know(session, actor, person, paper, match.near, by_post, at)
    _spend(session, actor, paper, person, at)
    return person


def enter_by_letter(
    session: Session, code_id: int, *, by_post: bool, language: str, device: str, at: datetime
) -> Entered:
    """Open a short session for the person of the letter, who has no account. Raises Refused where that is not open."""
    rules = letters_settings(session)
    if not rules.acts_without_account:
        raise Refused(_SIGN_IN_FIRST)
    one_at_a_time(session)
    paper = _read(session, code_id, at)
    match = _match(session, paper)
    if match.person_id is not None and signs_in(session, match.person_id):
        raise Refused(_HAS_ACCOUNT)
    person = known_person(session, match.person_id) if match.person_id is not None else _new_person(session, at)
    account = _bare_account(session, person, language, at)
    actor = actor_of_account(session, account.id)
    assert actor is not None
    _know(session, actor, person, paper, match.near, by_post, at)
    _spend(session, actor, paper, person, at)
    token = open_session(session, account.id, days=rules.session_minutes / (24 * 60), device=device, at=at)
    return Entered(account.id, token)


def no_such_code() -> Refused:
    """The one refusal of what does not go together: it does not say whether such a code exists."""
    return Missing({"code": _NO_SUCH_CODE})


def _read(session: Session, code_id: int, at: datetime) -> ReadCode:
    """The code and whom it was made for. Raises Refused saying why it serves no more."""
    code = session.get(LetterCode, code_id, populate_existing=True)
    if code is None:
        raise no_such_code()
    how = standing(code, at)
    one = addressee_of(code)
    if how != SERVES or one is None:
        raise Refused(_OVER.get(how, _OVER[REVOKED]))
    return ReadCode(code, one, session.get_one(LetterBatch, code.batch_id).kind == HANDED)


def _match(session: Session, paper: ReadCode, besides: frozenset[int] = frozenset()) -> Match:
    """Who is behind a code. Raises Refused for a code of the counter whose person is known there no more."""
    match = find_person(session, paper.one.identity, seen=False, besides=besides)
    if paper.is_handed and match.person_id is None:
        raise Refused(_OVER[REVOKED])
    return match


def _spend(session: Session, actor: Actor, paper: ReadCode, person: Person, at: datetime) -> None:
    """Spend the code, once, and forget where it was sent: of two who use it at once the second is refused whole.

    Comes last: persons are locked before codes everywhere, so that nobody waits in a ring.
    """
    code = paper.code
    spent = session.scalar(
        update(LetterCode)
        .where(LetterCode.id == code.id, LetterCode.used_at.is_(None), LetterCode.revoked_at.is_(None))
        .values(used_at=at, person_id=person.id, sealed=None, nonce="")
        .returning(LetterCode.id)
        .execution_options(synchronize_session=False)
    )
    if spent is None:
        session.refresh(code)
        raise Refused(_OVER[USED if code.used_at is not None else REVOKED])
    details = {"level": person.level, "code": code.id}
    act = "use_handed_code" if paper.is_handed else "verify_by_letter"
    record(session, actor, act, kind=KIND, subject_id=person.id, at=at, details=details)


def _know(
    session: Session,
    actor: Actor,
    person: Person,
    paper: ReadCode,
    near: tuple[tuple[int, str], ...],
    by_post: bool,
    at: datetime,
) -> None:
    """What the letter proves: the identity that the town wrote on it, as said; and the residence, for as long as it holds.

    A code of the counter proves nothing that was not verified there.
    """
    note_doubts(session, actor, person.id, near, at)
    if paper.is_handed:
        return
    one = paper.one
    contact = Contact(address=one.address) if by_post else Contact()
    seen = select(PersonIdentifier.id).where(PersonIdentifier.person_id == person.id, PersonIdentifier.scheme == CIVIL)
    if by_post or session.scalar(seen.limit(1)) is None:
        own_identity(session, person, one.identity, SAID, contact=contact, at=at)
    fill_person(session, person, one.identity, at, seen=False)
    if not person.display_name:
        shows = portal_state(session).settings(PORTAL_SCOPE, PortalSettings).shows_names
        person.display_name = default_public_name(person, shows)
    if one.quartier_id is not None:
        person.quartier_id = one.quartier_id
    until = add_months(at.astimezone(current_zone()).date(), people_settings(session).residence_months)
    expires_at = datetime.combine(until, time.min, current_zone()).astimezone(UTC)
    add_verification(session, person, "residence", LETTER, at=at, expires_at=expires_at)
    discard_upload(session, person.id)


def _refuse_other(session: Session, person: Person, identity: CivilIdentity) -> None:
    """Raise Refused when the town knows whoever is signed in under another identity than the letter's."""
    hashes = session.scalars(
        select(PersonIdentifier.hash).where(
            PersonIdentifier.person_id == person.id, PersonIdentifier.scheme.in_((CIVIL, SAID))
        )
    ).all()
    known = bool(hashes) or bool(identities_of(session, person.id))
    if known and identity.hash not in hashes and not is_identity_of(session, person.id, identity):
        raise Refused(_SOMEONE_ELSE)


def _bare_account(session: Session, person: Person, language: str, at: datetime) -> Account:
    """What stands for the person while they take part: an account that nothing opens but a letter."""
    known = session.scalar(
        select(Account).where(Account.person_id == person.id, Account.closed_at.is_(None)).order_by(Account.id).limit(1)
    )
    if known is not None:
        return known
    account = Account(person_id=person.id, email="", language=language, created_at=at)
    session.add(account)
    session.flush()
    return account


def _new_person(session: Session, at: datetime) -> Person:
    """A row for somebody nobody knew."""
    person = Person(created_at=at)
    session.add(person)
    session.flush()
    return person


_NO_SUCH_CODE = _(
    "This code and this date of birth do not go together. Read both again, on the town’s paper and on your own."
)
_OVER = {
    USED: Refusal(
        "code_used",
        _("This code was used already: it serves once. If it was not by you, tell the town at once; it can send you another."),
    ),
    EXPIRED: Refusal("code_expired", _("This code has expired. Ask the town for another one, by letter or at the counter.")),
    REVOKED: Refusal(
        "code_revoked", _("The town took this code back. Ask for another one, by letter or at the counter.")
    ),
    BLOCKED: Refusal(
        "code_blocked",
        _("Too many wrong dates of birth were tried with this code: it serves no more. Ask the town for another one."),
    ),
}  # fmt: skip
_SOMEONE_ELSE = Refusal(
    "letter_of_another",
    _("This code was made for someone else than you. Each person uses their own: sign out, so that they can use it."),
)
_HAS_ACCOUNT = Refusal(
    "has_account",
    _(
        "Someone signs in already as the person this code was made for. Sign in with that account; if it is not yours, tell the town."
    ),
)
_SIGN_IN_FIRST = Refusal(
    "sign_in",
    _("Sign in first: an e-mail address is enough. Then write the code."),
    remedy="sign_in",
)
