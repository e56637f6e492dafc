# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/questions: what residents asked under files and nobody has answered for the town, the oldest first."""

from flask import render_template

from civic.comments.queries import waiting_questions
from civic.desk.acting import enter
from civic.permissions.core import CORE_POLICY

ANSWER = "comment:answer"


def questions() -> str:
    """Those that the reader may answer."""
    visit = enter(ANSWER)
    waiting = [
        row for row in waiting_questions(visit.session) if CORE_POLICY.allows(ANSWER, visit.actor, row.Item, visit.at)
    ]
    return render_template("desk/questions.html", waiting=waiting, at=visit.at)
