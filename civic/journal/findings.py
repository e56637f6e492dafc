# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a verification finds, in words that a person understands."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

SHOWN = 1000
"""Findings kept whole; more are counted."""

CODES = (
    "altered", "forged", "removed", "seal_removed", "seal_altered", "broken", "inserted_before", "inserted_after",
    "cut", "rewritten", "head_unknown", "text_altered", "text_inserted", "text_orphan", "unprotected",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Something that cannot be there in a journal nobody touched.

    Attributes:
        code: one of CODES.
        seq: the seal's number, where there is one.
        entry_id: the entry's, where there is one.
        act, at: what the entry says, where it can still be read.
        note: what else the sentence needs: a trigger's name, where a head was kept.
    """

    code: str
    seq: int | None = None
    entry_id: int | None = None
    act: str = ""
    at: datetime | None = None
    note: str = ""

    def __str__(self) -> str:
        """The sentence."""
        moment = self.at.strftime("%Y-%m-%d %H:%M:%S UTC") if self.at else "?"
        words = {"seq": self.seq, "entry": self.entry_id, "act": self.act, "at": moment, "note": self.note}
        return _sentence(self.code) % words


@dataclass
class Report:
    """The outcome of a verification.

    Attributes:
        seals: how many were checked, from `first` to `last`.
        unsealed: entries waiting for the sealer, the oldest written at `oldest_unsealed`: what stands there could
            still be removed without a trace.
        erased: texts that were erased, as the law allows; the entries stand.
        heads: how many kept heads were compared.
    """

    seals: int = 0
    first: int | None = None
    last: int | None = None
    last_digest: str = ""
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    erased: int = 0
    heads: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    @property
    def total(self) -> int:
        """How many findings, those that were only counted included."""
        return sum(self.counts.values())

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it while there are not too many."""
        self.counts[finding.code] += 1
        if len(self.findings) < SHOWN:
            self.findings.append(finding)

    def count(self, code: str, more: int) -> None:
        """Count findings that need no line of their own."""
        if more:
            self.counts[code] += more


def _sentence(code: str) -> str:
    """The pattern of each finding's sentence."""
    sentences: dict[str, str] = {
        "altered": _("Entry %(entry)s (seal %(seq)s, %(act)s, %(at)s) was altered after it was sealed."),
        "forged": _("Entry %(entry)s (seal %(seq)s, %(act)s, %(at)s) was not written by the portal, and yet it has a seal that fits: the chain was rewritten around it."),
        "removed": _("Entry %(entry)s was removed: its seal %(seq)s stands, made on %(at)s."),
        "seal_removed": _("Seal %(seq)s was removed."),
        "seal_altered": _("Seal %(seq)s does not fit its entry %(entry)s (%(act)s, %(at)s), which is authentic: the seal was altered, or belongs to another entry."),
        "broken": _("Seal %(seq)s does not follow the one before it: the chain was cut and joined again, or forks there."),
        "inserted_before": _("Entry %(entry)s (%(act)s, dated %(at)s) was inserted among sealed entries, or altered before it was sealed: it does not carry the portal’s mark."),
        "inserted_after": _("Entry %(entry)s (%(act)s, dated %(at)s) was inserted after the last seal, or altered before it was sealed: it does not carry the portal’s mark."),
        "cut": _("The end of the journal was cut: %(note)s knows seal %(seq)s, which no longer exists."),
        "rewritten": _("The journal was rewritten: at seal %(seq)s the chain differs from the head kept in %(note)s."),
        "head_unknown": _("Seal %(seq)s, kept as a head in %(note)s, does not stand in the part that was checked. Verify without --since."),
        "text_altered": _("The text of entry %(entry)s (%(act)s, %(at)s) was altered."),
        "text_inserted": _("Entry %(entry)s (%(act)s, %(at)s) was written without text, and now has one."),
        "text_orphan": _("A text stands for an entry that does not exist (%(note)s): the entry was removed, or the text inserted."),
        "unprotected": _("The protection %(note)s of the database is missing. Run: civic db upgrade"),
    }  # fmt: skip
    return sentences[code]
