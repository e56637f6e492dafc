# SPDX-License-Identifier: AGPL-3.0-or-later
"""Predicates that any policy may use. A module adds its own beside its table."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal
from civic.permissions.policy import Predicate

anyone = Predicate("anyone", lambda actor, subject, at: True, Refusal("never", _("This is open to everyone.")))

signed_in = Predicate(
    "signed_in",
    lambda actor, subject, at: actor.signed_in,
    Refusal("sign_in", _("Sign in first: an e-mail address is enough."), remedy="sign_in"),
    personal=True,
)

second_factor = Predicate(
    "second_factor",
    lambda actor, subject, at: actor.second_factor,
    Refusal("second_factor", _("Confirm with your second factor first."), remedy="second_factor"),
)

NOT_AUTHOR = "not_author"
"""Code of the refusal of what its author alone may do."""

is_author = Predicate(
    "is_author",
    lambda actor, subject, at: (
        actor.person_id is not None and subject is not None and subject.author_id == actor.person_id
    ),
    Refusal(NOT_AUTHOR, _("Only its author can do this.")),
    personal=True,
)

is_visible = Predicate(
    "is_visible",
    lambda actor, subject, at: bool(subject is not None and subject.visible),
    Refusal("not_visible", _("This is not public.")),
)

_ROLE_SENTENCES = {
    "clerk": _("This is done by the clerks in charge of participation."),
    "agent": _("This is done by the department in charge."),
    "moderator": _("This is done by the moderators."),
    "official": _("This is done by an elected official."),
    "auditor": _("This is read by the auditors."),
    "administrator": _("This is done by an administrator of the portal."),
}


def _holder(role: str) -> Predicate:
    """The role, holding for the subject's space and module."""

    def holds(actor: Actor, subject: Any, at: datetime) -> bool:
        return actor.has(role, subject)

    return Predicate(role, holds, Refusal(f"not_{role}", _ROLE_SENTENCES[role]))


clerk = _holder("clerk")
agent = _holder("agent")
moderator = _holder("moderator")
official = _holder("official")
auditor = _holder("auditor")
administrator = _holder("administrator")


def _helping(role: str) -> Predicate:
    """The role, holding for what an act is about; with no subject yet (the counter's first page), held anywhere."""

    def holds(actor: Actor, subject: Any, at: datetime) -> bool:
        return actor.has_anywhere(role) if subject is None else actor.has(role, subject)

    return Predicate(
        f"helping_{role}", holds, Refusal("not_helping", _("This file is entered by the colleagues in charge of it."))
    )


helping_clerk = _helping("clerk")
helping_agent = _helping("agent")

of_department = Predicate(
    "of_department",
    lambda actor, subject, at: (
        subject is not None and subject.department_id is not None and actor.works_for(subject.department_id, subject)
    ),
    Refusal("other_department", _("Another department is in charge of this file.")),
)

is_staff = Predicate(
    "is_staff",
    lambda actor, subject, at: actor.is_staff,
    Refusal("not_staff", _("This part of the site is for the town's staff.")),
)

works_on_files = Predicate(
    "works_on_files",
    lambda actor, subject, at: any(grant.role != "auditor" for grant in actor.grants),
    Refusal("reads_only", _("Auditors read, and hold no file.")),
)
