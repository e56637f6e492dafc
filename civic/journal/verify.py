# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verification: reads the whole journal in batches and names everything that was altered, removed or inserted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.journal.entries import commitment, is_authentic
from civic.journal.findings import SHOWN, Finding, Report
from civic.journal.heads import Head
from civic.journal.models import JournalEntry, JournalHead, JournalText, Seal
from civic.journal.reading import COLUMNS, SEALED_AT, StoredEntry, moment_of, stored_entry
from civic.journal.sealer import GENESIS, digest_of
from civic.journal.triggers import unprotected

BATCH = 2000
KEPT_IN_DATABASE = "civic_journal_head"


@dataclass(frozen=True)
class KeptHead:
    """A head to compare with, and where it was kept."""

    head: Head
    where: str


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """A seal with the entry and the text it stands for, where they still exist."""

    seq: int
    entry_id: int
    previous: str
    digest: str
    sealed_at: datetime | None
    entry: StoredEntry | None
    salt: str
    text: str | None


def verify(session: Session, key: bytes, heads: Iterable[KeptHead] = (), *, since: int = 1) -> Report:
    """Check seals from number `since` on, every entry without a seal, texts, heads and triggers.

    `heads` are those kept outside the database: without one, a journal cut or rewritten whole by someone who holds the
    key cannot be told from a true one. Those published in the database are compared too.
    """
    report = Report()
    for name in unprotected(session.connection()):
        report.add(Finding("unprotected", note=name))
    kept = [*heads, *_published(session)]
    _check_chain(session, key, report, kept, since)
    _check_unsealed(session, key, report)
    _check_orphans(session, report)
    return report


def _published(session: Session) -> Iterator[KeptHead]:
    """The heads the database itself keeps."""
    for row in session.execute(select(JournalHead.seq, JournalHead.digest).order_by(JournalHead.seq)):
        yield KeptHead(Head(row.seq, row.digest), KEPT_IN_DATABASE)


def _check_chain(session: Session, key: bytes, report: Report, kept: list[KeptHead], since: int) -> None:
    """Follow the seals in order; a fault is told once and the chain goes on from what stands."""
    waiting: dict[int, list[KeptHead]] = {}
    for one in kept:
        waiting.setdefault(one.head.seq, []).append(one)
    expected = since
    previous = {GENESIS} if since == 1 else set[str]()
    for seal in _sealed(session, since):
        gap = range(expected, seal.seq)
        for seq in gap[:SHOWN]:
            report.add(Finding("seal_removed", seq=seq))
        report.count("seal_removed", len(gap[SHOWN:]))
        if previous and not gap and seal.previous not in previous:
            report.add(Finding("broken", seq=seal.seq))
        fresh = _check_seal(key, report, seal)
        for one in waiting.pop(seal.seq, ()):
            _compare(report, one, seal.digest)
        report.first = report.first or seal.seq
        report.seals, report.last, report.last_digest = report.seals + 1, seal.seq, seal.digest
        expected, previous = seal.seq + 1, {seal.digest, fresh}
    for seq in sorted(waiting):
        for one in waiting[seq]:
            _missing_head(report, one, since)


def _check_seal(key: bytes, report: Report, seal: SealedEntry) -> str:
    """One seal with its entry and its text; gives the digest it should have, as far as the entry can be trusted."""
    entry = seal.entry
    if entry is None:
        report.add(Finding("removed", seq=seal.seq, entry_id=seal.entry_id, at=seal.sealed_at))
        return seal.digest
    authentic = is_authentic(key, entry)
    fresh = _digest(seal.previous, entry)
    if not authentic:
        report.add(_about("forged" if fresh == seal.digest else "altered", entry, seal.seq))
        return seal.digest
    if fresh != seal.digest:
        report.add(_about("seal_altered", entry, seal.seq))
    _check_text(report, entry, seal.salt, seal.text)
    return fresh or seal.digest


def _digest(previous: str, entry: StoredEntry) -> str:
    """The digest made again; empty for what cannot be read."""
    try:
        return digest_of(previous, entry)
    except (ValueError, TypeError, AttributeError):
        return ""


def _check_text(report: Report, entry: StoredEntry, salt: str, text: str | None) -> None:
    """The text against the commitment of an authentic entry."""
    if text is None:
        report.erased += bool(entry.commitment)
    elif not entry.commitment:
        report.add(_about("text_inserted", entry))
    elif commitment(salt, text) != entry.commitment:
        report.add(_about("text_altered", entry))


def _compare(report: Report, kept: KeptHead, digest: str) -> None:
    """A kept head against the seal of the same number."""
    report.heads += 1
    if kept.head.digest != digest:
        report.add(Finding("rewritten", seq=kept.head.seq, note=kept.where))


def _missing_head(report: Report, kept: KeptHead, since: int) -> None:
    """A kept head whose seal was not met."""
    if kept.head.seq < since:
        if kept.where != KEPT_IN_DATABASE:
            report.add(Finding("head_unknown", seq=kept.head.seq, note=kept.where))
    elif report.last is None or kept.head.seq > report.last:
        report.heads += 1
        report.add(Finding("cut", seq=kept.head.seq, note=kept.where))


def _check_unsealed(session: Session, key: bytes, report: Report) -> None:
    """Entries the sealer has not taken: waiting, or refused because they are not authentic."""
    last_sealed = session.scalar(select(func.max(Seal.entry_id))) or 0
    for entry, salt, text in _without_seal(session):
        if entry.at is not None and is_authentic(key, entry):
            report.unsealed += 1
            report.oldest_unsealed = min(report.oldest_unsealed or entry.at, entry.at)
            _check_text(report, entry, salt, text)
        else:
            report.add(_about("inserted_before" if entry.id < last_sealed else "inserted_after", entry))


def _check_orphans(session: Session, report: Report) -> None:
    """Texts whose entry is gone."""
    query = (
        select(JournalText.entry_uid)
        .outerjoin(JournalEntry, JournalEntry.uid == JournalText.entry_uid)
        .where(JournalEntry.id.is_(None))
        .order_by(JournalText.entry_uid)
    )
    for uid in session.scalars(query):
        report.add(Finding("text_orphan", note=uid))


def _about(code: str, entry: StoredEntry, seq: int | None = None) -> Finding:
    """A finding on an entry that stands."""
    return Finding(code, seq=seq, entry_id=entry.id, act=entry.act, at=entry.at)


def _sealed(session: Session, since: int) -> Iterator[SealedEntry]:
    """Seals in order with their entry and text, in batches."""
    query = (
        select(
            *COLUMNS, Seal.seq, Seal.entry_id, Seal.previous, Seal.digest, SEALED_AT, JournalText.salt, JournalText.text
        )
        .select_from(Seal)
        .outerjoin(JournalEntry, JournalEntry.id == Seal.entry_id)
        .outerjoin(JournalText, JournalText.entry_uid == JournalEntry.uid)
        .order_by(Seal.seq)
        .limit(BATCH)
    )
    batch = list(session.execute(query.where(Seal.seq >= since)))
    while batch:
        for row in batch:
            entry = stored_entry(row) if row.id is not None else None
            moment = moment_of(row.sealed_at)
            yield SealedEntry(row.seq, row.entry_id, row.previous, row.digest, moment, entry, row.salt, row.text)
        batch = list(session.execute(query.where(Seal.seq > batch[-1].seq)))


def _without_seal(session: Session) -> Iterator[tuple[StoredEntry, str, str | None]]:
    """Entries without a seal, by id, in batches, with their text."""
    query = (
        select(*COLUMNS, JournalText.salt, JournalText.text)
        .select_from(JournalEntry)
        .outerjoin(Seal, Seal.entry_id == JournalEntry.id)
        .outerjoin(JournalText, JournalText.entry_uid == JournalEntry.uid)
        .where(Seal.seq.is_(None))
        .order_by(JournalEntry.id)
        .limit(BATCH)
    )
    batch = list(session.execute(query))
    while batch:
        for row in batch:
            yield stored_entry(row), row.salt, row.text
        batch = list(session.execute(query.where(JournalEntry.id > batch[-1].id)))
