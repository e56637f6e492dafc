# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/counter/<id>/…: what a helper does with one person, until they end."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Row, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from civic.capabilities.forms import NATURES
from civic.capabilities.subjects import Subject, find_subject, refusal_of
from civic.counter.changing import changes_of, own_items
from civic.counter.entering import enter_comment, enter_item, enter_support, support_of, withdraw_act
from civic.counter.follow import stage_of
from civic.counter.kinds import ONE, SUPPORT, act_name, entries
from civic.counter.limits import counter_settings
from civic.counter.queries import acts_of
from civic.counter.sittings import end_sitting
from civic.desk.counter.forms import WriteForm
from civic.desk.counter.holding import SittingVisit, enter_sitting, in_sitting, sitting_form
from civic.desk.counter.receipts import drawn_receipt
from civic.desk.people_queries import quartier_name
from civic.i18n.setup import current_language
from civic.items.models import Item
from civic.module import CounterEntry
from civic.permissions.decision import Refused
from civic.permissions.policy import PARENT_NEEDED
from civic.registry import current_registry
from civic.search.query import matches
from civic.settings.workflows import lifecycle
from civic.spaces.access import visible_space_ids
from civic.web.acts import Act, Page, act, go_to
from civic.web.forms import choices
from civic.web.incoming import typed_number
from civic.web.sending import Saved
from civic.workflow.stations import label_of

RESULTS = 10
RECORDED = "counter.sitting"


def sitting(sitting_id: int) -> Page:
    """The person, what was entered, and every way on; `?q=` finds a file by number or words."""
    here = enter_sitting(sitting_id)
    words = request.args.get("q", "").replace("\x00", "").strip()[:200]
    number = typed_number(words)
    if number is not None:
        return redirect(url_for("counter.file", sitting_id=sitting_id, number=number), 303)
    session, held = here.visit.session, here.held
    return render_template(
        "desk/counter/sitting.html",
        **_frame(here),
        words=words,
        parent_needed=PARENT_NEEDED if held.actor.needs_parent(here.visit.at) else None,
        found=_found(session, here, words) if words else [],
        acts=[(row, _row_name(row)) for row in acts_of(session, held.person.id)],
        quartier=quartier_name(session, held.person.quartier_id),
        own=_own(session, here),
        entries={k: e for k, e in entries(session, current_registry()).items() if k in held.mandate.kinds},
    )


def _own(session: Session, here: SittingVisit) -> list[tuple[Item, str, str]]:
    """What the person wrote, with its state in words and its mark: what was sent back is seen at once."""
    registry, found = current_registry(), []
    for item in own_items(session, registry, here.held):
        resource = registry.resource(item.kind)
        if resource is not None:
            cycle = lifecycle(session, resource.workflow, resource.policy)
            state = cycle.workflow.state(item.state)
            found.append((item, label_of(state, cycle.setup.labels), state.mark))
    return found


def _frame(here: SittingVisit) -> dict[str, Any]:
    """What every page of a sitting shows of it."""
    return {"held": here.held, "idle_minutes": counter_settings(here.visit.session).idle_minutes}


def _row_name(row: Row[Any]) -> str:
    """An act in words."""
    return act_name(current_registry(), row.kind)


def _found(session: Session, here: SittingVisit, words: str) -> list[Row[Any]]:
    """Public files that hold every word and that the person may see, the newest first."""
    condition = matches(session, words)
    if condition is None:
        return []
    seen = visible_space_ids(here.held.actor)
    query = (
        select(Item.number, Item.title, Item.language, Item.kind)
        .where(Item.visible, Item.number.is_not(None), condition)
        .where(Item.space_id.is_(None) | Item.space_id.in_(seen))
        .order_by(Item.published_at.desc(), Item.id.desc())
        .limit(RESULTS)
    )
    return list(session.execute(query))


def file(sitting_id: int, number: int) -> Page:
    """One file: what the person may do with it, said before anything is typed."""
    return _file_page(enter_sitting(sitting_id), number, WriteForm())


def _file_page(here: SittingVisit, number: int, form: WriteForm) -> str:
    """The page of one file."""
    session, held = here.visit.session, here.held
    subject = find_subject(session, held.actor, number)
    if subject is None:
        return render_template("desk/counter/no_file.html", **_frame(here), number=number)
    form.nature.choices = choices([(nature, name) for nature, name in NATURES.items() if nature in held.mandate.kinds])
    changes = changes_of(session, current_registry(), held, subject.item).values()
    return render_template(
        "desk/counter/file.html",
        **_frame(here),
        subject=subject,
        form=form,
        standing=support_of(session, held.person.id, subject.item.id),
        support_refusal=_refusal(session, here, subject, "supports", SUPPORT),
        write_refusal=_refusal(session, here, subject, "comments", "comment"),
        changes=[(change, change.refusal(session, held.actor, subject.item, here.visit.at)) for change in changes],
        stage=stage_of(session, subject.item, subject.resource) if changes else None,
    )


def _refusal(session: Session, here: SittingVisit, subject: Subject, capability: str, verb: str) -> str | None:
    """Why it cannot be entered, in a sentence, or None."""
    kinds = here.held.mandate.kinds
    if capability not in subject.resource.capabilities:
        return str(_("This file does not take it."))
    if not ({SUPPORT} if verb == SUPPORT else set(ONE) - {SUPPORT}) & set(kinds):
        return str(_("The person’s mandate does not cover this."))
    refusal = refusal_of(session, here.held.actor, subject, verb, here.visit.at)
    return str(refusal) if refusal is not None else None


def support(sitting_id: int, number: int) -> Response:
    """Support the file for the person."""
    try:
        with in_sitting(sitting_id) as (done, held):
            done.location = url_for(RECORDED, sitting_id=sitting_id)
            enter_support(done.session, done.actor, held, number, done.at)
    except Refused as error:
        enter_sitting(sitting_id)
        flash(str(error.refusals[0]), "warning")
        return go_to(url_for("counter.file", sitting_id=sitting_id, number=number))
    flash(_("The support for no. %(number)s is counted.", number=number), "success")
    return done.done()


def write(sitting_id: int, number: int) -> Page:
    """A comment or a question, in the person's words."""
    form = WriteForm()

    def save(done: Act, held: Any) -> Saved:
        body, nature = form.body.data or "", form.nature.data or ""
        enter_comment(
            done.session, done.actor, held, number, body, nature=nature, language=current_language(), at=done.at
        )
        return Saved(url_for(RECORDED, sitting_id=sitting_id), _("Published under no. %(number)s.", number=number))

    return sitting_form(sitting_id, form, save, lambda here: _file_page(here, number, form))


def new(sitting_id: int, kind: str) -> Page:
    """Begin what a module declares: its own form, on the person's behalf."""
    here = enter_sitting(sitting_id, idle_too=request.method == "POST")
    entry = _entry(here.visit.session, kind)
    form = entry.form(here.visit.session, here.held.actor, here.visit.at)

    def save(done: Act, held: Any) -> Saved:
        kept = enter_item(done.session, done.actor, held, entry, form, done.at)
        number = done.session.get_one(Item, kept.item_id).number
        message = _("Submitted: it has the number %(number)s. Print the receipt.", number=number)
        return Saved(url_for(RECORDED, sitting_id=sitting_id), message)

    def draw(now_here: SittingVisit) -> str:
        return render_template("desk/counter/new.html", **_frame(now_here), entry=entry, form=form)

    return sitting_form(sitting_id, form, save, draw, template=entry.template)


def _entry(session: Session, kind: str) -> CounterEntry:
    """What the kind begins; 404 when no module that is on declares it."""
    found = entries(session, current_registry()).get(kind)
    if found is None:
        abort(404)
    return found


def receipt(sitting_id: int, act_id: int | None = None) -> Page:
    """The receipt, for the printer: one act, or everything entered in this sitting that stands."""
    here = enter_sitting(sitting_id)
    session, held = here.visit.session, here.held
    rows = [row for row in acts_of(session, held.person.id) if row.nonce and not row.is_gone]
    wanted = [row for row in rows if (row.id == act_id if act_id else row.sitting_id == sitting_id)]
    if act_id and not wanted:
        abort(404)
    return render_template(
        "desk/counter/receipt.html", **_frame(here), slips=[drawn_receipt(row) for row in reversed(wanted)]
    )


def withdraw(sitting_id: int, act_id: int) -> Response:
    """Take back a support, comment or question that was entered for the person."""
    try:
        with in_sitting(sitting_id) as (done, held):
            done.location = url_for(RECORDED, sitting_id=sitting_id)
            withdraw_act(done.session, done.actor, held, act_id, done.at)
    except Refused as error:
        enter_sitting(sitting_id)
        flash(str(error.refusals[0]), "warning")
        return go_to(url_for(RECORDED, sitting_id=sitting_id))
    flash(_("Taken back."), "success")
    return done.done()


def stay(sitting_id: int) -> Response:
    """What the page sends while the helper types: the sitting stays open."""
    with in_sitting(sitting_id):
        return jsonify(open=True)


def end(sitting_id: int) -> Response:
    """End with this person: back to an empty page, and nothing kept by the browser."""
    with act() as done:
        end_sitting(done.session, done.actor, sitting_id, done.at)
        done.location = url_for("counter.start")
    flash(_("Ended. Nothing of this person is left on the screen: call the next one."), "success")
    answer = done.done()
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
