# SPDX-License-Identifier: AGPL-3.0-or-later
"""The manifest of the proposals module."""

from flask_babel import lazy_pgettext

from civic.module import Module, NavEntry, Resource, Verb

from .models import Proposal
from .permissions import PROPOSAL_POLICY
from .search import proposal_words
from .seeds import seed_proposals
from .settings import ProposalSettings
from .views.blueprint import bp
from .workflow import PROPOSAL

module = Module(
    name="proposals",
    title=lazy_pgettext("proposals", "Proposals"),
    summary=lazy_pgettext("proposals", "Residents propose; the town studies, answers with its reasons, and does."),
    version="0.1.0",
    icon="sprout",
    requires=frozenset({"comments", "follows", "supports", "answers", "tags", "search"}),
    resources=(
        Resource(
            "proposal",
            lazy_pgettext("proposals", "Proposal"),
            lazy_pgettext("proposals", "Proposals"),
            Proposal,
            PROPOSAL,
            PROPOSAL_POLICY,
            "proposals.show",
            frozenset({"comments", "follows", "supports", "answers", "tags", "search"}),
            text=proposal_words,
        ),
    ),
    public=bp,
    settings=ProposalSettings,
    verbs=(
        Verb("submit", lazy_pgettext("proposals", "Submit a proposal")),
        Verb("comment", lazy_pgettext("proposals", "Comment")),
        Verb("support", lazy_pgettext("proposals", "Support")),
    ),
    seeds=seed_proposals,
    navigation=(NavEntry("proposals.index", lazy_pgettext("proposals", "Proposals"), 15),),
)
