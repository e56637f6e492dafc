# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much one helper may enter in a day: refused with an explanation, counted under a lock on the helper's account."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from civic.counter.models import CounterAct, CounterSitting
from civic.counter.settings import COUNTER_SCOPE, CounterSettings
from civic.db.session import lock
from civic.i18n.setup import current_zone
from civic.people.models import Account
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Refusal, Refused
from civic.permissions.predicates import signed_in
from civic.settings.store import portal_state

_NOT_YOURSELF = Refusal(
    "yourself", _("This is you: what you do for yourself is done from your own space, not at the counter.")
)


class TooMuch(Refused):
    """The day's limit of the helper is reached: nothing of what was being entered stands."""


def counter_settings(session: Session) -> CounterSettings:
    """The town's rules for its counter."""
    return portal_state(session).settings(COUNTER_SCOPE, CounterSettings)


def day_of(at: datetime) -> date:
    """The day in the town's zone."""
    return at.astimezone(current_zone()).date()


def take_turn(session: Session, helper: Actor, at: datetime) -> int:
    """Let one act of a helper in at a time; gives the account's id. Raises Denied for whoever may not help at all."""
    CORE_POLICY.require("counter:enter", helper, None, at)
    if helper.account_id is None or lock(session, Account, helper.account_id) is None:
        raise Denied(signed_in.refusal)
    return helper.account_id


def require_person_within(session: Session, helper: Actor, person_id: int, at: datetime) -> None:
    """Raise TooMuch when the day's persons are reached (one already entered today may come back), Refused for oneself."""
    if person_id == helper.person_id:
        raise Refused(_NOT_YOURSELF)
    day, most = day_of(at), counter_settings(session).persons_per_day
    entered = union(
        select(CounterSitting.person_id).where(
            CounterSitting.helper_id == helper.account_id, CounterSitting.opened_on == day
        ),
        select(CounterAct.person_id).where(CounterAct.helper_id == helper.account_id, CounterAct.day == day),
    ).subquery()
    others = select(func.count()).select_from(entered).where(entered.c.person_id != person_id)
    if (session.scalar(others) or 0) >= most:
        sentence = _(
            "You have entered %(count)s persons today, the most one helper may. Ask a colleague to go on, or an "
            "administrator to raise the limit.",
            count=most,
        )
        raise TooMuch(Refusal("too_many_persons", sentence))


def require_act_within(session: Session, helper: Actor, at: datetime) -> None:
    """Raise TooMuch when the day's acts are reached."""
    most = counter_settings(session).acts_per_day
    done = select(func.count()).where(CounterAct.helper_id == helper.account_id, CounterAct.day == day_of(at))
    if (session.scalar(done) or 0) >= most:
        sentence = _(
            "You have entered %(count)s acts today, the most one helper may. Ask a colleague to go on, or an "
            "administrator to raise the limit.",
            count=most,
        )
        raise TooMuch(Refusal("too_many_acts", sentence))
