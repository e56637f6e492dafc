# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be entered at the counter: acts of the core on any file, and what the modules declare."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.comments.models import COMMENT, QUESTION
from civic.module import CounterEntry
from civic.registry import Registry
from civic.settings.store import portal_state

SUPPORT = "support"
ON_FILES: Mapping[str, str] = {SUPPORT: _("Supports"), COMMENT: _("Comments"), QUESTION: _("Questions to the town")}
"""Acts on a file that exists, in words."""
CHANGE = ":"
"""Between the kind of an item and what was done with it later, as in `proposals.proposal:withdraw`."""

ONE: Mapping[str, str] = {SUPPORT: _("A support"), COMMENT: _("A comment"), QUESTION: _("A question to the town")}
"""The same, for one of them."""

MANDATES: Mapping[str, str] = {
    "oral": _("Said in person or by telephone"),
    "signed": _("Signed paper"),
    "letter": _("Letter, kept"),
}
"""How someone asked a helper to enter acts for them."""


def entries(session: Session, registry: Registry) -> dict[str, CounterEntry]:
    """What modules that are on let a helper begin, by kind of item."""
    on = portal_state(session).modules_on
    return {
        f"{module.name}.{entry.name}": entry
        for module in registry.modules.values()
        if module.name in on
        for entry in module.counter
    }


def kind_names(session: Session, registry: Registry) -> dict[str, str]:
    """Every kind of act a mandate may cover, in words, those of modules first."""
    own = {kind: str(entry.title) for kind, entry in entries(session, registry).items()}
    return {**own, **{kind: str(title) for kind, title in ON_FILES.items()}}


def act_name(registry: Registry, kind: str) -> str:
    """One act in words, whether its module is on or not; a change is named behind the kind of what it changes."""
    kind, _sign, changed = kind.partition(CHANGE)
    name, _dot, begun = kind.partition(".")
    module = registry.modules.get(name) if changed else None
    for entry in module.counter if module is not None else ():
        done = {change.name: change.done for change in entry.changes if entry.name == begun}
        if changed in done:
            return str(done[changed])
    if kind in ONE:
        return str(ONE[kind])
    resource = registry.resource(kind)
    return str(resource.title) if resource is not None else kind
