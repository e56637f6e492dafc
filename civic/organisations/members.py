# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who speaks for an organisation: invited by address, answered by its owner, ended by either or by a clerk."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.journal.entries import record
from civic.organisations.models import ACCEPTED, Organisation, OrganisationMember
from civic.organisations.services import KIND
from civic.organisations.speaking import require_of_age, require_speaker
from civic.organisations.telling import tell_invited
from civic.people.accounts import accounts_at
from civic.people.addresses import normal_email
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Refusal, Refused

INVITATION = timedelta(days=30)
"""How long an invitation waits: then the address is forgotten."""
MOST = 20
"""Persons who speak for one organisation, invitations included."""


def invite(
    session: Session, actor: Actor, organisation_id: int, email: str, language: str, at: datetime
) -> OrganisationMember:
    """Invite whoever owns an address to speak for it: by someone who does, or by a clerk. The answer is theirs.

    Raises Denied or Refused for anyone else, Missing for an address that is none, Refused beyond MOST.
    """
    found = _open(session, organisation_id)
    if not CORE_POLICY.allows("organisation:check", actor, None, at):
        CORE_POLICY.require("organisation:request", actor, None, at)
        require_speaker(session, actor, organisation_id, at)
    address = normal_email(email)
    waiting = session.scalar(
        select(OrganisationMember).where(
            OrganisationMember.organisation_id == organisation_id,
            OrganisationMember.email == address,
            OrganisationMember.ended_at.is_(None),
        )
    )
    if waiting is not None:
        return waiting
    standing = select(func.count()).where(
        OrganisationMember.organisation_id == organisation_id, OrganisationMember.ended_at.is_(None)
    )
    if (session.scalar(standing) or 0) >= MOST:
        raise Refused(
            Refusal("too_many_members", _("At most %(count)s persons speak for one organisation.", count=MOST))
        )
    member = OrganisationMember(
        organisation_id=organisation_id, email=address, invited_by_id=actor.account_id, created_at=at
    )
    session.add(member)
    session.flush()
    known = accounts_at(session, address)
    tell_invited(session, address, known[0].language if known else language, found, at)
    _journal(session, actor, "invite_speaker", found, at)
    return member


def accept_invitation(session: Session, actor: Actor, member_id: int, at: datetime) -> Organisation:
    """Speak for the organisation from now on. Raises Denied or Refused unless the invitation is the actor's and open."""
    CORE_POLICY.require("organisation:request", actor, None, at)
    require_of_age(actor, at)
    member = _own_invitation(session, actor, member_id, at)
    found = _open(session, member.organisation_id)
    before = session.scalar(
        select(OrganisationMember).where(
            OrganisationMember.organisation_id == found.id, OrganisationMember.person_id == actor.person_id
        )
    )
    if before is None:
        member.person_id, member.email, member.accepted_at = actor.person_id, "", at
    else:
        before.accepted_at, before.ended_at = at, None
        session.delete(member)
    session.flush()
    _journal(session, actor, "accept_invitation", found, at)
    return found


def decline_invitation(session: Session, actor: Actor, member_id: int, at: datetime) -> None:
    """Answer no: the invitation is forgotten. Raises Denied or Refused unless it is the actor's and open."""
    session.delete(_own_invitation(session, actor, member_id, at))
    session.flush()


def add_speaker(session: Session, actor: Actor, organisation_id: int, email: str, at: datetime) -> bool:
    """Let whoever owns an account speak at once: a clerk has seen who they are. False where the address must answer.

    An address that has no account, or several, is invited. Raises Denied, Missing or Refused.
    """
    CORE_POLICY.require("organisation:check", actor, None, at)
    found = _open(session, organisation_id)
    accounts = accounts_at(session, normal_email(email))
    if len(accounts) != 1:
        invite(session, actor, organisation_id, email, "fr", at)
        return False
    member = session.scalar(
        select(OrganisationMember).where(
            OrganisationMember.organisation_id == organisation_id,
            OrganisationMember.person_id == accounts[0].person_id,
        )
    )
    if member is None:
        member = OrganisationMember(
            organisation_id=organisation_id,
            person_id=accounts[0].person_id,
            invited_by_id=actor.account_id,
            created_at=at,
        )
        session.add(member)
    member.accepted_at, member.ended_at = at, None
    session.flush()
    _journal(session, actor, "add_speaker", found, at)
    return True


def end_membership(session: Session, actor: Actor, member_id: int, at: datetime) -> Organisation:
    """Someone speaks no more: at their own wish, by whoever asked for the organisation, or by a clerk.

    An invitation that waits is taken back the same way. Raises Denied for anyone else, Refused when it is gone.
    """
    member = lock(session, OrganisationMember, member_id)
    if member is None or member.ended_at is not None:
        raise Refused(_GONE)
    found = session.get_one(Organisation, member.organisation_id)
    own = actor.person_id is not None and actor.person_id in (member.person_id, found.requested_by_id)
    if not own and not CORE_POLICY.allows("organisation:check", actor, None, at):
        raise Denied(
            Refusal("not_yours", _("Whoever asked for the organisation, or the town, decides who speaks for it."))
        )
    if member.person_id is None:
        session.delete(member)
    else:
        member.ended_at = at
    session.flush()
    _journal(session, actor, "end_speaker", found, at)
    return found


def forget_invitations(session: Session, at: datetime) -> None:
    """Delete the invitations that nobody answered in time, with their addresses."""
    session.execute(
        delete(OrganisationMember).where(
            OrganisationMember.person_id.is_(None), OrganisationMember.created_at <= at - INVITATION
        )
    )


def _open(session: Session, organisation_id: int) -> Organisation:
    """The organisation, locked, while it may speak. Raises Refused otherwise."""
    found = lock(session, Organisation, organisation_id)
    if found is None or found.state != ACCEPTED:
        raise Refused(Refusal("not_accepted", _("This organisation does not speak here: nobody can be added.")))
    return found


def _own_invitation(session: Session, actor: Actor, member_id: int, at: datetime) -> OrganisationMember:
    """An invitation to an address the actor has proven. Raises Refused when it is not theirs, answered or too old."""
    member = lock(session, OrganisationMember, member_id)
    is_own = member is not None and member.person_id is None and bool(actor.email) and member.email == actor.email
    if member is None or not is_own or member.created_at <= at - INVITATION:
        raise Refused(_GONE)
    return member


def _journal(session: Session, actor: Actor, act: str, found: Organisation, at: datetime) -> None:
    """That the list of those who speak changed: never their names or addresses."""
    record(session, actor, act, kind=KIND, subject_id=found.id, at=at, details={"number": found.number})


_GONE = Refusal("no_membership", _("This invitation is no longer open, or it was sent to another address."))
