# SPDX-License-Identifier: AGPL-3.0-or-later
"""Telling those who asked for an organisation, or speak for it, what was decided; telling someone they are invited."""

from datetime import datetime

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from civic.notifications.mail import address_of, send
from civic.organisations.models import Organisation, OrganisationMember
from civic.people.accounts import TAKES_MAIL
from civic.people.models import Account


def tell_members(session: Session, found: Organisation, template: str, at: datetime) -> None:
    """One mail to each address of whoever asked for it and of whoever speaks for it."""
    told: CompoundSelect[int] = union(
        select(Organisation.requested_by_id).where(Organisation.id == found.id),
        select(OrganisationMember.person_id).where(
            OrganisationMember.organisation_id == found.id,
            OrganisationMember.accepted_at.is_not(None),
            OrganisationMember.ended_at.is_(None),
        ),
    )
    accounts = session.scalars(select(Account).where(Account.person_id.in_(told), TAKES_MAIL).order_by(Account.id))
    for account in {account.email: account for account in accounts}.values():
        _tell(session, account.email, account.language, found, template, at)


def tell_invited(session: Session, email: str, language: str, found: Organisation, at: datetime) -> None:
    """That someone may speak for it, once they have accepted: the address need not have an account yet."""
    _tell(session, email, language, found, "organisation_invited", at)


def _tell(session: Session, email: str, language: str, found: Organisation, template: str, at: datetime) -> None:
    """One mail."""
    page = address_of("people.organisations", language)
    context = {"name": found.name, "reason": found.reason, "page": page}
    send(session, to=email, template=template, language=language, at=at, context=context)
