# SPDX-License-Identifier: AGPL-3.0-or-later
"""The visa of an answer: drafted by a department, reviewed, signed by the elected official or a deputy under delegation."""

from flask_babel import lazy_gettext as _

from civic.answers.effects import review_falls, review_recorded
from civic.answers.guards import review_still_holds, signer_is_named, text_is_written
from civic.workflow.declaration import Deadline, State, Transition, Workflow

ANSWER_KIND = "civic.answer"

ANSWER = Workflow(
    name=ANSWER_KIND,
    states=(
        State("draft", _("Being drafted"), initial=True, public=False, deadline=Deadline(10, working=True)),
        State("review", _("To review"), public=False, deadline=Deadline(5, working=True)),
        State("to_sign", _("To sign"), public=False, deadline=Deadline(5, working=True)),
        State("signed", _("Signed"), final=True, tone="yes"),
        State("dropped", _("Dropped"), final=True, public=False, tone="off"),
    ),
    transitions=(
        Transition("submit", ("draft",), "review", "answer:draft", _("Send for review"), _("Sent for review"), when=(text_is_written,), accepts=("reason",)),
        Transition("return_draft", ("review",), "draft", "answer:review", _("Return to the department"), _("Returned to the department"), requires=("reason",)),
        Transition("approve", ("review",), "to_sign", "answer:review", _("Send for signature"), _("Reviewed"), when=(text_is_written, signer_is_named), accepts=("reason",), effect=review_recorded),
        Transition("return_review", ("to_sign",), "draft", "answer:sign", _("Return with a comment"), _("Returned by the official"), requires=("reason",), effect=review_falls),
        Transition("revise", ("to_sign",), "review", "answer:draft", _("Edit the text: it is reviewed again"), _("Edited after review"), effect=review_falls),
        Transition("sign", ("to_sign",), "signed", "answer:sign", _("Sign and publish"), _("Signed"), when=(review_still_holds,)),
        Transition("drop", ("draft", "review", "to_sign"), "dropped", "answer:draft", _("Drop this draft"), _("Dropped"), requires=("reason",)),
    ),
    line=("draft", "review", "to_sign", "signed"),
)  # fmt: skip
