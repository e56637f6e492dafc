# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of a proposal. Deadlines are the town's promise; a town sets its own at the desk."""

from typing import Any

from flask_babel import lazy_pgettext

from civic.workflow.declaration import Deadline, State, Transition, Workflow

from .effects import planned, studied, submitted, withdrawn
from .guards import is_within_limit, is_written

KIND = "proposals.proposal"


def _(text: str) -> Any:
    """A message of this module."""
    return lazy_pgettext("proposals", text)


PROPOSAL = Workflow(
    name=KIND,
    states=(
        State("draft", _("Draft"), initial=True, public=False, tone="off"),
        State("submitted", _("Submitted"), deadline=Deadline(10, working=True), help=_("The town has it, and says who studies it.")),
        State("incomplete", _("Cannot be studied as it is"), tone="no", deadline=Deadline(30), help=_("Something is missing. Its author can complete it and submit it again.")),
        State("studied", _("Being studied"), deadline=Deadline(60, working=True), help=_("A department looks at what it would take.")),
        State("deciding", _("Put to decision"), deadline=Deadline(40, working=True), optional=True, help=_("The study is over. An elected official decides.")),
        State("accepted", _("Accepted"), tone="yes", deadline=Deadline(60, working=True), help=_("The town will do it, and says when.")),
        State("accepted_partly", _("Accepted in part"), tone="yes", deadline=Deadline(60, working=True), help=_("The town will do part of it, and says why not the rest.")),
        State("declined", _("Not accepted, here is why"), tone="no", final=True, help=_("The reason is published.")),
        State("planned", _("Planned"), tone="yes", deadline=Deadline(365), help=_("A date is set.")),
        State("in_progress", _("In progress"), tone="yes", deadline=Deadline(365), help=_("Work has begun.")),
        State("done", _("Done"), tone="yes", final=True),
        State("given_up", _("Given up"), tone="no", final=True, help=_("The town had accepted it and could not do it. The reason is published.")),
        State("withdrawn", _("Withdrawn by its author"), tone="off", final=True),
    ),
    transitions=(
        Transition("submit", ("draft",), "submitted", "proposal:submit", _("Submit my proposal"), _("Submitted"), when=(is_written, is_within_limit), effect=submitted),
        Transition("study", ("submitted",), "studied", "proposal:receive", _("Give it to a department"), _("Given to a department to study"), requires=("department_id",), accepts=("reason",), effect=studied),
        Transition("send_back", ("submitted",), "incomplete", "proposal:receive", _("Send it back to its author"), _("Sent back to its author"), requires=("reason",)),
        Transition("resubmit", ("incomplete",), "submitted", "proposal:submit", _("Submit it again"), _("Submitted again"), when=(is_written,), effect=submitted),
        Transition("put_to_decision", ("studied",), "deciding", "proposal:decide", _("Put it to decision"), _("Put to decision"), accepts=("reason",)),
        Transition("accept", ("studied", "deciding"), "accepted", "proposal:answer", _("Accept"), _("Accepted"), accepts=("reason", "planned_for"), through_answer=True, effect=planned),
        Transition("accept_partly", ("studied", "deciding"), "accepted_partly", "proposal:answer", _("Accept in part"), _("Accepted in part"), accepts=("reason", "planned_for"), through_answer=True, effect=planned),
        Transition("decline", ("studied", "deciding"), "declined", "proposal:answer", _("Do not accept"), _("Not accepted"), accepts=("reason",), through_answer=True),
        Transition("plan", ("accepted", "accepted_partly"), "planned", "proposal:carry_out", _("Say when"), _("Planned"), requires=("planned_for",), accepts=("reason",), effect=planned),
        Transition("start", ("planned",), "in_progress", "proposal:carry_out", _("Work begins"), _("Work began"), accepts=("reason", "planned_for"), effect=planned),
        Transition("finish", ("in_progress",), "done", "proposal:carry_out", _("It is done"), _("Done"), accepts=("reason",)),
        Transition("give_up", ("accepted", "accepted_partly", "planned", "in_progress"), "given_up", "proposal:carry_out", _("Give it up"), _("Given up"), requires=("reason",)),
        Transition("withdraw", ("submitted", "incomplete", "studied", "deciding"), "withdrawn", "proposal:withdraw", _("Withdraw my proposal"), _("Withdrawn by its author"), accepts=("reason",), effect=withdrawn),
    ),
    line=("submitted", "studied", "accepted", "planned", "in_progress", "done"),
)  # fmt: skip
"""Accepting and declining are done by signing an answer, never by hand."""
