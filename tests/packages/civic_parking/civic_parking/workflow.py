# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of an entry: open, then closed with a reason."""

from flask_babel import lazy_pgettext

from civic.workflow.declaration import Deadline, State, Transition, Workflow

MODULE = "parking"
KIND = f"{MODULE}.entry"

ENTRY = Workflow(
    name=KIND,
    states=(
        State("open", lazy_pgettext("parking", "Open"), initial=True, deadline=Deadline(30)),
        State("closed", lazy_pgettext("parking", "Closed"), final=True, tone="off"),
    ),
    transitions=(
        Transition(
            "close",
            ("open",),
            "closed",
            "entry:close",
            lazy_pgettext("parking", "Close"),
            lazy_pgettext("parking", "Closed"),
            requires=("reason",),
        ),
    ),
    line=("open", "closed"),
)
