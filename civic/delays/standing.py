# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands as the motive of a step where nobody typed one: what its state means, and until when it may last.

The words of the state are those of "How it works"; the deadline is the one that was promised then (civic.workflow.stays).
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.web.templating import last_day
from civic.workflow.declaration import State
from civic.workflow.stays import Stay

Promises = dict[tuple[str | None, datetime], datetime | None]
"""The deadline promised at each step, by the state it reached and the moment."""


def standing_motive(state: State, due_at: datetime | None) -> str:
    """What happens now, by whom and until when."""
    limit = ""
    if due_at is not None and not state.final:
        day = last_day(due_at)
        limit = (
            _("Time of its author: until the end of %(day)s.", day=day)
            if state.waits_for_author
            else _("Time the town gives itself: until the end of %(day)s.", day=day)
        )
    return " ".join(part for part in (str(state.help), limit) if part)


def promises_of(session: Session, kind: str, subject_id: int) -> Promises:
    """The deadlines promised to an object; one query."""
    rows = session.execute(
        select(Stay.state, Stay.entered_at, Stay.due_at).where(Stay.kind == kind, Stay.subject_id == subject_id)
    )
    return {(row.state, row.entered_at): row.due_at for row in rows}
