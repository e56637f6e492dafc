# SPDX-License-Identifier: AGPL-3.0-or-later
"""My space: what I did, and where everything about my account is."""

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from civic.account.guard import signed_in_actor
from civic.account.queries import ACTS, acts_of
from civic.clock import now
from civic.db.session import db
from civic.people.levels import level_words
from civic.people.models import Person
from civic.people.providers import is_identity_proven
from civic.proofs.queries import waiting_of
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.settings.workflows import lifecycle
from civic.web.pagination import Slice
from civic.web.slots import fill
from civic.workflow.stations import label_of

FEW, PAGE = 5, 20


@dataclass(frozen=True)
class Row:
    """One act as a register shows it."""

    title: Any
    kind: str
    number: int | None
    url: str | None
    state: str
    tone: str
    at: Any
    body: str = ""
    hidden_reason: str = ""


def account() -> ResponseReturnValue:
    """My acts, the latest of each kind, and the way to the rest."""
    actor, session, at = signed_in_actor(), db.session(), now()
    person = session.get_one(Person, actor.person_id)
    kinds = []
    for name, act in ACTS.items():
        page = acts_of(session, person.id, name, after="", before="", size=FEW)
        kinds.append((name, act, _rows(page), page.next is not None))
    return render_template(
        "people/account.html",
        person=person,
        level=_level(person),
        waiting=waiting_of(session, person.id),
        kinds=kinds,
        blocks=fill(session, "account.acts", actor, at),
    )


def _level(person: Person) -> str:
    """The level in words."""
    return level_words(person.level, proven=person.level == "email" and is_identity_proven(db.session(), person.id))


def acts(what: str) -> ResponseReturnValue:
    """All my acts of one kind, a page at a time."""
    actor = signed_in_actor()
    if what not in ACTS or actor.person_id is None:
        abort(404)
    page = acts_of(
        db.session(),
        actor.person_id,
        what,
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
        size=PAGE,
    )
    return render_template("people/acts.html", what=what, act=ACTS[what], rows=_rows(page), page=page)


def _rows(page: Slice[Any]) -> list[Row]:
    """Rows with their link and the town's name of their state; what a module left behind shows without a link."""
    return [_row(found) for found in page.rows]


def _row(found: Any) -> Row:
    """One row of the register."""
    session = db.session()
    resource = current_registry().resource(found.kind)
    state = url = None
    label = ""
    if resource is not None:
        named = lifecycle(session, resource.workflow, resource.policy).setup.labels
        state = resource.workflow.state(found.state)
        label = label_of(state, named)
        owner = found.kind.partition(".")[0]
        is_on = owner in portal_state(session).modules_on
        if is_on and found.number and found.visible and resource.endpoint in current_app.view_functions:
            url = url_for(resource.endpoint, number=found.number)
    return Row(
        title=found.title,
        kind=str(resource.title) if resource else "",
        number=found.number,
        url=url,
        state=label,
        tone=state.mark if state else "wait",
        at=found.at,
        body=getattr(found, "body", ""),
        hidden_reason=getattr(found, "hidden_reason", ""),
    )
