# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every key that acts keep in the journal: its label, and how its value is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from flask_babel import lazy_gettext as _

from civic.counter.kinds import MANDATES
from civic.items.channels import CHANNELS
from civic.letters.models import ANSWERS, CODES, HANDED
from civic.organisations.numbers import KINDS
from civic.people.doubtful_pairs import DIFFERENT, SAME
from civic.people.levels import LEVEL_NAMES
from civic.people.matching import CLAIMED_ONLINE
from civic.people.names import RULES
from civic.people.roles import ROLE_NAMES
from civic.people.verification import LIST_NAMES, PROOF_KINDS
from civic.proofs.services import REASONS
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS


class How(Enum):
    """How a value is told."""

    TEXT = auto()
    AMOUNT = auto()
    """How many; nothing is said of none."""
    NAMED = auto()
    """One of the names of the key."""
    DAY = auto()
    EVE = auto()
    """The last day of an interval that ends on the day that is kept."""
    ACCOUNT = auto()
    DEPARTMENT = auto()
    ACT = auto()
    """What is entered at the counter, or one of the names of the key."""
    MODULE = auto()
    SCOPE = auto()
    FIELD = auto()
    FACTS = auto()
    """Fields with the values they had."""


@dataclass(frozen=True)
class Key:
    """A key in words."""

    label: str
    how: How = How.TEXT
    names: Mapping[str, str] = field(default_factory=dict)
    in_pairs: bool = False
    """Two values are what was, then what is."""


UNTOLD = frozenset(
    {
        "answer", "code", "component", "digest", "document", "file", "item", "mandate", "person", "phase", "space",
        "tag", "with",
    }
)  # fmt: skip
"""Ids and sums: for programs."""

_VISIBILITIES = {
    "public": _("Everyone"),
    "preview": _("Those who have its link"),
    "members": _("Its members"),
    "staff": _("Staff"),
}
_DOUBTS = {**RULES, CLAIMED_ONLINE: _("One showed the identity that the other wrote beside a document sent online.")}
_SHEETS = {ANSWERS: _("Answers by post"), CODES: _("Codes on letters"), HANDED: _("Code handed over at the counter")}

DETAILS: Mapping[str, Key] = {
    "account": Key(_("Person away"), How.ACCOUNT),
    "assignee": Key(_("In charge"), How.ACCOUNT, in_pairs=True),
    "because": Key(_("Why"), How.NAMED, {"role_ended": _("their role ended")}),
    "channel": Key(_("Channel"), How.NAMED, CHANNELS),
    "count": Key(_("How many"), How.AMOUNT),
    "days": Key(_("Days"), How.DAY, in_pairs=True),
    "decision": Key(_("Decision"), How.NAMED, {SAME: _("One person"), DIFFERENT: _("Two different people")}),
    "department": Key(_("Department"), How.DEPARTMENT, in_pairs=True),
    "deputy": Key(_("Who may sign"), How.ACCOUNT),
    "double_supports": Key(_("Supports given twice"), How.AMOUNT),
    "doubts": Key(_("Doubtful pairs"), How.AMOUNT),
    "drafted_by": Key(_("Drafted by"), How.ACCOUNT, in_pairs=True),
    "fields": Key(_("What was changed"), How.FIELD),
    "form": Key(_("Asked by"), How.NAMED, MANDATES),
    "former": Key(_("Lines that were there"), How.AMOUNT),
    "from": Key(_("From"), How.DAY),
    "inhabitants": Key(_("Inhabitants"), How.AMOUNT),
    "into": Key(_("In its place")),
    "issued": Key(_("Date of the document"), How.DAY),
    "items": Key(_("Files concerned"), How.AMOUNT),
    "kind": Key(_("Kind"), How.ACT, {**KINDS, **_SHEETS}),
    "kinds": Key(_("What may be entered"), How.ACT),
    "left": Key(_("People no longer on it"), How.AMOUNT),
    "level": Key(_("Level"), How.NAMED, LEVEL_NAMES),
    "lines": Key(_("Lines"), How.AMOUNT),
    "list": Key(_("List"), How.NAMED, LIST_NAMES),
    "module": Key(_("Module"), How.MODULE),
    "name": Key(_("Name"), in_pairs=True),
    "nature": Key(_("Kind"), How.NAMED, {"document": _("Document"), "news": _("News")}),
    "number": Key(_("Number")),
    "official": Key(_("Elected official"), How.ACCOUNT),
    "on": Key(_("Switched on")),
    "persons": Key(_("People"), How.AMOUNT),
    "planned_for": Key(_("Planned for")),
    "proof": Key(_("Document"), How.NAMED, PROOF_KINDS),
    "provider": Key(_("Provider of identity")),
    "purpose": Key(_("Kind"), How.NAMED, {"picture": _("Picture"), "document": _("Document")}),
    "reference": Key(_("Reference")),
    "replacement": Key(_("Replaced by"), How.ACCOUNT),
    "role": Key(_("Role"), How.NAMED, ROLE_NAMES),
    "scope": Key(_("Settings"), How.SCOPE),
    "slug": Key(_("Short name")),
    "source": Key(_("Source")),
    "title": Key(_("Title")),
    "until": Key(_("Last day"), How.EVE),
    "visibility": Key(_("Who sees it"), How.NAMED, _VISIBILITIES),
    "year": Key(_("Year")),
}
"""By key; a key that several acts keep otherwise stands in OF_ACT too."""

OF_ACT: Mapping[tuple[str, str], Key] = {
    ("correct", "former"): Key(_("Former values"), How.FACTS),
    ("decide_pair", "reason"): Key(_("Reason"), How.NAMED, _DOUBTS),
    ("expire_proof", "days"): Key(_("Days"), How.AMOUNT),
    ("merge_persons", "from"): Key(_("From"), How.DAY),
    ("refuse_proof", "reason"): Key(_("Reason"), How.NAMED, REASONS),
}

FIELDS: Mapping[str, str] = {
    **FRAME_FIELDS,
    **LEGAL_FIELDS,
    "presentation": _("Presentation"),
    "outcome": _("What was done"),
    "cost_eur": _("Cost in euros"),
    "decision_reference": _("Reference of the decision"),
    "planned_for": _("Planned for"),
}
"""Fields of the core whose change is told."""
