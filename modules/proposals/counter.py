# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proposal entered at the counter for someone: the same service as online, one short form."""

from datetime import datetime

from flask_babel import lazy_pgettext
from sqlalchemy.orm import Session

from civic.adapters.gazetteer import Gazetteer
from civic.i18n.setup import current_zone
from civic.items.models import Item
from civic.module import CounterEntry
from civic.permissions.actor import Actor

from .forms import CounterProposalForm
from .placing import located
from .queries import component_for, options
from .services import start_draft, submit_proposal
from .settings import settings_in


def proposal_form(session: Session, actor: Actor, at: datetime) -> CounterProposalForm:
    """The form, with the processes the person may see."""
    return CounterProposalForm(settings_in(session, None, at), options(session, actor))


def enter_proposal(session: Session, actor: Actor, form: CounterProposalForm, at: datetime) -> Item:
    """Begin and submit it in one act. Raises Missing or Refused as online: limits, phases, what is missing."""
    component = component_for(session, actor, form.space.data or "")
    content = located(session, Gazetteer(session), form.content(), at.astimezone(current_zone()).date())
    item = start_draft(session, actor, content, component, at)
    submit_proposal(session, actor, item, at)
    return item


PROPOSAL_ENTRY = CounterEntry(
    "proposal", lazy_pgettext("proposals", "A proposal"), proposal_form, enter_proposal, "proposals/_counter.html"
)
