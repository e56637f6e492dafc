# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who acts: an immutable picture of an account, its person and its roles, taken inside the transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

ROLES = ("clerk", "agent", "moderator", "official", "auditor", "administrator")
"""Granted roles. `resident` is everyone who is signed in, `visitor` everyone else."""
HELPER = "helper"
"""The role in the journal of whoever enters an act for someone else: never granted by itself."""


class Scoped(Protocol):
    """What a scoped role is compared with: an item, or anything that has the same two columns."""

    @property
    def kind(self) -> str:
        """Resource key, `module.resource`."""

    @property
    def space_id(self) -> int | None:
        """Item id of the space it stands in."""


@dataclass(frozen=True)
class Grant:
    """A role and where it holds; both scopes None means the whole instance."""

    role: str
    space_id: int | None = None
    module: str | None = None
    department_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Someone acting. Services take it, never the request."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    email: str = ""
    level: str = "declared"
    grants: tuple[Grant, ...] = ()
    second_factor: bool = False
    session_id: int | None = None
    channel: str = "web"
    request_id: str = ""
    mandate_id: int | None = None
    """Set where a helper acts for someone: `account_id` is then the helper's, `person_id` the person's."""
    minor_until: datetime | None = None
    """When the person reaches the age the town set for consenting alone; None for everyone else."""
    parent_agreed: bool = False
    """Whether the authorisation of a minor's parent is recorded and stands."""
    without_account: bool = False
    """Whether they take part for a short time by a code on paper, and have nothing to sign in with afterwards."""

    @property
    def signed_in(self) -> bool:
        """Whether there is an account behind."""
        return self.account_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether any role was granted, wherever it holds: the desk has something for them."""
        return bool(self.grants)

    @property
    def only_reads(self) -> bool:
        """Whether every role held is the auditor's: nothing ever waits for them."""
        return bool(self.grants) and all(grant.role == "auditor" for grant in self.grants)

    @property
    def acting_role(self) -> str:
        """The role named in the journal: the first granted one, else resident or visitor; a helper is named as such."""
        if self.mandate_id is not None:
            return HELPER
        if self.grants:
            return next(role for role in ROLES if any(grant.role == role for grant in self.grants))
        return "resident" if self.signed_in else "system" if self.channel == "system" else "visitor"

    @property
    def department_ids(self) -> frozenset[int]:
        """The municipal services one works for."""
        return frozenset(grant.department_id for grant in self.grants if grant.department_id is not None)

    def is_minor(self, at: datetime) -> bool:
        """Whether the person is under the age at which one consents alone."""
        return self.minor_until is not None and at < self.minor_until

    def needs_parent(self, at: datetime) -> bool:
        """Whether nothing may be done before a parent's authorisation (Loi Informatique et Libertés, article 45)."""
        return self.is_minor(at) and not self.parent_agreed

    def has(self, role: str, subject: Scoped | None = None) -> bool:
        """Whether the role holds for the subject; without subject, whether it holds on the whole instance."""
        return any(grant.role == role and _covers(grant, subject) for grant in self.grants)

    def works_for(self, department_id: int, subject: Scoped) -> bool:
        """Whether a role held in this municipal service covers the subject: not one role here, another there."""
        return any(grant.department_id == department_id and _covers(grant, subject) for grant in self.grants)

    def has_anywhere(self, role: str) -> bool:
        """Whether the role is held in any scope."""
        return any(grant.role == role for grant in self.grants)


def _covers(grant: Grant, subject: Scoped | None) -> bool:
    """A scoped role never holds for what is outside its scope."""
    if grant.space_id is None and grant.module is None:
        return True
    if subject is None:
        return False
    in_space = grant.space_id is None or grant.space_id == subject.space_id
    return in_space and (grant.module is None or grant.module == subject.kind.partition(".")[0])


VISITOR = Actor()
"""Anyone who has not signed in."""

SYSTEM = Actor(name="system", channel="system", second_factor=True)
"""Jobs and the command line."""
