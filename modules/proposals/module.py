# SPDX-License-Identifier: AGPL-3.0-or-later
"""The manifest of the proposals module."""

from flask_babel import lazy_pgettext

from civic.events.base import AnswerCorrected
from civic.module import Dataset, Listener, Module, NavEntry, Resource, Slot, Verb

from .counter import PROPOSAL_ENTRY
from .electorate import who_may
from .fields import FIELDS
from .figures import FIGURES
from .listeners import plan_as_corrected
from .models import Proposal
from .opendata import COLUMNS, dataset_rows
from .permissions import PROPOSAL_POLICY
from .personal import erase, personal_data
from .search import proposal_text, proposal_words
from .seeds import seed_proposals
from .settings import ProposalSettings
from .slots import in_account, in_process, in_quartier, on_home
from .views.blueprint import bp
from .workflow import PROPOSAL

module = Module(
    name="proposals",
    title=lazy_pgettext("proposals", "Proposals"),
    summary=lazy_pgettext("proposals", "Residents propose; the town studies, answers with its reasons, and does."),
    version="0.1.0",
    icon="sprout",
    requires=frozenset({"comments", "follows", "supports", "answers", "tags", "search", "attachments"}),
    resources=(
        Resource(
            "proposal",
            lazy_pgettext("proposals", "Proposal"),
            lazy_pgettext("proposals", "Proposals"),
            Proposal,
            PROPOSAL,
            PROPOSAL_POLICY,
            "proposals.show",
            frozenset({"comments", "follows", "supports", "answers", "tags", "search", "attachments"}),
            text=proposal_words,
            body=proposal_text,
            who_may=who_may,
            personal_data=personal_data,
            erase=erase,
            details=FIELDS,
        ),
    ),
    public=bp,
    settings=ProposalSettings,
    phase_settings=ProposalSettings,
    verbs=(
        Verb("submit", lazy_pgettext("proposals", "Submit a proposal")),
        Verb("comment", lazy_pgettext("proposals", "Comment")),
        Verb("support", lazy_pgettext("proposals", "Support")),
    ),
    slots=(
        Slot("process.main", "proposals/_in_process.html", in_process),
        Slot("quartier.main", "proposals/_in_quartier.html", in_quartier),
        Slot("home.open", "proposals/_on_home.html", on_home, priority=80),
        Slot("account.acts", "proposals/_in_account.html", in_account),
    ),
    listeners=(Listener(AnswerCorrected, plan_as_corrected),),
    figures=FIGURES,
    datasets=(Dataset("proposals", lazy_pgettext("proposals", "Proposals"), COLUMNS, dataset_rows),),
    seeds=seed_proposals,
    counter=(PROPOSAL_ENTRY,),
    navigation=(NavEntry("proposals.index", lazy_pgettext("proposals", "Proposals"), 15),),
)
