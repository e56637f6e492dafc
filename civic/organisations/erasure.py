# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an erasure leaves of someone who spoke for organisations: nothing but what these said."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.organisations.models import OrganisationMember
from civic.people.models import Account


def erase_memberships(session: Session, person_id: int, at: datetime) -> None:
    """Forget that the person spoke for organisations, and the invitations sent to their addresses."""
    addresses = select(Account.email).where(Account.person_id == person_id, Account.email != "")
    invited = (OrganisationMember.person_id.is_(None)) & OrganisationMember.email.in_(addresses)
    session.execute(delete(OrganisationMember).where((OrganisationMember.person_id == person_id) | invited))
