# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/ and /desk/register: what waits for me by deadline, and every file I may read."""

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from civic.answers.queries import awaiting
from civic.clock import now
from civic.db.session import db
from civic.desk import queries
from civic.desk.queries import QueueFilter
from civic.i18n.setup import current_zone
from civic.permissions.core import CORE_POLICY
from civic.registry import current_registry
from civic.web.actors import current_actor


def queue() -> str | Response:
    """My queue: answers that wait for me, then files by deadline. Who only reads is led to the journal."""
    actor, at = current_actor(), now()
    CORE_POLICY.require("desk:enter", actor, None, at)
    if actor.only_reads:
        return redirect(url_for("desk.journal"), 303)
    assert actor.account_id is not None
    session, chosen = db.session(), _chosen(request.args, "mine")
    page = queries.queue(
        session, actor, chosen, at, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    today = at.astimezone(current_zone()).date()
    answers = session.execute(
        awaiting(actor.account_id, actor.department_ids, reviews=actor.has_anywhere("clerk"), on=today).limit(50)
    ).all()
    total, late = queries.counts(session, actor, at)
    late += sum(row.due_at is not None and row.due_at < at for row in answers)
    return render_template(
        "desk/queue.html",
        page=page,
        answers=answers,
        total=total,
        late=late,
        chosen=chosen,
        at=at,
        departments=queries.departments(session),
        states=_states(),
    )


def register() -> str:
    """Every file one may read, with filters; by number or words of the title."""
    actor, at = current_actor(), now()
    CORE_POLICY.require("desk:enter", actor, None, at)
    session, chosen = db.session(), _chosen(request.args, "all")
    page = queries.register(
        session, actor, chosen, at, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return render_template(
        "desk/register.html",
        page=page,
        chosen=chosen,
        at=at,
        departments=queries.departments(session),
        states=_states(),
    )


def _chosen(args: "MultiDict[str, str]", scope: str) -> QueueFilter:
    """Filters of the address; what is not understood is left out."""
    department = args.get("department", "")
    return QueueFilter(
        scope=args.get("scope", scope) if args.get("scope") in ("mine", "all") else scope,
        late=args.get("late") == "1",
        department_id=int(department) if department.isdecimal() and len(department) < 10 else None,
        state=args.get("state", "")[:60],
        words=args.get("q", "").strip()[:100],
    )


def _states() -> dict[str, object]:
    """States of every resource, by `kind/state` and by plain name for the filter."""
    return {
        f"{kind}/{state.name}": state
        for kind, resource in current_registry().resources()
        if not kind.startswith("civic.")
        for state in resource.workflow.states
    }
