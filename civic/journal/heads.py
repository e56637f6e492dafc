# SPDX-License-Identifier: AGPL-3.0-or-later
"""Heads: number and digest of the last seal, published each day. One kept outside reveals a cut tail or a rewriting."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.journal.models import JournalHead, Seal

FILE = "journal-heads.txt"
"""In the instance folder, one published head per line: `SEQ:DIGEST published-at`."""

_HEAD = re.compile(r"([1-9]\d{0,17}):([0-9a-fA-F]{64})")


@dataclass(frozen=True)
class Head:
    """The state of the chain in 80 characters: whoever kept it can tell whether anything before it has changed."""

    seq: int
    digest: str

    def __str__(self) -> str:
        """`SEQ:DIGEST`, as `civic journal verify --head` takes it."""
        return f"{self.seq}:{self.digest}"


def parse_head(text: str) -> Head:
    """The head written `SEQ:DIGEST`. Raises ValueError for anything else."""
    match = _HEAD.fullmatch(text.strip())
    if match is None:
        raise ValueError("a head is written SEQ:DIGEST, a number, a colon and 64 hexadecimal figures")
    return Head(int(match.group(1)), match.group(2).lower())


def current_head(session: Session) -> Head | None:
    """Number and digest of the last seal; None before the first."""
    last = session.execute(select(Seal.seq, Seal.digest).order_by(Seal.seq.desc()).limit(1)).first()
    return Head(last.seq, last.digest) if last else None


def publish_head(session: Session, at: datetime) -> JournalHead | None:
    """Publish the present head on /journal; None when nothing was sealed since the last one."""
    head = current_head(session)
    latest = session.scalar(select(JournalHead.seq).order_by(JournalHead.id.desc()).limit(1))
    if head is None or head.seq == latest:
        return None
    published = JournalHead(published_at=at, seq=head.seq, digest=head.digest)
    session.add(published)
    session.flush()
    return published


def published_heads(session: Session, limit: int = 400) -> list[JournalHead]:
    """Published heads, the latest first."""
    return list(session.scalars(select(JournalHead).order_by(JournalHead.id.desc()).limit(limit)))


def append_to_file(instance: Path, head: Head, at: datetime) -> None:
    """Write the head in the instance's file too, which leaves the machine with each backup."""
    with (instance / FILE).open("a", encoding="ascii") as file:
        file.write(f"{head} {at.isoformat(timespec='seconds')}\n")
        file.flush()
        os.fsync(file.fileno())


def heads_in_file(instance: Path) -> list[Head]:
    """The heads of the instance's file; lines that are not heads are left out (the file may have been cut by a crash)."""
    path = instance / FILE
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        match = _HEAD.match(line)
        if match:
            found.append(Head(int(match.group(1)), match.group(2).lower()))
    return found
