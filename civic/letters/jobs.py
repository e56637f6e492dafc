# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done about letters by itself: the weekly batch, and forgetting what is over."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.letters.batches import forget_sent, has_waited, make_batch
from civic.letters.issuing import forget_over
from civic.letters.models import LetterBatch
from civic.letters.settings import letters_settings
from civic.notifications.mail import address_of, send_to
from civic.people.models import Account
from civic.people.staff import colleagues
from civic.permissions.actor import SYSTEM

CLERK = "clerk"


def prepare_letters(session: Session, at: datetime) -> None:
    """Make a batch once a letter has waited a week (setting), and tell the clerks; nothing happens otherwise."""
    if not has_waited(session, at - timedelta(days=letters_settings(session).wait_days)):
        return
    batch = make_batch(session, SYSTEM, at)
    if batch is not None:
        _tell_clerks(session, batch, at)


def forget_letters(session: Session, at: datetime) -> None:
    """Forget letters sent long ago, and codes that are over."""
    forget_sent(session, at)
    forget_over(session, at)


def _tell_clerks(session: Session, batch: LetterBatch, at: datetime) -> None:
    """One mail to each clerk, in their language."""
    ids = [colleague.account_id for colleague in colleagues(session, CLERK) if colleague.email]
    for account in session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id)):
        url = address_of("desk.letter_batch", account.language, batch_id=batch.id)
        send_to(session, account, "letters_ready", at=at, count=batch.letter_count, url=url)
