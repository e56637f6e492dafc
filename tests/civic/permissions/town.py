# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small town in which every address of the portal leads to something real, and everyone who may come to it."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from civic.answers.models import Answer
from civic.answers.services import AnswerText, draft_answer, move_answer
from civic.answers.signature import sign_answer
from civic.clock import now
from civic.comments.services import write_comment
from civic.counter.entering import enter_support
from civic.counter.models import CounterLine
from civic.counter.paper import Came
from civic.counter.sheets import SheetLine, enter_line, open_sheet
from civic.counter.sittings import hold_sitting, open_sitting
from civic.db.session import write
from civic.files.checking import check_upload
from civic.files.models import StoredFile
from civic.files.services import attach_file, keep_upload, remove_file
from civic.files.settings import FilesSettings
from civic.items.models import Document, Item, Tag
from civic.journal.models import JournalEntry
from civic.letters.batches import make_batch
from civic.letters.issuing import Addressee, issue_codes
from civic.letters.models import Letter, LetterCode
from civic.organisations.members import invite
from civic.organisations.models import OrganisationMember
from civic.organisations.services import Wanted, accept_organisation, request_organisation
from civic.people.absences import record_absence
from civic.people.actors import actor_of_account
from civic.people.codes import SIGN_IN, make_code
from civic.people.delegations import record_delegation
from civic.people.identity import CivilIdentity
from civic.people.linked import LinkedIdentity
from civic.people.minors import record_authorisation, say_age
from civic.people.models import Account, PersonIdentifier, SignInSession
from civic.people.presence import NOT_SHOWN, ShownIdentity, register_present
from civic.people.proof_upload import ProofUpload
from civic.people.verification import Proof
from civic.permissions.actor import SYSTEM, Actor
from civic.proofs.documents import PDF, ProofFile
from civic.proofs.services import send_proof
from civic.registry import current_registry
from civic.saved_views.models import SavedView
from civic.spaces.models import Component, Phase, ProcessFrame, SpaceMember
from civic.spaces.services import ensure_standing
from civic.spaces.switching import switch
from civic.territory.models import Quartier
from civic.testing.factories import grant_role, make_account, make_department, make_process, open_session
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform
from civic.workflow.guarding import state_may_change
from modules.proposals.services import Content, cycle_of, start_draft, submit_proposal
from modules.proposals.workflow import PROPOSAL

PARIS = ZoneInfo("Europe/Paris")
BODY = "Un banc à l’ombre de l’église, parce que les personnes âgées s’arrêtent là."

KNOWN = ShownIdentity(
    "Montcalfort", "Rose", date(1941, 3, 14), NOT_SHOWN, address="3 sente des Orfèvres", email="rose@courriel.example"
)
"""Whom the clerk helps at the counter."""
HOME = "7 impasse du Sureau"
"""Where letters go."""
PROVEN, PRIVATE_PROOF = CivilIdentity("Vertdelaine", "Zoé", date(1962, 5, 30)), "une facture que personne ne lit"
"""Who the resident says to be beside a proof of residence, and what stands in the proof."""
GUARDIAN = "Anselme Guardiola"
"""The parent who signed for a minor."""

SQUARE = {"type": "Polygon", "coordinates": [[[2.0, 47.0], [2.1, 47.0], [2.1, 47.1], [2.0, 47.0]]]}


@dataclass
class Town:
    """Identifiers by name, and a session's token for each column of the table."""

    ids: SimpleNamespace = field(default_factory=SimpleNamespace)
    tokens: dict[str, str] = field(default_factory=dict)


def build(app: Flask) -> Town:
    """Everything, through the services that the portal itself uses where there is one."""
    town = Town()
    with app.app_context():
        with write() as session:
            module = current_registry().modules["proposals"]
            switch(session, SYSTEM, module, is_on=True, languages=("fr",), at=now())
            town.ids.standing = ensure_standing(session, "proposals", {}, now()).id
        with write() as session:
            _places(session, town.ids)
            _people(session, town)
        with write() as session:
            _proposals(session, town.ids)
        with write() as session:
            _answers(session, town.ids)
            _papers(session, town.ids)
        with write() as session:
            _counter(session, town.ids)
            _letters(session, town.ids)
        with write() as session:
            _organisations(session, town.ids)
    return town


def _places(session: Any, ids: SimpleNamespace) -> None:
    """Two processes, one with all its parts; a quartier; two departments."""
    at = now()
    ids.space, ids.elsewhere = (make_process(session, at=at, slug=slug).id for slug in ("plan-velo", "ecoles"))
    ids.slug, ids.hidden = "plan-velo", "ecoles"
    phase = Phase(space_id=ids.space, title={"fr": "Avis"}, opens_at=at, closes_at=at + timedelta(days=9))
    component = Component(space_id=ids.space, module="proposals", slug="idees", title={"fr": "Idées"})
    news = Document(item_id=ids.space, nature="news", title={"fr": "Réunion"}, published_at=at)
    quartier = Quartier(slug="centre", name={"fr": "Centre"}, geometry=SQUARE, valid_from=at.date())
    tag = Tag(slug="velo", name={"fr": "Vélo & marche"})
    session.add_all([phase, component, news, quartier, tag])
    session.flush()
    with state_may_change():
        session.get_one(Item, ids.space).state = "open"
    session.get_one(ProcessFrame, ids.space).outcome = {"fr": "Trois pistes tracées."}
    ids.phase, ids.component, ids.document, ids.quartier = phase.id, component.id, news.id, quartier.slug
    ids.tag = tag.id
    ids.department, ids.other_department = (make_department(session) for _ in range(2))


GRANTS: dict[str, dict[str, Any]] = {
    "agent": {"role": "agent", "department": "department"},
    "other agent": {"role": "agent", "department": "other_department"},
    "agent elsewhere": {"role": "agent", "department": "department", "space_id": "elsewhere"},
    "moderator": {"role": "moderator"},
    "moderator elsewhere": {"role": "moderator", "space_id": "elsewhere"},
    "official": {"role": "official"},
    "official elsewhere": {"role": "official", "space_id": "elsewhere"},
    "auditor": {"role": "auditor"},
    "auditor elsewhere": {"role": "auditor", "space_id": "elsewhere"},
    "clerk": {"role": "clerk"},
    "clerk elsewhere": {"role": "clerk", "space_id": "elsewhere"},
    "clerk unconfirmed": {"role": "clerk"},
    "administrator": {"role": "administrator"},
    "administrator elsewhere": {"role": "administrator", "space_id": "elsewhere"},
}
COLUMNS = ("visitor", "resident", "owner", *GRANTS)


def _people(session: Any, town: Town) -> None:
    """An account per column, signed in; staff with the second factor but for the one who has not confirmed it."""
    at, ids = now(), town.ids
    for column in COLUMNS[1:]:
        account = make_account(session, at=at, email=f"{column.replace(' ', '.')}@ville.example")
        grant = dict(GRANTS.get(column, {}))
        if grant:
            role = grant.pop("role")
            row = grant_role(session, account, role, at=at, **{key: getattr(ids, name) for key, name in grant.items()})
            if column == "moderator elsewhere":
                ids.grant = row.id
        setattr(ids, column.replace(" ", "_"), account.id)
        confirmed = bool(grant or column in GRANTS) and column != "clerk unconfirmed"
        expires = at + timedelta(days=1)
        town.tokens[column] = open_session(session, account, at=at, expires_at=expires, second_factor=confirmed)
    view = SavedView(owner_id=ids.clerk, name="En retard", page="register", filters="late=1", created_at=at)
    session.add(view)
    session.flush()
    ids.view = view.id
    ids.session = session.query(SignInSession).filter_by(account_id=ids.owner).one().id
    ids.person = session.get_one(Account, ids.resident).person_id
    ids.linked, ids.provider, ids.why = _linked(session, ids.owner), "franceconnect", "declined"
    ids.deputy = make_account(session, at=at).id
    grant_role(session, session.get_one(Account, ids.deputy), "official", at=at)
    session.add(SpaceMember(space_id=ids.space, person_id=ids.person))
    for name in ("department", "other_department"):
        setattr(ids, name, getattr(ids, name).id)
    ids.link = make_code(session, purpose=SIGN_IN, email="resident@ville.example", browser="x", at=at).link


def _linked(session: Any, account_id: int) -> int:
    """An identity of a provider that opens an account."""
    person_id = session.get_one(Account, account_id).person_id
    identifier = PersonIdentifier(person_id=person_id, scheme="provider", hash="0" * 64)
    session.add(identifier)
    session.flush()
    link = LinkedIdentity(
        identifier_id=identifier.id,
        account_id=account_id,
        provider="franceconnect",
        linked_at=now(),
        last_used_at=now(),
    )
    session.add(link)
    session.flush()
    return int(link.id)


def _as(session: Any, account_id: int) -> Actor:
    """The account as it acts."""
    actor = actor_of_account(session, account_id, second_factor=True)
    assert actor is not None
    return actor


def _proposal(session: Any, ids: SimpleNamespace, title: str, *, submitted: bool = True, author: str = "owner") -> Item:
    """The owner's, who has submitted as many as one person may."""
    owner, component = _as(session, getattr(ids, author)), session.get_one(Component, ids.standing)
    item = start_draft(session, owner, Content(title=title, body=BODY), component, now())
    if submitted:
        submit_proposal(session, owner, item, now())
        item.department_id = ids.department
    return item


def _proposals(session: Any, ids: SimpleNamespace) -> None:
    """A draft; one submitted, with a comment of the owner's; three being studied."""
    at, clerk = now(), _as(session, ids.clerk)
    ids.draft = _proposal(session, ids, "Un brouillon", submitted=False).id
    item = _proposal(session, ids, "Un banc")
    ids.item, ids.number, ids.version = item.id, item.number, item.version
    there = _proposal(session, ids, "Un banc à l’école", author="resident")
    there.space_id = ids.elsewhere
    ids.there, ids.version_there = there.id, there.version
    _files(session, ids, item)
    ids.comment = write_comment(session, _as(session, ids.owner), item, "Merci d’y penser", at).id
    ids.studied = {}
    for name in ("to_draft", "draft", "to_sign", "signed"):
        studied = _proposal(session, ids, f"Étudiée, {name}")
        data = TransitionData(department_id=ids.department)
        perform(session, cycle_of(session), clerk, studied, "study", at=at, data=data)
        ids.studied[name] = studied.id
    ids.studied_version = session.get_one(Item, ids.studied["to_draft"]).version


def _files(session: Any, ids: SimpleNamespace, item: Item) -> None:
    """A document of the owner's on what was submitted, another on the draft, one taken away by a clerk."""
    draft = session.get_one(Item, ids.draft)
    for name, of in (("file", item), ("hidden_file", draft), ("taken_file", item)):
        checked = check_upload("plan.txt", BytesIO(f"Le plan, {name}".encode()), FilesSettings())
        file = attach_file(session, _as(session, ids.owner), of, keep_upload(checked), "", now())
        setattr(ids, name, file.id)
        setattr(ids, f"{name}_key", file.key)
    ids.key, ids.name = ids.file_key, "document.txt"
    taken = session.get_one(StoredFile, ids.taken_file)
    remove_file(session, _as(session, ids.clerk), item, taken, now(), taken=True)


def _answers(session: Any, ids: SimpleNamespace) -> None:
    """An answer being drafted, one to sign, one signed: the official is the one who answers."""
    at, clerk, official = now(), _as(session, ids.clerk), _as(session, ids.official)
    ids.answer = {}
    for name in ("draft", "to_sign", "signed"):
        item = session.get_one(Item, ids.studied[name])
        text = AnswerText(
            transition="decline",
            body="Le banc existe déjà, à trente mètres de là, devant l’école.",
            signer_id=ids.official,
        )
        answer = draft_answer(session, clerk, item, PROPOSAL, text, at)
        for step in ("submit", "approve") if name != "draft" else ():
            move_answer(session, clerk, answer.id, step, version=answer.version, comment="", at=at)
        if name == "signed":
            sign_answer(session, official, answer.id, cycle_of(session), version=answer.version, at=at, zone=PARIS)
        ids.answer[name] = SimpleNamespace(id=answer.id, version=answer.version)


def _papers(session: Any, ids: SimpleNamespace) -> None:
    """A delegation, an absence, a proof of residence that waits, and two persons who may be one."""
    at, administrator = now(), _as(session, ids.administrator)
    day = at.date()
    ids.delegation = record_delegation(
        session,
        administrator,
        official_id=ids.official,
        deputy_id=ids.deputy,
        act_reference="arrêté 2026-114",
        from_on=day,
        last_day=day + timedelta(days=30),
        at=at,
    ).id
    ids.absence = record_absence(
        session,
        administrator,
        account_id=ids.moderator,
        replacement_id=ids.clerk,
        from_on=day,
        last_day=day + timedelta(days=5),
        note="",
        at=at,
    ).id
    document = ProofFile(f"%PDF-1.4 {PRIVATE_PROOF}".encode(), PDF)
    send_proof(session, _as(session, ids.resident), Proof("bill", day), PROVEN, document, at=at)
    ids.proof = session.query(ProofUpload).one().id
    for surname in (KNOWN.surname, KNOWN.surname[:-1]):
        shown = replace(KNOWN, surname=surname, document="card")
        registered = register_present(session, _as(session, ids.clerk), shown, at)
    (ids.pair,) = registered.doubts
    ids.seen = registered.person.id


def _counter(session: Any, ids: SimpleNamespace) -> None:
    """The clerk's sitting with someone who supports a proposal, and a sheet of signatures."""
    at, clerk = now(), _as(session, ids.clerk)
    kinds = ("support", "comment", "question", "proposals.proposal")
    sitting, _registered = open_sitting(
        session, clerk, KNOWN, Came("desk", kinds=kinds), known_kinds=frozenset(kinds), at=at
    )
    held = hold_sitting(session, clerk, sitting.id, at)
    ids.sitting = sitting.id
    ids.act = enter_support(session, clerk, held, ids.number, at).id
    written = start_draft(session, held.actor, Content(title="Une fontaine", body=BODY), None, at)
    submit_proposal(session, held.actor, written, at)
    ids.helped = written.number
    came = Came("meeting", "Marché", at.date(), "Boîte 4", "signed", ("support",))
    ids.sheet = open_sheet(session, clerk, [ids.number], came, at).id
    enter_line(
        session, clerk, ids.sheet, SheetLine("line-of-a-sheet-00", "Oumarou", "Aïcha", "3/4/1950", None, True), at
    )
    ids.line = session.scalars(select(CounterLine.id)).one()


def _letters(session: Any, ids: SimpleNamespace) -> None:
    """A batch with a letter, another letter that waits, and a code that serves."""
    at, clerk = now(), _as(session, ids.clerk)
    who = ShownIdentity("Petit", "Ana", (at - timedelta(days=29_000)).date(), NOT_SHOWN, address=HOME)
    person = register_present(session, clerk, who, at).person.id
    item = session.get_one(Answer, ids.answer["signed"].id).item_id
    entry = select(JournalEntry.uid).where(JournalEntry.subject_id == item, JournalEntry.to_state == "declined")
    event = f"entry:{session.scalars(entry).one()}"
    session.add(Letter(person_id=person, item_id=item, event=event, queued_at=at))
    session.flush()
    batch = make_batch(session, clerk, at)
    assert batch is not None
    ids.batch = batch.id
    session.add(
        Letter(person_id=session.get_one(Account, ids.owner).person_id, item_id=item, event=event, queued_at=at)
    )
    identity = CivilIdentity("Petit", "Ana", (at - timedelta(days=29_000)).date())
    issue_codes(session, clerk, [Addressee(identity, HOME)], at=at)
    ids.letter_code = session.scalars(select(LetterCode.id)).one()


def _organisations(session: Any, ids: SimpleNamespace) -> None:
    """The owner's organisations, one that waits and one accepted, to which the resident is invited; a minor's account."""
    at, owner, clerk = now(), _as(session, ids.owner), _as(session, ids.clerk)
    wanted = Wanted("association", "W751000123", "Les Amis du Canal")
    ids.spoken = request_organisation(session, owner, wanted, at).id
    accept_organisation(session, clerk, ids.spoken, at)
    ids.speaker = session.scalars(select(OrganisationMember.id)).one()
    ids.invitation = invite(session, owner, ids.spoken, "resident@ville.example", "fr", at).id
    ids.organisation = request_organisation(session, owner, Wanted("company", "732829320", "Le Fournil"), at).id
    minor = say_age(session, _as(session, make_account(session, at=at).id), at.year - 12, 1, at)
    ids.minor = minor.id
    record_authorisation(session, clerk, minor.id, guardian=GUARDIAN, signed_on=at.date(), reference="B4", at=at)
