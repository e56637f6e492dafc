# SPDX-License-Identifier: AGPL-3.0-or-later
"""Speaking in an organisation's name: who may, asked again at every act. Nothing here supports or votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from civic.organisations.models import ACCEPTED, Organisation, OrganisationMember
from civic.permissions.actor import Actor
from civic.permissions.decision import Denied, Refusal, Refused

_OWN_NAME_ONLY = Refusal("own_name_only", _("Before the age set by the town, one speaks in one’s own name only."))
_NO_SPEAKER = Refusal(
    "no_speaker",
    _(
        "You do not speak for this organisation, or no longer: ask those who do to invite you, or write in your own name."
    ),
)
_NOT_OPEN = Refusal(
    "organisation_closed", _("This organisation no longer speaks here. You may write in your own name.")
)


@dataclass(frozen=True)
class Speaker:
    """An organisation for which someone may speak, as a choice shows it."""

    id: int
    name: str


def speaks_for(session: Session, actor: Actor, at: datetime) -> Sequence[Speaker]:
    """The organisations in whose name the actor may write now, by name; none at the counter, none for a minor."""
    if actor.person_id is None or actor.mandate_id is not None or actor.is_minor(at):
        return ()
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .join(OrganisationMember, OrganisationMember.organisation_id == Organisation.id)
        .where(Organisation.state == ACCEPTED, *_member(actor.person_id))
        .order_by(Organisation.name, Organisation.id)
    )
    return [Speaker(*row) for row in rows]


def require_speaker(session: Session, actor: Actor, organisation_id: int | None, at: datetime) -> None:
    """Raise Denied or Refused unless the actor may write in this name now; None, one's own name, is always open."""
    if organisation_id is None:
        return
    require_of_age(actor, at)
    membership = select(OrganisationMember.id).where(
        OrganisationMember.organisation_id == organisation_id, *_member(actor.person_id or 0)
    )
    found = session.get(Organisation, organisation_id, populate_existing=True)
    if found is None or actor.mandate_id is not None or session.scalar(membership) is None:
        raise Refused(_NO_SPEAKER)
    if found.state != ACCEPTED:
        raise Refused(_NOT_OPEN)


def require_of_age(actor: Actor, at: datetime) -> None:
    """Raise Denied for a minor, authorised or not: an organisation is spoken for by whoever answers for it."""
    if actor.is_minor(at):
        raise Denied(_OWN_NAME_ONLY)


def _member(person_id: int) -> tuple[ColumnElement[bool], ...]:
    """Conditions of a membership that stands."""
    return (
        OrganisationMember.person_id == person_id,
        OrganisationMember.accepted_at.is_not(None),
        OrganisationMember.ended_at.is_(None),
    )
