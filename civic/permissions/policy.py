# SPDX-License-Identifier: AGPL-3.0-or-later
"""Policies: a table action -> OR of ANDs of named predicates. An unknown action is an error, no match is no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from civic.permissions.actor import Actor
from civic.permissions.decision import Denied, Refusal

PARENT_NEEDED = Refusal(
    "parent_needed",
    _(
        "Under the age set by the town, a parent’s authorisation comes first. Print it from “Parental authorisation” in "
        "my space, have it signed, and bring it or send it to the counter."
    ),
    remedy="authorisation",
)


@dataclass(frozen=True)
class Predicate:
    """A named question about actor and subject, with the refusal said when the answer is no; `title` is it in words."""

    name: str
    holds: Callable[[Actor, Any, datetime], bool]
    refusal: Refusal
    title: str = ""
    personal: bool = False
    """Whether it lets someone in for who they are, not for a role: closed to a minor without authorisation."""


Rule = tuple[tuple[Predicate, ...], ...]
"""OR of ANDs: one alternative must hold whole."""


@dataclass(frozen=True)
class Policy:
    """The permissions of one module (or of a part of the core), readable in one screen.

    Attributes:
        name: module or part that owns it.
        table: action (`proposal:edit`) -> rule.
        titles: action -> what it lets one do, in words, for the documentation page.
        without_parent: actions that a minor keeps without a parent's authorisation: one's own space, reading, taking
            back. Every other action that a `personal` predicate opens waits for it, in whatever module.
    """

    name: str
    table: Mapping[str, Rule]
    titles: Mapping[str, str]
    without_parent: frozenset[str] = frozenset()

    def refusal(self, action: str, actor: Actor, subject: Any, at: datetime) -> Refusal | None:
        """None when allowed; otherwise the refusal of the alternative that came closest.

        Closest is the one whose first predicates hold: a clerk who lacks the second factor is told to confirm it, not
        that only the author may. Raises KeyError for an action the table does not know.
        """
        closest: tuple[int, Refusal] | None = None
        for alternative in self.table[action]:
            unmet = _unmet(alternative, actor, subject, at)
            if unmet is None and self._needs_parent(action, alternative, actor, at):
                unmet = (len(alternative), PARENT_NEEDED)
            if unmet is None:
                return None
            if closest is None or unmet[0] > closest[0]:
                closest = unmet
        assert closest is not None, f"{self.name}: {action} has no alternative"
        return closest[1]

    def _needs_parent(self, action: str, alternative: tuple[Predicate, ...], actor: Actor, at: datetime) -> bool:
        """Whether this way in is closed until a parent has agreed: the one place where acts ask for it."""
        is_personal = any(predicate.personal for predicate in alternative)
        return is_personal and action not in self.without_parent and actor.needs_parent(at)

    def allows(self, action: str, actor: Actor, subject: Any, at: datetime) -> bool:
        """Whether the actor may do the action on the subject now."""
        return self.refusal(action, actor, subject, at) is None

    def require(self, action: str, actor: Actor, subject: Any, at: datetime) -> None:
        """Raise Denied with the reason when the action is not allowed."""
        refusal = self.refusal(action, actor, subject, at)
        if refusal is not None:
            raise Denied(refusal)


def _unmet(alternative: tuple[Predicate, ...], actor: Actor, subject: Any, at: datetime) -> tuple[int, Refusal] | None:
    """The place and the refusal of the first predicate that does not hold, or None."""
    for held, predicate in enumerate(alternative):
        if not predicate.holds(actor, subject, at):
            return held, predicate.refusal
    return None
