# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/ and /desk/register: what waits for me by deadline, and every file I may read."""

from flask import redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from civic.answers.queries import awaiting
from civic.clock import now
from civic.db.session import db
from civic.desk import queries
from civic.desk.filters import chosen_in, stages
from civic.desk.views.saved import shown_views
from civic.i18n.setup import current_zone
from civic.items.counting import count_words
from civic.items.waiting import readable
from civic.pages.rows import States
from civic.permissions.core import CORE_POLICY
from civic.web.actors import current_actor
from civic.web.templating import number


def queue() -> str | Response:
    """My queue: answers that wait for me, then files by deadline. Who only reads is led to the journal."""
    actor, at = current_actor(), now()
    CORE_POLICY.require("desk:enter", actor, None, at)
    if actor.only_reads:
        return redirect(url_for("desk.journal"), 303)
    assert actor.account_id is not None
    session = db.session()
    shown = States(session)
    chosen = chosen_in(request.args, "mine", shown)
    page = queries.queue(
        session, actor, chosen, at, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    today = at.astimezone(current_zone()).date()
    waiting = awaiting(actor.account_id, actor.department_ids, reviews=actor.has_anywhere("clerk"), on=today)
    answers = session.execute(waiting.where(readable(actor)).limit(50)).all()
    total, late = queries.counts(session, actor, chosen.kinds, at)
    late += sum(row.due_at is not None and row.due_at <= at for row in answers)
    return render_template(
        "desk/queue.html",
        page=page,
        answers=answers,
        total=total,
        late=late,
        chosen=chosen,
        at=at,
        departments=queries.departments(session),
        saved=shown_views(actor, "queue"),
        states=stages(shown),
        may_act=CORE_POLICY.allows("desk:handover", actor, None, at),
        may_leave=CORE_POLICY.allows("desk:handover", actor, None, at),
    )


def register() -> str:
    """Every file one may read, with filters; by number or words of the title."""
    actor, at = current_actor(), now()
    CORE_POLICY.require("desk:enter", actor, None, at)
    session = db.session()
    shown = States(session)
    chosen = chosen_in(request.args, "all", shown)
    page = queries.register(
        session, actor, chosen, at, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return render_template(
        "desk/register.html",
        page=page,
        count=count_words(queries.count_of(session, actor, chosen, at), len(page.rows), _files, is_whole=page.is_whole),
        chosen=chosen,
        at=at,
        departments=queries.departments(session),
        saved=shown_views(actor, "register"),
        states=stages(shown),
        may_act=CORE_POLICY.allows("desk:handover", actor, None, at),
    )


def _files(rows: int) -> str:
    """So many files."""
    return str(ngettext("%(count)s file", "%(count)s files", rows, count=number(rows)))
