# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proofs sent online: what is accepted, the date rule, destroyed with every outcome, one identity one person."""

import io
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select, text

from civic.account.export import personal_data
from civic.db.base import Base
from civic.erasure import erasers_of
from civic.events.models import OutboxMessage
from civic.journal.models import JournalEntry, JournalText
from civic.people.erasure import erase_person
from civic.people.identity import CivilIdentity
from civic.people.merging import merge_persons
from civic.people.models import Account, Person, PersonIdentifier, Verification
from civic.people.proof_upload import ProofUpload
from civic.people.settings import PEOPLE_SCOPE, PeopleSettings
from civic.people.verification import Proof, add_months, verify_residence
from civic.permissions.actor import SYSTEM
from civic.permissions.decision import Missing, Refused
from civic.proofs.documents import (
    JPEG,
    LARGEST,
    PDF,
    PNG,
    ProofFile,
    open_document,
    open_identity,
    read_document,
    seal_document,
)
from civic.proofs.queries import last_outcome, waiting_of
from civic.proofs.services import (
    REASONS,
    accept_proof,
    destroy_late_proofs,
    refuse_proof,
    send_proof,
    withdraw_proof,
)
from civic.registry import current_registry
from civic.settings.store import save_settings
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_staff, writing
from tests.civic.people.papers import JPEG_FILE, OTHER, PDF_FILE, PNG_FILE, WHO, send
from tests.databases import both_databases

BILL = Proof("bill", TODAY - timedelta(days=10))


@pytest.fixture
def made(app):
    """A clerk, and two residents with an account: ids of accounts."""
    with writing(app) as session:
        return (
            make_staff(session, "clerk").id,
            make_account(session, "Éloïse", "eloise@rive.example").id,
            make_account(session, "Rosalie", "rosalie@rive.example").id,
        )


def acting(session, account_id):
    return actor_for(session, session.get_one(Account, account_id))


def person_of(session, account_id) -> Person:
    return session.get_one(Person, session.get_one(Account, account_id).person_id)


def dump(session) -> str:
    """Every row of every table as text, bytes included."""
    return "\n".join(
        repr(tuple(bytes(value) if isinstance(value, memoryview) else value for value in row))
        for table in Base.metadata.sorted_tables
        for row in session.execute(text(f'SELECT * FROM "{table.name}"'))
    )


def mails(session) -> list[dict]:
    return [one.payload for one in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail"))]


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF_FILE, PDF), (JPEG_FILE, JPEG), (PNG_FILE, PNG)], ids=[PDF, JPEG, PNG]
)
def test_a_document_is_recognised_by_its_first_bytes(app, content, media_type):
    with app.test_request_context():
        assert read_document(io.BytesIO(content)) == ProofFile(content, media_type)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"x" * LARGEST, "too large"),
        (b"<html><script>alert(1)</script>", "neither"),
        (b"GIF89a", "neither"),
        (b"PK\x03\x04 a text document", "neither"),
        (b" %PDF-1.4", "neither"),
        (b"MZ", "neither"),
    ],
    ids=["nothing", "large", "page", "gif", "word", "late signature", "program"],
)
def test_what_is_no_document_is_refused_with_what_to_do(app, content, word):
    with app.test_request_context(), force_locale("en"), pytest.raises(Missing) as refused:
        read_document(io.BytesIO(content))
    assert word in refused.value.fields["file"]


def test_the_largest_document_is_read(app):
    with app.test_request_context():
        assert len(read_document(io.BytesIO(b"%PDF-" + b"x" * (LARGEST - 5))).content) == LARGEST


@both_databases
def test_what_waits_cannot_be_read_in_the_database_alone(app, made):
    with writing(app) as session:
        upload = session.get_one(ProofUpload, send(session, made[1]))
        assert (open_document(upload), open_identity(upload)) == (PDF_FILE, WHO)
        assert (upload.size, upload.media_type, upload.uploaded_at) == (len(PDF_FILE), PDF, AT)
    with writing(app) as session:
        kept = dump(session)
        for secret in ("FACTURE", "Goff", "Marie", "1980"):
            assert secret not in kept
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "send_proof")).one()
        assert entry.details == {"proof": "bill"}


def test_a_document_moved_to_another_row_does_not_open(app, made):
    with writing(app) as session:
        upload = session.get_one(ProofUpload, send(session, made[1]))
        upload.document = seal_document("another row", ProofFile(PDF_FILE, PDF))
        with pytest.raises(Refused) as refused:
            open_document(upload)
        assert refused.value.refusals[0].code == "unreadable"
        upload.token = "0" * 32
        assert open_identity(upload) is None


@pytest.mark.parametrize(
    ("issued", "accepted"),
    [
        (TODAY, True),
        (TODAY + timedelta(days=1), False),
        (add_months(TODAY, -12) + timedelta(days=1), True),
        (add_months(TODAY, -12), False),
    ],
)
def test_the_date_rule_of_the_counter_holds_for_what_is_sent(app, made, issued, accepted):
    with writing(app) as session:
        document, actor = ProofFile(PDF_FILE, PDF), acting(session, made[1])
        if accepted:
            send_proof(session, actor, Proof("tax", issued), WHO, document, at=AT)
        else:
            with pytest.raises(Missing) as refused:
                send_proof(session, actor, Proof("tax", issued), WHO, document, at=AT)
            assert set(refused.value.fields) == {"proof_on"}
        assert (waiting_of(session, actor.person_id) is not None) == accepted
        with pytest.raises(Missing):
            send_proof(session, acting(session, made[2]), Proof("selfie", TODAY), WHO, document, at=AT)


@both_databases
def test_one_waits_per_person_and_can_be_withdrawn(app, made):
    with writing(app) as session:
        send(session, made[1])
        actor = acting(session, made[1])
        with pytest.raises(Refused) as refused:
            send_proof(session, actor, BILL, WHO, ProofFile(PNG_FILE, PNG), at=AT)
        assert refused.value.refusals[0].code == "waits_already"
        assert withdraw_proof(session, actor, at=AT)
        assert not withdraw_proof(session, actor, at=AT)
        send(session, made[1])


@both_databases
def test_an_accepted_proof_verifies_and_is_destroyed(app, made):
    with writing(app) as session:
        upload = send(session, made[1])
        accept_proof(session, acting(session, made[0]), upload, BILL, WHO, at=AT)
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ProofUpload)) == 0
        person = person_of(session, made[1])
        assert (person.level, person.birth_year) == ("residence", 1980)
        kept = session.scalars(select(Verification).where(Verification.person_id == person.id)).one()
        assert (kept.origin, kept.proof_kind, kept.proof_on, kept.agent_id) == (
            "upload",
            "bill",
            BILL.issued_on,
            made[0],
        )
        assert kept.expires_at.date() == add_months(TODAY, 36) - timedelta(days=1)
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "accept_proof")).one()
        assert set(entry.details) == {"proof", "issued", "level"}
        assert [mail["to"] for mail in mails(session)] == ["eloise@rive.example"]
        assert "/account/residence" in mails(session)[0]["body"]
        with pytest.raises(Refused) as refused:
            send(session, made[1])
        assert refused.value.refusals[0].code == "verified"


@both_databases
def test_the_bytes_are_nowhere_once_decided(app, made, backend):
    with writing(app) as session:
        upload = send(session, made[1])
        sealed = bytes(session.get_one(ProofUpload, upload).document)
    with writing(app) as session:
        assert repr(sealed)[2:-1] in dump(session)
    with writing(app) as session:
        refuse_proof(session, acting(session, made[0]), upload, "unreadable", "", at=AT)
    with writing(app) as session:
        assert repr(sealed)[2:-1] not in dump(session)
        assert waiting_of(session, person_of(session, made[1]).id) is None


def test_its_age_is_counted_on_the_day_it_was_sent(app, made):
    issued = add_months(TODAY, -12) + timedelta(days=1)
    with writing(app) as session:
        send_proof(session, acting(session, made[1]), Proof("tax", issued), WHO, ProofFile(PDF_FILE, PDF), at=AT)
        upload, later = session.scalars(select(ProofUpload.id)).one(), AT + timedelta(days=20)
        clerk = acting(session, made[0])
        for wrong in (issued - timedelta(days=1), TODAY + timedelta(days=1)):
            with pytest.raises(Missing) as refused:
                accept_proof(session, clerk, upload, Proof("tax", wrong), WHO, at=later)
            assert set(refused.value.fields) == {"proof_on"}
        assert accept_proof(session, clerk, upload, Proof("tax", issued), WHO, at=later).level == "residence"


@both_databases
def test_a_refused_proof_is_destroyed_and_the_person_told_why(app, made):
    with writing(app) as session:
        upload, clerk = send(session, made[1]), acting(session, made[0])
        for reason, words in (("", ""), ("nonsense", "x"), ("other", ""), ("name", "x" * 501)):
            with pytest.raises(Missing):
                refuse_proof(session, clerk, upload, reason, words, at=AT)
        refuse_proof(session, clerk, upload, "name", "Envoyez l’attestation de votre hébergeur.", at=AT)
    with writing(app) as session:
        person = person_of(session, made[1])
        assert waiting_of(session, person.id) is None
        assert person.level == "declared"
        [mail] = mails(session)
        assert mail["to"] == "eloise@rive.example"
        assert "Envoyez l’attestation" in mail["body"]
        outcome = last_outcome(session, person.id)
        assert (outcome.reason, outcome.words) == (REASONS["name"], "Envoyez l’attestation de votre hébergeur.")
        send(session, made[1])
        assert last_outcome(session, person.id) is None


@both_databases
def test_the_second_agent_is_told(app, made):
    with writing(app) as session:
        upload, clerk = send(session, made[1]), acting(session, made[0])
        accept_proof(session, clerk, upload, BILL, WHO, at=AT)
        for decide in (
            lambda: accept_proof(session, clerk, upload, BILL, WHO, at=AT),
            lambda: refuse_proof(session, clerk, upload, "name", "", at=AT),
        ):
            with pytest.raises(Refused) as refused:
                decide()
            assert refused.value.refusals[0].code == "no_longer_waits"
        assert session.scalar(select(func.count()).select_from(Verification)) == 1


@both_databases
def test_an_agent_never_decides_on_another_document_than_the_one_looked_at(app, made):
    with writing(app) as session:
        first = send(session, made[1])
        withdraw_proof(session, acting(session, made[1]), at=AT)
    with writing(app) as session:
        assert send(session, made[2], OTHER) != first
        with pytest.raises(Refused):
            accept_proof(session, acting(session, made[0]), first, BILL, WHO, at=AT)


@both_databases
def test_a_known_identity_is_never_joined_by_a_document_sent_online(app, made):
    with writing(app) as session:
        clerk = acting(session, made[0])
        verify_residence(session, clerk, person_of(session, made[2]).id, BILL, WHO, at=AT)
        upload = send(session, made[1])
        with pytest.raises(Refused) as refused:
            accept_proof(session, clerk, upload, BILL, WHO, at=AT)
        assert refused.value.refusals[0].code == "known_identity"
        assert person_of(session, made[1]).merged_into_id is None
        assert waiting_of(session, person_of(session, made[1]).id) is not None


@both_databases
def test_one_identity_sent_from_two_accounts_counts_once(app, made):
    with writing(app) as session:
        clerk = acting(session, made[0])
        accept_proof(session, clerk, send(session, made[1]), BILL, WHO, at=AT)
        same = CivilIdentity("LE GOFF", "Eloise-Marie", WHO.birth_date)
        with pytest.raises(Refused) as refused:
            accept_proof(session, clerk, send(session, made[2], same), BILL, same, at=AT)
        assert refused.value.refusals[0].code == "known_identity"


@both_databases
def test_what_is_seen_at_the_counter_ends_what_was_only_written(app, made):
    with writing(app) as session:
        clerk = acting(session, made[0])
        accept_proof(session, clerk, send(session, made[1]), BILL, WHO, at=AT)
        done = verify_residence(session, clerk, person_of(session, made[2]).id, BILL, WHO, at=AT + timedelta(days=1))
        assert (done.person.id, done.merged_from) == (person_of(session, made[2]).id, None)
        assert person_of(session, made[1]).level == "declared"
        assert person_of(session, made[1]).merged_into_id is None
        schemes = session.execute(select(PersonIdentifier.scheme, PersonIdentifier.person_id)).all()
        assert [tuple(row) for row in schemes] == [("civil", done.person.id)]
        assert session.scalars(select(JournalEntry.subject_id).where(JournalEntry.act == "end_claim")).one() != (
            done.person.id
        )


def test_the_counter_corrects_what_one_had_written_oneself(app, made):
    with writing(app) as session:
        clerk, person = acting(session, made[0]), person_of(session, made[1])
        wrong = CivilIdentity("Le Gof", WHO.first_names, WHO.birth_date)
        accept_proof(session, clerk, send(session, made[1], wrong), BILL, wrong, at=AT)
        verify_residence(session, clerk, person.id, BILL, WHO, at=AT)
        assert session.scalars(select(PersonIdentifier.scheme)).all() == ["civil"]
        assert session.scalar(select(func.count()).select_from(Verification)) == 2
        with pytest.raises(Refused):
            verify_residence(session, clerk, person.id, BILL, wrong, at=AT)


def test_a_document_is_not_needed_any_more_once_verified_at_the_counter(app, made):
    with writing(app) as session:
        send(session, made[1])
        person = person_of(session, made[1])
        verify_residence(session, acting(session, made[0]), person.id, BILL, WHO, at=AT)
        assert waiting_of(session, person.id) is None


@both_databases
def test_erasing_someone_destroys_what_waits(app, made):
    with writing(app) as session:
        boss = make_staff(session, "administrator", "Ève").id
        send(session, made[1])
        person_id = person_of(session, made[1]).id
        erase_person(session, acting(session, boss), person_id, erasers_of(current_registry()), at=AT)
        assert session.scalar(select(func.count()).select_from(ProofUpload)) == 0


@both_databases
@pytest.mark.parametrize("senders", [(1,), (2,), (1, 2)])
def test_what_waits_follows_a_joined_person_and_stays_one(app, made, senders):
    with writing(app) as session:
        for sender in senders:
            send(session, made[sender])
        source, target = person_of(session, made[1]).id, person_of(session, made[2]).id
        merge_persons(session, acting(session, made[2]), source, target, AT)
        upload = session.scalars(select(ProofUpload)).one()
        assert (upload.person_id, open_document(upload)) == (target, PDF_FILE)
        assert accept_proof(session, acting(session, made[0]), upload.id, BILL, WHO, at=AT).person.id == target


def test_what_waits_is_destroyed_when_the_joined_person_is_verified(app, made):
    with writing(app) as session:
        verify_residence(session, acting(session, made[0]), person_of(session, made[2]).id, BILL, WHO, at=AT)
        send(session, made[1])
        source, target = person_of(session, made[1]).id, person_of(session, made[2]).id
        merge_persons(session, acting(session, made[2]), source, target, AT)
        assert session.scalar(select(func.count()).select_from(ProofUpload)) == 0


def test_two_identities_only_written_are_two_people_as_well(app, made):
    with writing(app) as session:
        clerk = acting(session, made[0])
        accept_proof(session, clerk, send(session, made[1]), BILL, WHO, at=AT)
        verify_residence(session, clerk, person_of(session, made[2]).id, BILL, OTHER, at=AT)
        with pytest.raises(Refused) as refused:
            merge_persons(
                session, acting(session, made[2]), person_of(session, made[1]).id, person_of(session, made[2]).id, AT
            )
        assert refused.value.refusals[0].code == "two_identities"


@both_databases
def test_what_nobody_looked_at_is_destroyed_in_time_and_its_owner_told(app, made):
    with writing(app) as session:
        save_settings(session, SYSTEM, PEOPLE_SCOPE, PeopleSettings(proof_days=7), AT)
    with writing(app) as session:
        send(session, made[1])
        send(session, made[2], OTHER, at=AT + timedelta(days=1))
    with writing(app) as session:
        destroy_late_proofs(session, AT + timedelta(days=7) - timedelta(seconds=1))
        assert session.scalar(select(func.count()).select_from(ProofUpload)) == 2
    with writing(app) as session:
        destroy_late_proofs(session, AT + timedelta(days=7))
        destroy_late_proofs(session, AT + timedelta(days=7))
    with writing(app) as session:
        assert session.scalars(select(ProofUpload.person_id)).all() == [person_of(session, made[2]).id]
        assert [mail["to"] for mail in mails(session)] == ["eloise@rive.example"]
        assert session.scalars(select(JournalEntry.act).order_by(JournalEntry.id.desc())).first() == "expire_proof"
        assert last_outcome(session, person_of(session, made[1]).id).expired


def test_the_job_is_one_of_the_core(app):
    assert "destroy_late_proofs" in {job.name for job in app.extensions["civic.registry"].core.jobs}


def test_the_data_of_a_person_say_that_a_proof_waits_and_hold_none_of_it(app, made):
    with writing(app) as session:
        send(session, made[1])
        data = personal_data(session, current_registry(), person_of(session, made[1]).id, AT)
    assert data["proof_waiting"] == [
        {
            "proof_kind": "bill",
            "proof_on": BILL.issued_on.isoformat(),
            "media_type": PDF,
            "size": len(PDF_FILE),
            "uploaded_at": AT.isoformat(),
        }
    ]


def test_the_journal_holds_no_word_of_the_document_nor_of_the_identity(app, made):
    with writing(app) as session:
        clerk = acting(session, made[0])
        accept_proof(session, clerk, send(session, made[1]), BILL, WHO, at=AT)
        refuse_proof(session, clerk, send(session, made[2], OTHER), "unreadable", "", at=AT)
        told = "".join(repr(entry.details) for entry in session.scalars(select(JournalEntry)))
        told += "".join(session.scalars(select(JournalText.text)))
    for secret in ("Goff", "Quémeneur", "1980", "FACTURE"):
        assert secret not in told
