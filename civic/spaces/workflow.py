# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of a process: prepared, open, closed. Its phases open and close by their dates, not by a state."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.permissions.actor import Actor
from civic.permissions.policy import Policy
from civic.permissions.predicates import administrator, clerk, second_factor
from civic.spaces.checklist import checklist_is_complete, outcome_is_told
from civic.spaces.models import Space
from civic.workflow.declaration import State, Transition, TransitionData, Workflow

PROCESS_KIND = "civic.process"


def _publish(session: Session, subject: Any, actor: Actor, data: TransitionData, at: datetime) -> None:
    """Opening makes the process public, unless it is kept for members or staff; a preview becomes public."""
    space = session.get_one(Space, subject.id)
    if space.visibility == "preview":
        space.visibility = "public"
    subject.visible = space.visibility == "public"
    subject.published_at = subject.published_at or at


PROCESS = Workflow(
    name=PROCESS_KIND,
    states=(
        State(
            "preparing",
            _("Being prepared"),
            initial=True,
            public=False,
            help=_("The town writes its frame. It cannot open before what is decided, by whom and how is written."),
        ),
        State("open", _("Open"), help=_("Its page is public. Its phases open and close by their dates.")),
        State("closed", _("Closed"), tone="off", help=_("What was done stands beside what had been announced.")),
    ),
    transitions=(
        Transition(
            "open",
            ("preparing",),
            "open",
            "process:open",
            _("Open the process"),
            _("Opened"),
            when=(checklist_is_complete,),
            effect=_publish,
        ),
        Transition(
            "close", ("open",), "closed", "process:close", _("Close the process"), _("Closed"), when=(outcome_is_told,)
        ),
        Transition(
            "reopen", ("closed",), "open", "process:open", _("Open it again"), _("Opened again"), requires=("reason",)
        ),
    ),
    line=("preparing", "open", "closed"),
)

_managers = ((clerk, second_factor), (administrator, second_factor))

PROCESS_POLICY = Policy(
    name="civic.process",
    table={"process:open": _managers, "process:close": _managers, "process:edit": _managers},
    titles={
        "process:open": _("Open a process to residents"),
        "process:close": _("Close a process, saying what was done with its results"),
        "process:edit": _("Write the frame, the phases and the news of a process"),
    },
)
