# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proposal entered, completed or withdrawn at the counter for someone: the same services as online, short forms."""

from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_pgettext
from sqlalchemy.orm import Session

from civic.adapters.geocoding import current_geocoder
from civic.i18n.setup import current_zone
from civic.items.models import Item
from civic.module import CounterChange, CounterEntry
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal

from .forms import ChangeForm, CounterProposalForm, WithdrawForm
from .models import Proposal
from .placing import located
from .queries import component_for, options
from .services import (
    content_of,
    cycle_of,
    edit_proposal,
    edit_refusal,
    start_draft,
    submit_proposal,
    withdraw_proposal,
)
from .settings import settings_in, settings_of


def proposal_form(session: Session, actor: Actor, at: datetime) -> CounterProposalForm:
    """The form, with the processes the person may see."""
    return CounterProposalForm(settings_in(session, None, at), options(session, actor))


def enter_proposal(session: Session, actor: Actor, form: CounterProposalForm, at: datetime) -> Item:
    """Begin and submit it in one act. Raises Missing or Refused as online: limits, phases, what is missing."""
    component = component_for(session, actor, form.space.data or "")
    content = located(session, current_geocoder(session), form.content(), at.astimezone(current_zone()).date())
    item = start_draft(session, actor, content, component, at)
    submit_proposal(session, actor, item, at)
    return item


def _late(session: Session, _actor: Actor, item: Item, at: datetime) -> Refusal | None:
    """Why its text can no longer change."""
    return edit_refusal(item, session.get_one(Proposal, item.id), at)


def _change_form(session: Session, actor: Actor, item: Item, at: datetime) -> ChangeForm:
    """What it says now."""
    known = options(session, actor)
    return ChangeForm(settings_of(session, item, at), known, content_of(session, item), item.version)


def _complete(session: Session, actor: Actor, item: Item, form: ChangeForm, at: datetime) -> None:
    """Correct it; what was sent back is submitted again in the same act, as online."""
    content = replace(form.content(), language=item.language)
    found = located(session, current_geocoder(session), content, at.astimezone(current_zone()).date())
    edit_proposal(session, actor, item, found, at, version=form.seen)
    if item.state == "incomplete":
        submit_proposal(session, actor, item, at)


def _decided(session: Session, _actor: Actor, item: Item, _at: datetime) -> Refusal | None:
    """Why it can no longer be withdrawn."""
    if any(step.name == "withdraw" for step in cycle_of(session).workflow.leaving(item.state)):
        return None
    return Refusal("decided", lazy_pgettext("proposals", "The town has decided: it can no longer be withdrawn."))


def _withdraw_form(_session: Session, _actor: Actor, item: Item, _at: datetime) -> WithdrawForm:
    """The reason, which may stay empty."""
    return WithdrawForm(version=str(item.version))


def _withdraw(session: Session, actor: Actor, item: Item, form: WithdrawForm, at: datetime) -> None:
    """Withdraw it, as online."""
    withdraw_proposal(session, actor, item, form.reason.data or "", at, version=form.seen)


PROPOSAL_ENTRY = CounterEntry(
    "proposal",
    lazy_pgettext("proposals", "A proposal"),
    proposal_form,
    enter_proposal,
    "proposals/_counter.html",
    changes=(
        CounterChange(
            "complete",
            lazy_pgettext("proposals", "Correct or complete the proposal"),
            lazy_pgettext("proposals", "Proposal corrected or completed"),
            _late,
            _change_form,
            _complete,
            "proposals/_counter_change.html",
        ),
        CounterChange(
            "withdraw",
            lazy_pgettext("proposals", "Withdraw the proposal"),
            lazy_pgettext("proposals", "Proposal withdrawn by its author"),
            _decided,
            _withdraw_form,
            _withdraw,
        ),
    ),
)
