# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is done behind the portal's back with the journal is found and named."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from civic.db.session import db, write
from civic.journal.heads import Head, current_head, publish_head
from civic.journal.models import JournalEntry, JournalText, Seal
from civic.journal.reading import COLUMNS, stored_entry
from civic.journal.sealer import GENESIS, digest_of
from civic.journal.verify import KeptHead, verify
from tests.civic.journal.conftest import AT
from tests.databases import both_databases

pytestmark = both_databases

FORGED = {
    "uid": "f" * 32, "at": AT, "actor_id": None, "role": "clerk", "act": "accept", "subject_kind": "proposals.proposal",
    "subject_id": 1, "from_state": "studied", "to_state": "accepted", "channel": "web", "request_id": "",
    "details": {}, "commitment": "", "mac": "0" * 64,
}  # fmt: skip


def outside():
    return KeptHead(current_head(db.session()), "the auditor’s notebook")


def rewrite_chain(journal):
    """Fresh seals over whatever entries stand now, as someone without the key can make them."""
    journal.tamper("DELETE FROM civic_journal_seal")
    previous = GENESIS
    with write() as session:
        rows = [stored_entry(row) for row in session.execute(select(*COLUMNS).order_by(JournalEntry.id))]
        for seq, entry in enumerate(rows, 1):
            digest = digest_of(previous, entry)
            session.execute(
                insert(Seal).values(seq=seq, entry_id=entry.id, previous=previous, digest=digest, sealed_at=AT)
            )
            previous = digest


def test_an_untouched_journal_is_sound(journal):
    journal.write(5, reason="Parce que")
    assert journal.seal().sealed == 5
    head = outside()
    journal.write(2)
    report = journal.verify(head)
    assert report.is_sound
    assert (report.seals, report.first, report.last, report.unsealed, report.heads) == (5, 1, 5, 2, 1)
    assert report.oldest_unsealed.minute == 31
    assert report.last_digest == head.head.digest


def test_an_empty_journal_is_sound(journal):
    report = journal.verify()
    assert report.is_sound
    assert (report.seals, report.unsealed) == (0, 0)


@pytest.mark.parametrize(
    "change",
    [
        "act = 'decline'", "role = 'resident'", "actor_id = 7", "subject_id = 99", "to_state = NULL",
        "channel = 'paper'", "mac = 'x'", "commitment = 'y'", "details = '{}'", "request_id = 'z'",
        "at = '2020-01-01 00:00:00.000000'", "uid = 'u'",
    ],
)  # fmt: skip
def test_an_altered_entry_is_named(journal, change):
    journal.write(5)
    journal.seal()
    third = journal.ids()[2]
    journal.tamper(f"UPDATE civic_journal SET {change} WHERE id = :id", id=third)
    assert journal.codes() == [("altered", 3, third)]
    assert str(third) in str(journal.verify().findings[0])


def test_a_removed_entry_is_named(journal):
    journal.write(5)
    journal.seal()
    third = journal.ids()[2]
    journal.tamper("DELETE FROM civic_journal WHERE id = :id", id=third)
    assert journal.codes() == [("removed", 3, third)]


def test_an_entry_removed_with_its_seal_leaves_a_gap(journal):
    journal.write(5)
    journal.seal()
    third = journal.ids()[2]
    journal.tamper("DELETE FROM civic_journal WHERE id = :id", "DELETE FROM civic_journal_seal WHERE seq = 3", id=third)
    assert journal.codes() == [("seal_removed", 3, None)]


def test_closing_the_gap_breaks_the_chain(journal):
    journal.write(5)
    journal.seal()
    third = journal.ids()[2]
    journal.tamper(
        "DELETE FROM civic_journal WHERE id = :id",
        "DELETE FROM civic_journal_seal WHERE seq = 3",
        "UPDATE civic_journal_seal SET seq = 3 WHERE seq = 4",
        "UPDATE civic_journal_seal SET seq = 4 WHERE seq = 5",
        id=third,
    )
    assert journal.codes() == [("broken", 3, None)]


def test_the_beginning_cannot_be_cut(journal):
    journal.write(5)
    journal.seal()
    first = journal.ids()[0]
    journal.tamper("DELETE FROM civic_journal WHERE id = :id", "DELETE FROM civic_journal_seal WHERE seq = 1", id=first)
    assert journal.codes() == [("seal_removed", 1, None)]


def test_entries_inserted_before_and_after_the_last_seal_are_named(journal):
    journal.write(3)
    journal.tamper("UPDATE civic_journal SET id = id + 1000 WHERE id > (SELECT min(id) FROM civic_journal)")
    journal.seal()
    before, after = journal.ids()[0] + 500, journal.ids()[-1] + 500
    with write() as session:
        session.execute(insert(JournalEntry).values(FORGED | {"id": before}))
        session.execute(insert(JournalEntry).values(FORGED | {"id": after, "uid": "e" * 32}))
    done = journal.seal(whole=True)
    assert (done.sealed, done.refused) == (0, [before, after])
    assert journal.codes() == [("inserted_before", None, before), ("inserted_after", None, after)]


def test_a_refused_entry_does_not_stop_the_others(journal):
    with write() as session:
        session.execute(insert(JournalEntry).values(FORGED))
    journal.write(3)
    done = journal.seal()
    assert (done.sealed, len(done.refused)) == (3, 1)
    assert [code for code, *_rest in journal.codes()] == ["inserted_before"]


def test_a_cut_tail_shows_against_a_head_kept_outside(journal):
    journal.write(5)
    journal.seal()
    head, last = outside(), journal.ids()[-2:]
    journal.tamper(
        "DELETE FROM civic_journal WHERE id >= :id", "DELETE FROM civic_journal_seal WHERE seq >= 4", id=last[0]
    )
    assert journal.codes() == []
    assert journal.codes(head) == [("cut", 5, None)]


def test_a_cut_tail_shows_against_the_published_head(journal):
    journal.write(5)
    journal.seal()
    with write() as session:
        publish_head(session, AT)
    last = journal.ids()[-1]
    journal.tamper("DELETE FROM civic_journal WHERE id = :id", "DELETE FROM civic_journal_seal WHERE seq = 5", id=last)
    assert journal.codes() == [("cut", 5, None)]


def test_a_chain_rewritten_without_the_key_is_named_even_without_a_head(journal):
    journal.write(5)
    journal.seal()
    third = journal.ids()[2]
    journal.tamper("UPDATE civic_journal SET act = 'decline' WHERE id = :id", id=third)
    rewrite_chain(journal)
    assert journal.codes() == [("forged", 3, third)]


def test_a_chain_rewritten_around_a_removal_shows_against_a_head_kept_outside(journal):
    """The hardest case: every entry left is authentic, every digest fresh."""
    journal.write(6)
    journal.seal()
    head, third = outside(), journal.ids()[2]
    journal.tamper("DELETE FROM civic_journal WHERE id = :id", id=third)
    rewrite_chain(journal)
    assert journal.codes() == []
    journal.write(3)
    journal.seal()
    assert journal.codes(head) == [("rewritten", 6, None)]


def test_two_entries_exchanged_are_named(journal):
    journal.write(4)
    journal.seal()
    one, two = journal.ids()[1:3]
    journal.tamper(
        "UPDATE civic_journal SET id = 999999 WHERE id = :one",
        "UPDATE civic_journal SET id = :one WHERE id = :two",
        "UPDATE civic_journal SET id = :two WHERE id = 999999",
        one=one,
        two=two,
    )
    assert [code for code, *_rest in journal.codes()] == ["seal_altered", "seal_altered"]


@pytest.mark.parametrize("column", ["previous", "digest"])
def test_an_altered_seal_is_named(journal, column):
    journal.write(4)
    journal.seal()
    journal.tamper(f"UPDATE civic_journal_seal SET {column} = '{'a' * 64}' WHERE seq = 3")
    broken = [("broken", 3, None)] if column == "previous" else []
    assert journal.codes() == [*broken, ("seal_altered", 3, journal.ids()[2])]


def test_a_text_altered_removed_inserted_or_left_alone(journal):
    journal.write(4, reason="Parce que")
    journal.seal()
    journal.write(1, kind="civic.space")
    ids = journal.ids()
    uid = {row.id: row.uid for row in db.session().execute(text("SELECT id, uid FROM civic_journal"))}
    journal.tamper(
        "UPDATE civic_journal_text SET text = 'Pour rien' WHERE entry_uid = :one",
        "DELETE FROM civic_journal_text WHERE entry_uid = :two",
        "DELETE FROM civic_journal_seal WHERE seq = 4",
        "DELETE FROM civic_journal WHERE uid = :four",
        one=uid[ids[0]],
        two=uid[ids[1]],
        four=uid[ids[3]],
    )
    with write() as session:
        last = session.scalar(text("SELECT max(id) FROM civic_journal"))
        session.add(JournalText(entry_uid=uid[last], salt="s", text="Ajouté"))
    report = journal.verify()
    assert [(one.code, one.entry_id) for one in report.findings] == [
        ("text_altered", ids[0]),
        ("text_inserted", last),
        ("text_orphan", None),
    ]
    assert report.erased == 1


def test_missing_triggers_are_named(journal):
    with write() as session:
        journal.drop_triggers(session)
    codes = {code for code, *_rest in journal.codes()}
    assert codes == {"unprotected"}
    assert len(journal.codes()) == 6


@pytest.mark.parametrize(
    "statement", ["UPDATE civic_journal SET act = 'x'", "DELETE FROM civic_journal_seal", "DELETE FROM civic_journal"]
)
def test_the_database_refuses_changes_while_its_triggers_stand(journal, statement):
    journal.write(1)
    journal.seal()
    with pytest.raises(DBAPIError, match="insert-only"), write() as session:
        session.execute(text(statement))
    assert journal.verify().is_sound


def test_checking_from_a_seal_on(journal):
    journal.write(6)
    journal.seal()
    second, head = journal.ids()[1], outside()
    journal.tamper("UPDATE civic_journal SET act = 'x' WHERE id = :id", id=second)
    assert journal.codes(since=3) == []
    assert journal.verify(head, since=3).heads == 1
    early = KeptHead(Head(2, "0" * 64), "--head")
    assert journal.codes(early, since=3) == [("head_unknown", 2, None)]
    assert journal.codes(early) == [("altered", 2, second), ("rewritten", 2, None)]


def test_another_key_recognises_nothing(journal):
    journal.write(3)
    journal.seal()
    report = verify(db.session(), b"another key, of thirty-two bytes")
    assert report.counts == {"forged": 3}


def test_many_findings_are_counted(journal, monkeypatch):
    monkeypatch.setattr("civic.journal.findings.SHOWN", 2)
    monkeypatch.setattr("civic.journal.verify.SHOWN", 2)
    journal.write(6)
    journal.seal()
    journal.tamper("DELETE FROM civic_journal_seal WHERE seq < 6")
    report = journal.verify()
    assert len(report.findings) == 2
    assert report.total == 5
