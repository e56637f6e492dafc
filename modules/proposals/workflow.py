# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of a proposal. Deadlines are the town's promise; a town sets its own at the desk."""

from flask_babel import lazy_pgettext

from civic.workflow.declaration import Deadline, State, Transition, Workflow

from .effects import planned, studied, submitted, withdrawn
from .guards import is_of_electorate, is_open, is_within_limit, is_written

KIND = "proposals.proposal"


PROPOSAL = Workflow(
    name=KIND,
    states=(
        State("draft", lazy_pgettext("proposals", "Draft"), initial=True, public=False, tone="off"),
        State("submitted", lazy_pgettext("proposals", "Submitted"), deadline=Deadline(10, working=True), help=lazy_pgettext("proposals", "The town has it, and says who studies it.")),
        State("incomplete", lazy_pgettext("proposals", "Cannot be studied as it is"), tone="no", deadline=Deadline(30), waits_for_author=True, help=lazy_pgettext("proposals", "Something is missing. Its author can complete it and submit it again.")),
        State("studied", lazy_pgettext("proposals", "Being studied"), deadline=Deadline(60, working=True), help=lazy_pgettext("proposals", "A department looks at what it would take.")),
        State("deciding", lazy_pgettext("proposals", "Put to decision"), deadline=Deadline(40, working=True), optional=True, help=lazy_pgettext("proposals", "The study is over. An elected official decides.")),
        State("accepted", lazy_pgettext("proposals", "Accepted"), tone="yes", deadline=Deadline(60, working=True), help=lazy_pgettext("proposals", "The town will do it, and says when.")),
        State("accepted_partly", lazy_pgettext("proposals", "Accepted in part"), tone="yes", partial=True, deadline=Deadline(60, working=True), help=lazy_pgettext("proposals", "The town will do part of it, and says why not the rest.")),
        State("declined", lazy_pgettext("proposals", "Not accepted, here is why"), tone="no", final=True, help=lazy_pgettext("proposals", "The reason is published.")),
        State("planned", lazy_pgettext("proposals", "Planned"), tone="yes", deadline=Deadline(365), help=lazy_pgettext("proposals", "A date is set.")),
        State("in_progress", lazy_pgettext("proposals", "In progress"), tone="yes", deadline=Deadline(365), help=lazy_pgettext("proposals", "Work has begun.")),
        State("done", lazy_pgettext("proposals", "Done"), tone="yes", final=True, help=lazy_pgettext("proposals", "It is carried out.")),
        State("given_up", lazy_pgettext("proposals", "Given up"), tone="no", final=True, help=lazy_pgettext("proposals", "The town had accepted it and could not do it. The reason is published.")),
        State("withdrawn", lazy_pgettext("proposals", "Withdrawn by its author"), tone="off", final=True, help=lazy_pgettext("proposals", "Its author took it back. The town does nothing more with it.")),
    ),
    transitions=(
        Transition("submit", ("draft",), "submitted", "proposal:submit", lazy_pgettext("proposals", "Submit my proposal"), lazy_pgettext("proposals", "Submitted"), when=(is_open, is_of_electorate, is_written, is_within_limit), effect=submitted),
        Transition("study", ("submitted",), "studied", "proposal:receive", lazy_pgettext("proposals", "Give it to a department"), lazy_pgettext("proposals", "Given to a department to study"), requires=("department_id",), accepts=("reason",), effect=studied),
        Transition("send_back", ("submitted",), "incomplete", "proposal:receive", lazy_pgettext("proposals", "Send it back to its author"), lazy_pgettext("proposals", "Sent back to its author"), requires=("reason",)),
        Transition("resubmit", ("incomplete",), "submitted", "proposal:submit", lazy_pgettext("proposals", "Submit it again"), lazy_pgettext("proposals", "Submitted again"), when=(is_written,), effect=submitted),
        Transition("put_to_decision", ("studied",), "deciding", "proposal:decide", lazy_pgettext("proposals", "Put it to decision"), lazy_pgettext("proposals", "Put to decision"), accepts=("reason",)),
        Transition("accept", ("studied", "deciding"), "accepted", "proposal:answer", lazy_pgettext("proposals", "Accept"), lazy_pgettext("proposals", "Accepted"), accepts=("reason", "planned_for"), through_answer=True, effect=planned),
        Transition("accept_partly", ("studied", "deciding"), "accepted_partly", "proposal:answer", lazy_pgettext("proposals", "Accept in part"), lazy_pgettext("proposals", "Accepted in part"), accepts=("reason", "planned_for"), through_answer=True, effect=planned),
        Transition("decline", ("studied", "deciding"), "declined", "proposal:answer", lazy_pgettext("proposals", "Do not accept"), lazy_pgettext("proposals", "Not accepted"), accepts=("reason",), through_answer=True),
        Transition("plan", ("accepted", "accepted_partly"), "planned", "proposal:carry_out", lazy_pgettext("proposals", "Say when"), lazy_pgettext("proposals", "Planned"), requires=("planned_for",), accepts=("reason",), effect=planned),
        Transition("start", ("planned",), "in_progress", "proposal:carry_out", lazy_pgettext("proposals", "Work begins"), lazy_pgettext("proposals", "Work began"), accepts=("reason", "planned_for"), effect=planned),
        Transition("finish", ("in_progress",), "done", "proposal:carry_out", lazy_pgettext("proposals", "It is done"), lazy_pgettext("proposals", "Done"), accepts=("reason",)),
        Transition("give_up", ("accepted", "accepted_partly", "planned", "in_progress"), "given_up", "proposal:carry_out", lazy_pgettext("proposals", "Give it up"), lazy_pgettext("proposals", "Given up"), requires=("reason",)),
        Transition("withdraw", ("submitted", "incomplete", "studied", "deciding"), "withdrawn", "proposal:withdraw", lazy_pgettext("proposals", "Withdraw my proposal"), lazy_pgettext("proposals", "Withdrawn by its author"), accepts=("reason",), effect=withdrawn),
    ),
    line=("submitted", "studied", "accepted", "planned", "in_progress", "done"),
)  # fmt: skip
"""Accepting and declining are done by signing an answer, never by hand."""
