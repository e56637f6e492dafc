# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything the portal knows about a person, as plain data (GDPR articles 15 and 20)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from civic.comments.models import Comment
from civic.counter.models import CounterAct, CounterMandate
from civic.files.queries import files_sent_by
from civic.follows.models import Follow
from civic.items.models import Item
from civic.letters.models import Letter, LetterBatch, LetterCode
from civic.organisations.models import Organisation, OrganisationMember
from civic.people.doubtful_pairs import DoubtfulPair
from civic.people.identity import CIVIL
from civic.people.known_identity import Opened, identities_of
from civic.people.linked import LinkedIdentity
from civic.people.minor import Minor
from civic.people.models import Account, Person, RoleGrant, SignInSession, Verification
from civic.people.proof_upload import ProofUpload
from civic.registry import Registry
from civic.supports.models import Support
from civic.territory.models import Quartier


def personal_data(session: Session, registry: Registry, person_id: int, at: datetime) -> dict[str, Any]:
    """The person's data by table of the core, then what each module adds. Modules that are off are asked too."""
    accounts = select(Account.id).where(Account.person_id == person_id)
    data: dict[str, Any] = {
        "made_at": at,
        "person": _one(session, _PERSON.where(Person.id == person_id)),
        "accounts": _all(session, _ACCOUNT.where(Account.person_id == person_id)),
        "verifications": _all(session, _VERIFICATION.where(Verification.person_id == person_id)),
        "organisations": _all(session, _SPEAKS.where(OrganisationMember.person_id == person_id)),
        "organisations_asked": _all(session, _ASKED.where(Organisation.requested_by_id == person_id)),
        "minor": _all(session, _MINOR.where(Minor.person_id == person_id)),
        "identities": [_identity(opened) for opened in identities_of(session, person_id)],
        "compared": _all(session, _COMPARED.where(or_(*(column == person_id for column in _PAIRED)))),
        "proof_waiting": _all(session, _PROOF.where(ProofUpload.person_id == person_id)),
        "linked_identities": _all(session, _LINKED.where(LinkedIdentity.account_id.in_(accounts))),
        "sessions": _all(session, _SESSION.where(SignInSession.account_id.in_(accounts))),
        "roles": _all(session, _ROLE.where(RoleGrant.account_id.in_(accounts))),
        "written": _all(session, _ITEM.where(Item.author_id == person_id)),
        "supported": _all(session, _SUPPORT.where(Support.person_id == person_id)),
        "comments": _all(session, _COMMENT.where(Comment.author_id == person_id)),
        "files": files_sent_by(session, person_id),
        "entered_for_me": _all(session, _ENTERED.where(CounterAct.person_id == person_id)),
        "mandates": _all(session, _MANDATE.where(CounterMandate.person_id == person_id)),
        "letters": _all(session, _LETTER.where(Letter.person_id == person_id)),
        "codes_of_letters": _all(session, _CODE.where(LetterCode.person_id == person_id)),
        "followed": _all(session, _FOLLOW.where(Follow.account_id.in_(accounts))),
    }
    for kind, resource in registry.resources():
        if resource.personal_data is not None:
            data[kind] = list(resource.personal_data(session, person_id))
    plain = _plain(data)
    assert isinstance(plain, dict)
    return plain


_PERSON = select(
    *(Person.given_name, Person.family_name, Person.display_name, Person.birth_year, Person.level, Person.created_at),
    Quartier.name.label("quartier"),
).outerjoin(Quartier, Person.quartier_id == Quartier.id)
_ACCOUNT = select(Account.email, Account.language, Account.title, Account.created_at, Account.closed_at)
_VERIFICATION = select(
    *(Verification.level, Verification.origin, Verification.proof_kind, Verification.proof_on),
    *(Verification.at, Verification.expires_at),
)
_SPEAKS = select(
    *(Organisation.name, Organisation.number, OrganisationMember.created_at),
    *(OrganisationMember.accepted_at, OrganisationMember.ended_at),
).join(Organisation, OrganisationMember.organisation_id == Organisation.id)
_ASKED = select(
    *(Organisation.name, Organisation.number, Organisation.state, Organisation.reason, Organisation.requested_at)
)
_MINOR = select(
    *(Minor.of_age_on, Minor.told_at, Minor.guardian, Minor.signed_on, Minor.reference),
    *(Minor.recorded_at, Minor.revoked_at),
)
_PAIRED = (DoubtfulPair.low_id, DoubtfulPair.high_id)
_COMPARED = select(DoubtfulPair.reason, DoubtfulPair.found_at, DoubtfulPair.decision, DoubtfulPair.decided_at)
"""That someone's record looked like another one; never whose the other is."""
_PROOF = select(
    *(ProofUpload.proof_kind, ProofUpload.proof_on, ProofUpload.media_type, ProofUpload.size, ProofUpload.uploaded_at)
)
_ENTERED = select(
    *(CounterAct.kind, Item.number, CounterAct.channel, CounterAct.occasion, CounterAct.paper_on),
    *(CounterAct.paper_reference, CounterAct.at, CounterAct.withdrawn_at, Person.display_name.label("helper")),
).select_from(
    CounterAct.__table__.join(Item, CounterAct.item_id == Item.id)
    .join(Account, CounterAct.helper_id == Account.id)
    .join(Person, Account.person_id == Person.id)
)
_MANDATE = select(CounterMandate.form, CounterMandate.given_on, CounterMandate.kinds, CounterMandate.at)
_LINKED = select(LinkedIdentity.provider, LinkedIdentity.linked_at, LinkedIdentity.last_used_at)
_SESSION = select(
    *(SignInSession.device, SignInSession.created_at, SignInSession.last_seen_at),
    *(SignInSession.expires_at, SignInSession.ended_at),
)
_ROLE = select(RoleGrant.role, RoleGrant.module, RoleGrant.granted_at, RoleGrant.ended_at)
_ITEM = select(
    *(Item.kind, Item.number, Item.title, Item.state, Item.place, Item.lon, Item.lat),
    *(Item.channel, Item.created_at, Item.published_at),
)
_SUPPORT = select(Item.kind, Item.number, Item.title, Support.channel, Support.at).join(
    Item, Support.item_id == Item.id
)
_COMMENT = select(
    *(Item.kind, Item.number, Item.title, Comment.body, Comment.created_at),
    *(Comment.hidden_at, Comment.hidden_reason, Comment.withdrawn_at),
).join(Item, Comment.item_id == Item.id)
_LETTER = (
    select(Item.kind, Item.number, Item.title, Letter.queued_at, LetterBatch.sent_at)
    .join(Item, Letter.item_id == Item.id)
    .outerjoin(LetterBatch, Letter.batch_id == LetterBatch.id)
)
_CODE = select(LetterCode.issued_at, LetterCode.expires_at, LetterCode.used_at)
_FOLLOW = select(Item.kind, Item.number, Item.title, Follow.at).join(Item, Follow.item_id == Item.id)


def _identity(opened: Opened) -> dict[str, Any]:
    """An identity that an agent read or was told, with the address for answers."""
    return {"seen": opened.scheme == CIVIL, "at": opened.at, **asdict(opened.identity), **asdict(opened.contact)}


def _one(session: Session, query: Any) -> dict[str, Any]:
    """The only row."""
    return dict(session.execute(query).mappings().one())


def _all(session: Session, query: Any) -> list[dict[str, Any]]:
    """Every row."""
    return [dict(row) for row in session.execute(query).mappings()]


def _plain(value: Any) -> Any:
    """Values that JSON knows."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
