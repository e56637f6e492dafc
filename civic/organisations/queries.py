# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is read of organisations: mine, invitations, those who speak, how many wait."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from civic.organisations.members import INVITATION
from civic.organisations.models import (
    ACCEPTED,
    CLOSED,
    REFUSED,
    REQUESTED,
    WITHDRAWN,
    Organisation,
    OrganisationMember,
)
from civic.people.models import Person
from civic.permissions.actor import Actor

STATES: Mapping[str, str] = {
    REQUESTED: _("Waiting to be checked"),
    ACCEPTED: _("Checked: it may speak here"),
    REFUSED: _("Request refused"),
    WITHDRAWN: _("Request withdrawn"),
    CLOSED: _("Closed: it no longer speaks here"),
}
TONES: Mapping[str, str] = {REQUESTED: "wait", ACCEPTED: "yes", REFUSED: "no", WITHDRAWN: "off", CLOSED: "off"}
"""How each state is marked."""


def organisations_of(session: Session, person_id: int) -> Sequence[Row[Any]]:
    """What the person asked for, or speaks for (`member_id`, None where they do not), the latest first."""
    own = (OrganisationMember.organisation_id == Organisation.id) & (OrganisationMember.person_id == person_id)
    standing = own & OrganisationMember.accepted_at.is_not(None) & OrganisationMember.ended_at.is_(None)
    query: Any = (
        select(Organisation, OrganisationMember.id.label("member_id"))
        .outerjoin(OrganisationMember, standing)
        .where((Organisation.requested_by_id == person_id) | OrganisationMember.id.is_not(None))
        .order_by(Organisation.id.desc())
    )
    return session.execute(query).all()


def invitations_of(session: Session, actor: Actor, at: datetime) -> Sequence[Row[Any]]:
    """The invitations sent to the actor's address that wait for an answer."""
    if not actor.email:
        return ()
    query: Any = (
        select(OrganisationMember.id, Organisation.name, Organisation.kind)
        .join(Organisation, Organisation.id == OrganisationMember.organisation_id)
        .where(
            OrganisationMember.email == actor.email,
            OrganisationMember.person_id.is_(None),
            OrganisationMember.created_at > at - INVITATION,
            Organisation.state == ACCEPTED,
        )
        .order_by(OrganisationMember.id)
    )
    return session.execute(query).all()


def speakers_of(session: Session, organisation_id: int) -> Sequence[Row[Any]]:
    """Those who speak for it and those who are invited, in the order they came."""
    query: Any = (
        select(
            OrganisationMember.id,
            OrganisationMember.person_id,
            OrganisationMember.email,
            OrganisationMember.accepted_at,
            Person.display_name,
        )
        .outerjoin(Person, Person.id == OrganisationMember.person_id)
        .where(OrganisationMember.organisation_id == organisation_id, OrganisationMember.ended_at.is_(None))
        .order_by(OrganisationMember.id)
    )
    return session.execute(query).all()


def count_requests(session: Session) -> int:
    """Requests that wait for a clerk."""
    return session.scalar(select(func.count()).where(Organisation.state == REQUESTED)) or 0
