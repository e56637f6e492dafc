# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of an organisation here: asked for by someone signed in, checked by a clerk, closed, opened again."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.i18n.texts import plain
from civic.journal.entries import record
from civic.organisations.models import (
    ACCEPTED,
    CLOSED,
    NUMBERED,
    REFUSED,
    REQUESTED,
    WITHDRAWN,
    Organisation,
    OrganisationMember,
)
from civic.organisations.numbers import checked_number
from civic.organisations.speaking import require_of_age
from civic.organisations.telling import tell_members
from civic.people.models import Person
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Missing, Refusal, Refused
from civic.permissions.predicates import signed_in

KIND = "civic.organisation"
LONGEST_NAME, LONGEST_PURPOSE, LONGEST_REASON = 160, 600, 500
MOST_WAITING = 3
"""Requests of one person that wait: clerks check each by hand."""
_SLUG = 50


@dataclass(frozen=True)
class Wanted:
    """What one writes of an organisation."""

    kind: str = ""
    number: str = ""
    name: str = ""
    purpose: str = ""


def request_organisation(session: Session, actor: Actor, wanted: Wanted, at: datetime) -> Organisation:
    """Ask that an organisation may speak; whoever asks is the first who speaks for it, once it is accepted.

    Raises Denied, Missing for what is empty or wrong, Refused when the number is taken or too many requests wait.
    """
    CORE_POLICY.require("organisation:request", actor, None, at)
    require_of_age(actor, at)
    if actor.person_id is None or lock(session, Person, actor.person_id) is None:
        raise Denied(signed_in.refusal)
    number = checked_number(wanted.kind, wanted.number)
    name, purpose = " ".join(wanted.name.split()), wanted.purpose.strip()
    _check_words(name, purpose)
    _check_waiting(session, actor.person_id)
    found = Organisation(
        kind=wanted.kind,
        number=number,
        name=name,
        slug=_free_slug(session, name),
        purpose=purpose,
        requested_by_id=actor.person_id,
        requested_at=at,
    )
    try:
        with session.begin_nested():
            session.add(found)
    except IntegrityError:
        raise Refused(_NUMBER_TAKEN if _is_taken(session, number) else _AT_ONCE) from None
    _journal(session, actor, "request_organisation", found, at)
    return found


def withdraw_request(session: Session, actor: Actor, organisation_id: int, at: datetime) -> None:
    """Take one's request back while nobody has decided. Raises Denied for anyone else, Refused once decided."""
    found = _held(session, organisation_id, REQUESTED)
    if actor.person_id is None or found.requested_by_id != actor.person_id:
        raise Denied(Refusal("not_requester", _("Only whoever asked for it can do this.")))
    found.state, found.decided_at = WITHDRAWN, at
    _journal(session, actor, "withdraw_organisation", found, at)


def accept_organisation(session: Session, actor: Actor, organisation_id: int, at: datetime) -> Organisation:
    """Accept a request after a look at the public directory: it may speak from now on. Raises Denied or Refused."""
    found = _decide(session, actor, organisation_id, REQUESTED, ACCEPTED, "", at)
    member = session.scalar(
        select(OrganisationMember).where(
            OrganisationMember.organisation_id == found.id, OrganisationMember.person_id == found.requested_by_id
        )
    )
    if member is None:
        session.add(
            OrganisationMember(organisation_id=found.id, person_id=found.requested_by_id, created_at=at, accepted_at=at)
        )
    session.flush()
    _journal(session, actor, "accept_organisation", found, at)
    tell_members(session, found, "organisation_accepted", at)
    return found


def refuse_organisation(session: Session, actor: Actor, organisation_id: int, reason: str, at: datetime) -> None:
    """Refuse a request, with the reason for whoever asked; its number is free again. Raises Denied, Missing, Refused."""
    found = _decide(session, actor, organisation_id, REQUESTED, REFUSED, _reason(reason), at)
    _journal(session, actor, "refuse_organisation", found, at, text=found.reason)
    tell_members(session, found, "organisation_refused", at)


def close_organisation(session: Session, actor: Actor, organisation_id: int, reason: str, at: datetime) -> None:
    """It speaks no more (dissolved, or misused); what it said stays. Raises Denied, Missing or Refused."""
    found = _decide(session, actor, organisation_id, ACCEPTED, CLOSED, _reason(reason), at)
    _journal(session, actor, "close_organisation", found, at, text=found.reason)
    tell_members(session, found, "organisation_closed", at)


def reopen_organisation(session: Session, actor: Actor, organisation_id: int, at: datetime) -> None:
    """It may speak again, with those who spoke for it. Raises Denied or Refused."""
    found = _decide(session, actor, organisation_id, CLOSED, ACCEPTED, "", at)
    _journal(session, actor, "reopen_organisation", found, at)
    tell_members(session, found, "organisation_accepted", at)


def _decide(
    session: Session, actor: Actor, organisation_id: int, before: str, after: str, reason: str, at: datetime
) -> Organisation:
    """Move an organisation by a clerk's decision."""
    CORE_POLICY.require("organisation:check", actor, None, at)
    found = _held(session, organisation_id, before)
    found.state, found.reason = after, reason
    found.decided_by_id, found.decided_at = actor.account_id, at
    session.flush()
    return found


def _held(session: Session, organisation_id: int, state: str) -> Organisation:
    """The organisation, locked, in that state. Raises Refused when it is gone or somebody has decided meanwhile."""
    found = lock(session, Organisation, organisation_id)
    if found is None:
        raise Refused(Refusal("no_organisation", _("This organisation is not known.")))
    if found.state != state:
        raise Refused(Refusal("decided", _("Somebody has decided about this organisation meanwhile: read it again.")))
    return found


def _check_words(name: str, purpose: str) -> None:
    """Raise Missing for a name or a purpose that is empty or too long."""
    faults: dict[str, str] = {}
    if len(plain(name)) < 2 or not any(map(str.isalnum, name)):
        faults["name"] = _("Write the name of the organisation, as the directory has it.")
    elif len(name) > LONGEST_NAME:
        faults["name"] = _("Write at most %(count)s characters.", count=LONGEST_NAME)
    if len(purpose) > LONGEST_PURPOSE:
        faults["purpose"] = _("Write at most %(count)s characters.", count=LONGEST_PURPOSE)
    if faults:
        raise Missing(faults)


def _check_waiting(session: Session, person_id: int) -> None:
    """Raise Refused when enough requests of the person wait already."""
    waiting = select(func.count()).where(Organisation.requested_by_id == person_id, Organisation.state == REQUESTED)
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        message = _("%(count)s of your requests wait already: the town checks them first.", count=MOST_WAITING)
        raise Refused(Refusal("too_many_requests", message))


def _reason(reason: str) -> str:
    """The reason of a decision. Raises Missing when it is empty or too long."""
    if not reason.strip():
        raise Missing({"reason": _("Write the reason: those who speak for it read it.")})
    if len(reason.strip()) > LONGEST_REASON:
        raise Missing({"reason": _("Write at most %(count)s characters.", count=LONGEST_REASON)})
    return reason.strip()


def _is_taken(session: Session, number: str) -> bool:
    """Whether the number belongs to an organisation that waits, speaks or was closed."""
    taken = select(Organisation.id).where(Organisation.number == number, Organisation.state.in_(NUMBERED))
    return session.scalar(taken.limit(1)) is not None


def _free_slug(session: Session, name: str) -> str:
    """The last part of its address, for ever: a name that is taken gets a number."""
    base = re.sub(r"[^a-z0-9]+", "-", plain(name))[:_SLUG].strip("-") or "organisation"
    alike = Organisation.slug.startswith(base, autoescape=True)
    taken = set(session.scalars(select(Organisation.slug).where(alike)))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _journal(session: Session, actor: Actor, act: str, found: Organisation, at: datetime, **more: Any) -> None:
    """That it was asked for or decided: number and kind, which are public."""
    details = {"kind": found.kind, "number": found.number}
    record(session, actor, act, kind=KIND, subject_id=found.id, at=at, details=details, **more)


_AT_ONCE = Refusal("at_once", _("Somebody asked for an organisation of this name at the same moment: send it again."))
_NUMBER_TAKEN = Refusal(
    "number_taken",
    _(
        "This number is known here already: someone has asked for it, or speaks for it. Ask them to invite you, or ask "
        "the counter."
    ),
)
