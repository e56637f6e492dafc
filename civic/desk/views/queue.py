# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/ and /desk/register: what waits for me by deadline, and every file I may read."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from civic.answers.queries import awaiting
from civic.clock import now
from civic.db.session import db
from civic.desk import queries
from civic.desk.queries import QueueFilter
from civic.i18n.setup import current_zone
from civic.pages.rows import States
from civic.permissions.core import CORE_POLICY
from civic.web.actors import current_actor
from civic.workflow.stations import label_of


def queue() -> str | Response:
    """My queue: answers that wait for me, then files by deadline. Who only reads is led to the journal."""
    actor, at = current_actor(), now()
    CORE_POLICY.require("desk:enter", actor, None, at)
    if actor.only_reads:
        return redirect(url_for("desk.journal"), 303)
    assert actor.account_id is not None
    session = db.session()
    shown = States(session)
    chosen = _chosen(request.args, "mine", shown)
    page = queries.queue(
        session, actor, chosen, at, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    today = at.astimezone(current_zone()).date()
    waiting = awaiting(actor.account_id, actor.department_ids, reviews=actor.has_anywhere("clerk"), on=today)
    answers = session.execute(waiting.where(queries.readable(actor)).limit(50)).all()
    total, late = queries.counts(session, actor, chosen.kinds, at)
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
        states=_stages(shown),
        may_leave=CORE_POLICY.allows("desk:handover", actor, None, at),
    )


def register() -> str:
    """Every file one may read, with filters; by number or words of the title."""
    actor, at = current_actor(), now()
    CORE_POLICY.require("desk:enter", actor, None, at)
    session = db.session()
    shown = States(session)
    chosen = _chosen(request.args, "all", shown)
    page = queries.register(
        session, actor, chosen, at, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return render_template(
        "desk/register.html",
        page=page,
        chosen=chosen,
        at=at,
        departments=queries.departments(session),
        states=_stages(shown),
    )


def _chosen(args: "MultiDict[str, str]", scope: str, shown: States) -> QueueFilter:
    """Filters of the address; what is not understood is left out."""
    department = args.get("department", "")
    return QueueFilter(
        kinds=tuple(shown.kinds),
        scope=args.get("scope", scope) if args.get("scope") in ("mine", "all") else scope,
        late=args.get("late") == "1",
        department_id=int(department) if department.isdecimal() and len(department) < 10 else None,
        state=args.get("state", "")[:60],
        words=args.get("q", "").strip()[:100],
    )


@dataclass(frozen=True)
class Stage:
    """A state as the desk names it."""

    name: str
    label: str
    tone: str
    public: bool


def _stages(shown: States) -> dict[str, Stage]:
    """States of the modules that are on, by `kind/state`, with the town's names."""
    found = {}
    for kind in shown.kinds:
        cycle = shown.cycle(kind)
        for state in cycle.workflow.states:
            label = label_of(state, cycle.setup.labels)
            found[f"{kind}/{state.name}"] = Stage(state.name, label, state.mark, state.public)
    return found
