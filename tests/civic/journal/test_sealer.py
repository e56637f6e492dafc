# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing: in order, once, by one sealer, whatever order transactions commit in."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.db.session import db, write
from civic.journal.entries import record
from civic.journal.heads import heads_in_file, parse_head
from civic.journal.jobs import publish_daily_head, seal_journal, seal_stragglers
from civic.journal.models import JournalHead, Seal
from civic.journal.sealer import seal
from civic.permissions.actor import SYSTEM
from tests.civic.journal.conftest import AT
from tests.databases import both_databases


@both_databases
def test_entries_are_sealed_once_in_order_and_in_batches(journal, monkeypatch):
    monkeypatch.setattr("civic.journal.sealer.BATCH", 3)
    journal.write(10)
    assert journal.seal(limit=4).sealed == 4
    assert journal.seal(limit=100).sealed == 6
    assert journal.seal().sealed == 0
    seals = db.session().execute(select(Seal.seq, Seal.entry_id, Seal.previous, Seal.digest).order_by(Seal.seq)).all()
    assert [row.seq for row in seals] == list(range(1, 11))
    assert [row.entry_id for row in seals] == sorted(row.entry_id for row in seals)
    assert [row.previous for row in seals[1:]] == [row.digest for row in seals[:-1]]
    assert journal.verify().is_sound


def write_one(session, number):
    record(session, SYSTEM, "study", kind="proposals.proposal", subject_id=number, at=AT)
    session.flush()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_an_entry_that_commits_late_with_a_lower_id_is_sealed_too(journal):
    writer = db.engines["writer"]
    with Session(writer) as slow, Session(writer) as fast:
        write_one(slow, 1)
        write_one(fast, 2)
        fast.commit()
        assert journal.seal().sealed == 1
        slow.commit()
    assert journal.seal().sealed == 1
    ids = journal.ids()
    assert ids == sorted(ids, reverse=True)
    assert journal.verify().is_sound


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_the_quick_pass_does_not_reach_is_left_to_the_whole_one(journal, monkeypatch):
    monkeypatch.setattr("civic.journal.sealer.REACH", 2)
    writer = db.engines["writer"]
    with Session(writer) as slow:
        write_one(slow, 1)
        journal.write(5)
        journal.seal()
        slow.commit()
    assert journal.seal().sealed == 0
    assert journal.verify().unsealed == 1
    with write() as session:
        seal_stragglers(session, AT)
    assert journal.verify().unsealed == 0
    assert journal.verify().is_sound


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_only_one_sealer_works_and_nobody_waits_for_it(journal):
    journal.write(3)
    with Session(db.engines["writer"]) as first, Session(db.engines["writer"]) as second:
        assert seal(first, AT).sealed == 3
        assert not seal(second, AT).leased
        second.rollback()
        journal.write(2)  # committed while the sealer's transaction is open: a writer never waits for the chain
        first.commit()
    assert journal.seal().sealed == 2
    assert journal.verify().is_sound


@both_databases
def test_a_sealer_that_fails_leaves_nothing_behind(journal):
    journal.write(3)
    with pytest.raises(RuntimeError), write() as session:
        seal(session, AT)
        raise RuntimeError
    assert journal.ids() == []
    assert journal.seal().sealed == 3


@both_databases
def test_the_jobs_seal_and_publish_a_head_each_day(journal, instance):
    journal.write(3)
    with write() as session:
        seal_journal(session, AT)
    for _twice in range(2):
        with write() as session:
            publish_daily_head(session, AT)
    journal.write(1)
    with write() as session:
        publish_daily_head(session, AT)
    published = db.session().scalars(select(JournalHead).order_by(JournalHead.id)).all()
    assert [head.seq for head in published] == [3, 4]
    assert [(head.seq, head.digest) for head in heads_in_file(instance)] == [
        (head.seq, head.digest) for head in published
    ]


@both_databases
def test_refused_entries_are_logged_by_name(journal, caplog):
    journal.write(2)
    journal.tamper("UPDATE civic_journal SET act = 'x'")
    with write() as session:
        seal_stragglers(session, AT)
    assert "2 entries have no good MAC" in caplog.text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e16, -0.0, {"a": object()}, AT, {1, 2}])
def test_details_that_a_database_could_change_are_refused(journal, value):
    with pytest.raises(ValueError, match="journal details"), write() as session:
        record(session, SYSTEM, "x", kind="k", subject_id=1, at=AT, details={"value": value})


@both_databases
def test_details_come_back_as_they_were_signed(journal):
    details = {
        "z": [1, 2.5, None, True],
        "é": "œ “ ’ 💧",
        "a": {"n": 42000.0, "small": 1e-7, "big": 2**53},
        "tuple": (1, 2),
    }
    with write() as session:
        record(session, SYSTEM, "x", kind="k", subject_id=1, at=AT, details=details)
    assert journal.seal().sealed == 1
    assert journal.verify().is_sound


def test_a_head_is_read_strictly():
    assert str(parse_head(f" 12:{'A' * 64}\n")) == f"12:{'a' * 64}"
    for wrong in ("", "12", "0:" + "a" * 64, "12:" + "a" * 63, "-1:" + "a" * 64, "12:" + "g" * 64):
        with pytest.raises(ValueError, match="SEQ:DIGEST"):
            parse_head(wrong)
