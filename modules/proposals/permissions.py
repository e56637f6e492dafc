# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what with a proposal. Subjects are its item; None where there is no proposal yet."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_pgettext

from civic.permissions import predicates as p
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal
from civic.permissions.policy import Policy, Predicate

DISCUSSED = frozenset({"submitted", "incomplete", "studied", "deciding", "accepted", "accepted_partly", "planned", "in_progress"})  # fmt: skip
"""States in which one may comment."""
SUPPORTED = frozenset({"submitted", "incomplete", "studied", "deciding"})
"""States in which a support still weighs on the decision."""


def _in(states: frozenset[str]) -> Any:
    """Whether the subject is in one of the states."""

    def holds(actor: Actor, subject: Any, at: datetime) -> bool:
        return subject is not None and subject.state in states

    return holds


takes_comments = Predicate(
    "takes_comments",
    _in(DISCUSSED),
    Refusal("discussion_closed", lazy_pgettext("proposals", "The discussion of this proposal is closed.")),
    lazy_pgettext("proposals", "while its discussion is open"),
)
takes_supports = Predicate(
    "takes_supports",
    _in(SUPPORTED),
    Refusal(
        "supports_closed",
        lazy_pgettext("proposals", "Supports are closed: this proposal no longer waits for an answer of the town."),
    ),
    lazy_pgettext("proposals", "before the decision"),
)

is_not_author = Predicate(
    "is_not_author",
    lambda actor, subject, at: actor.person_id is None or subject.author_id != actor.person_id,
    Refusal("own_proposal", lazy_pgettext("proposals", "You wrote it: supports are those of others.")),
    lazy_pgettext("proposals", "someone else than its author"),
)

_clerk = (p.clerk, p.second_factor)
_department = (p.agent, p.of_department, p.second_factor)

PROPOSAL_POLICY = Policy(
    name="proposals",
    table={
        "proposal:view": ((p.is_visible,), (p.is_author,)),
        "proposal:draft": ((p.signed_in,),),
        "proposal:edit": ((p.is_author,),),
        "proposal:submit": ((p.is_author,),),
        "proposal:withdraw": ((p.is_author,),),
        "proposal:support": ((p.is_visible, takes_supports, is_not_author, p.signed_in),),
        "proposal:comment": ((p.is_visible, takes_comments, p.signed_in),),
        "proposal:follow": ((p.is_visible, p.signed_in),),
        "proposal:receive": (_clerk,),
        "proposal:decide": (_clerk, _department),
        "proposal:answer": ((p.official, p.second_factor),),
        "proposal:carry_out": (_clerk, _department),
    },
    titles={
        "proposal:view": lazy_pgettext("proposals", "Read a proposal; a draft is read by its author alone"),
        "proposal:draft": lazy_pgettext("proposals", "Begin a proposal"),
        "proposal:edit": lazy_pgettext(
            "proposals", "Correct one’s proposal: draft, sent back, or within the time allowed"
        ),
        "proposal:submit": lazy_pgettext("proposals", "Submit one’s proposal, or submit it again"),
        "proposal:withdraw": lazy_pgettext("proposals", "Withdraw one’s proposal before the decision"),
        "proposal:support": lazy_pgettext("proposals", "Support a proposal"),
        "proposal:comment": lazy_pgettext("proposals", "Comment on a proposal"),
        "proposal:follow": lazy_pgettext("proposals", "Follow a proposal"),
        "proposal:receive": lazy_pgettext("proposals", "Send a proposal back, or give it to a department to study"),
        "proposal:decide": lazy_pgettext("proposals", "Put a studied proposal to decision"),
        "proposal:answer": lazy_pgettext("proposals", "Decide on a proposal by signing its answer"),
        "proposal:carry_out": lazy_pgettext("proposals", "Plan, start, finish or give up what was accepted"),
    },
    without_parent=frozenset({"proposal:view", "proposal:withdraw"}),
)
