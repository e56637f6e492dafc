# SPDX-License-Identifier: AGPL-3.0-or-later
"""Policies: a table action -> OR of ANDs of named predicates. An unknown action is an error, no match is no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civic.permissions.actor import Actor
from civic.permissions.decision import Denied, Refusal


@dataclass(frozen=True)
class Predicate:
    """A named question about actor and subject, with the refusal said when the answer is no; `title` is it in words."""

    name: str
    holds: Callable[[Actor, Any, datetime], bool]
    refusal: Refusal
    title: str = ""


Rule = tuple[tuple[Predicate, ...], ...]
"""OR of ANDs: one alternative must hold whole."""


@dataclass(frozen=True)
class Policy:
    """The permissions of one module (or of a part of the core), readable in one screen.

    Attributes:
        name: module or part that owns it.
        table: action (`proposal:edit`) -> rule.
        titles: action -> what it lets one do, in words, for the documentation page.
    """

    name: str
    table: Mapping[str, Rule]
    titles: Mapping[str, str]

    def refusal(self, action: str, actor: Actor, subject: Any, at: datetime) -> Refusal | None:
        """None when allowed; otherwise the refusal of the alternative that came closest.

        Closest is the one whose first predicates hold: a clerk who lacks the second factor is told to confirm it, not
        that only the author may. Raises KeyError for an action the table does not know.
        """
        closest: tuple[int, Refusal] | None = None
        for alternative in self.table[action]:
            for held, predicate in enumerate(alternative):
                if not predicate.holds(actor, subject, at):
                    if closest is None or held > closest[0]:
                        closest = (held, predicate.refusal)
                    break
            else:
                return None
        assert closest is not None, f"{self.name}: {action} has no alternative"
        return closest[1]

    def allows(self, action: str, actor: Actor, subject: Any, at: datetime) -> bool:
        """Whether the actor may do the action on the subject now."""
        return self.refusal(action, actor, subject, at) is None

    def require(self, action: str, actor: Actor, subject: Any, at: datetime) -> None:
        """Raise Denied with the reason when the action is not allowed."""
        refusal = self.refusal(action, actor, subject, at)
        if refusal is not None:
            raise Denied(refusal)
