# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing proposals: new ones, drafts, corrections, withdrawal. Nothing typed is ever lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import pgettext
from sqlalchemy.orm import Session

from civic.adapters.geocoding import current_geocoder
from civic.attachments.forms import ATTACH
from civic.clock import now
from civic.db.session import db, write
from civic.files.models import StoredFile
from civic.files.queries import files_of
from civic.files.settings import files_settings
from civic.i18n.setup import current_zone
from civic.items.models import Item
from civic.organisations.speaking import Speaker, speaks_for
from civic.people.limits import WRITE
from civic.permissions.decision import Denied, Refusal, Refused
from civic.spaces.models import Component
from civic.spaces.phases import opened
from civic.web.actors import count_try, current_actor, reload_actor
from civic.web.acts import FIELD, Act, act
from civic.web.pending import forget_pending, give_back, send_to_sign_in
from civic.web.uploads import takes_files

from ..electorate import refusal_in
from ..forms import ChangeForm, ProposalForm, WithdrawForm
from ..permissions import PROPOSAL_POLICY
from ..placing import located
from ..queries import Shown, component_for, drafts_of, options, proposal_numbered, proposal_of
from ..services import (
    Content,
    content_of,
    cycle_of,
    discard_draft,
    edit_proposal,
    edit_refusal,
    save_draft,
    start_draft,
    submit_proposal,
    withdraw_proposal,
)
from ..settings import ProposalSettings, settings_in, settings_of
from .drawing import drawing
from .public import visible_or_404


@dataclass(frozen=True)
class Where:
    """Where a new proposal goes, and whether that is open now."""

    process: str
    component: Component | None
    refusal: Refusal | None


@takes_files
def new() -> ResponseReturnValue:
    """A new proposal, on one page; without an account one is sent to sign in and comes back with all one typed."""
    where = _where(db.session())
    form = _form(db.session(), settings_in(db.session(), where.component, now()), speakers=_speakers())
    if request.method == "GET":
        form.quartier.data = request.args.get("quartier", "")[:60]
    elif not current_actor().signed_in:
        if form.take_file():
            return send_to_sign_in(form.typed())
    elif _is_ready(form):
        try:
            return _save_new(form)
        except Denied:
            raise
        except Refused as error:
            form.refuse(error)
            where = _where(db.session())
    give_back(form)
    drafts = drafts_of(db.session(), current_actor().person_id) if request.method == "GET" else []
    page = render_template(
        "proposals/new.html",
        form=form,
        where=where,
        drafts=drafts,
        drawing=drawing(db.session(), now()),
        files_limits=files_settings(db.session()),
        autosave_url=url_for("proposals.autosave", process=where.process or None)
        if current_actor().signed_in
        else None,
    )
    return page, 422 if request.method == "POST" else 200


def _form(
    session: Session,
    limits: ProposalSettings,
    content: Content | None = None,
    files: Sequence[StoredFile] = (),
    *,
    speakers: Sequence[Speaker] = (),
) -> ProposalForm:
    """The form, with the limits of the place, the town's quartiers and themes, the files that are there, and the
    organisations in whose name a draft may be written."""
    return ProposalForm(limits, options(session, current_actor()), content, files, speakers)


def _speakers() -> Sequence[Speaker]:
    """The organisations for which the actor speaks."""
    return speaks_for(db.session(), current_actor(), now())


def _keeps() -> bool:
    """Whether the draft is only kept; adding a file keeps it too."""
    return "keep" in request.form or ATTACH in request.form


def _is_ready(form: ProposalForm) -> bool:
    """Whether what was sent can be written: a draft may be unfinished, but a file is taken or refused at once."""
    return form.take_file() if _keeps() else form.validate()


def _typed() -> Content:
    """What is typed so far, finished or not: a draft has no limits."""
    return _form(db.session(), ProposalSettings()).content()


def _where(session: Session) -> Where:
    """The component the address names (`?process=`), and why it is closed, if it is."""
    process = request.args.get("process", "").replace("\x00", "")[:60]
    component = component_for(session, current_actor(), process)
    if component is None and process:
        abort(404)
    refusal = opened(session, component, "submit", now()) if component is not None else None
    refusal = refusal or refusal_in(session, current_actor(), component, "submit", now())
    return Where(process, component, refusal)


def _content(session: Session, form: ProposalForm) -> Content:
    """What was typed, with its place found."""
    return located(session, current_geocoder(session), form.content(), now().astimezone(current_zone()).date())


def _save_new(form: ProposalForm) -> ResponseReturnValue:
    """Keep the draft, or submit it."""
    count_try(WRITE)
    with act() as done:
        session, actor = done.session, done.actor
        content = form.content() if _keeps() else _content(session, form)
        item = start_draft(session, actor, content, _where(session).component, done.at, key=_key())
        _finish(done, form, item)
    _tell()
    return done.done()


def _finish(done: Act, form: ProposalForm, item: Item) -> None:
    """Write the files, submit unless the draft is only kept; say where the browser goes."""
    form.save_files(done.session, done.actor, item, done.at)
    forget_pending(done.session)
    if _keeps():
        anchor = "files" if ATTACH in request.form else None
        done.location = url_for("proposals.draft", item_id=item.id, _anchor=anchor)
    else:
        submit_proposal(done.session, done.actor, item, done.at)
        done.location = url_for("proposals.show", number=item.number)


def _tell() -> None:
    """What was done, in a sentence."""
    if ATTACH in request.form:
        flash(pgettext("proposals", "The file is added, and your draft is kept. Only you can see it."), "success")
    elif _keeps():
        flash(pgettext("proposals", "Your draft is kept. Only you can see it."), "success")
    else:
        flash(pgettext("proposals", "Your proposal is submitted. Its number is for ever; you will be told when it moves."), "success")  # fmt: skip


def _key() -> str:
    """What makes two savings of one form find the same draft: its idempotency token."""
    key = request.form.get(FIELD, "")[:64]
    return key if key.isascii() and key.isprintable() else ""


def autosave() -> ResponseReturnValue:
    """What the page's script sends while one types: the draft of this very form."""
    typed = _typed()
    with write() as session:
        item = start_draft(session, reload_actor(session), typed, _where(session).component, now(), key=_key())
        item_id = item.id
    return jsonify(draft=item_id)


def autosave_draft(item_id: int) -> ResponseReturnValue:
    """The same for a draft that has a page of its own."""
    typed = _typed()
    with write() as session:
        actor = reload_actor(session)
        save_draft(session, actor, _mine(session, item_id), typed, now())
    return jsonify(draft=item_id)


def _mine(session: Session, item_id: int) -> Item:
    """The actor's own draft; for others it does not exist."""
    shown = proposal_of(session, item_id)
    if shown is None or shown.item.state != "draft" or shown.item.author_id != current_actor().person_id:
        abort(404)
    return shown.item


@takes_files
def draft(item_id: int) -> ResponseReturnValue:
    """A draft of one's own: go on, keep it, submit it."""
    session = db.session()
    if not current_actor().signed_in:
        return send_to_sign_in()
    item = _mine(session, item_id)
    content, files = content_of(session, item), files_of(session, item_id)
    form = _form(session, settings_of(session, item, now()), content, files, speakers=_speakers())
    if request.method == "POST" and _is_ready(form):
        try:
            return _save_draft(form, item_id)
        except Denied:
            raise
        except Refused as error:
            form.refuse(error)
            item = _mine(db.session(), item_id)
    component = db.session().get(Component, item.component_id) if item.component_id else None
    refusal = opened(db.session(), component, "submit", now()) if component is not None else None
    refusal = refusal or refusal_in(db.session(), current_actor(), component, "submit", now())
    page = render_template(
        "proposals/draft.html",
        form=form,
        item_id=item_id,
        drawing=drawing(db.session(), now()),
        files_limits=files_settings(db.session()),
        refusal=refusal,
        autosave_url=url_for("proposals.autosave_draft", item_id=item_id),
    )
    return page, 422 if request.method == "POST" else 200


def _save_draft(form: ProposalForm, item_id: int) -> ResponseReturnValue:
    """Keep or submit a draft that has its page."""
    with act() as done:
        item = _mine(done.session, item_id)
        content = form.content() if _keeps() else _content(done.session, form)
        save_draft(done.session, done.actor, item, content, done.at)
        _finish(done, form, item)
    _tell()
    return done.done()


def discard(item_id: int) -> ResponseReturnValue:
    """Delete one's draft."""
    with act() as done:
        discard_draft(done.session, done.actor, _mine(done.session, item_id), done.at)
        done.location = url_for("proposals.index")
    flash(pgettext("proposals", "Your draft is deleted."), "success")
    return done.done()


def _own(session: Session, number: int, action: str) -> Shown:
    """A proposal one may act on: 404 for what one cannot see, Denied for what is another's."""
    actor = current_actor()
    shown = visible_or_404(session, actor, proposal_numbered(session, number))
    PROPOSAL_POLICY.require(action, actor, shown.item, now())
    return shown


@takes_files
def edit(number: int) -> ResponseReturnValue:
    """Correct a submitted proposal, or complete what was sent back and submit it again."""
    session = db.session()
    shown = _own(session, number, "proposal:edit")
    form = _change_form(session, shown.item)
    if form.sent():
        try:
            return _save_edit(form, number)
        except Denied:
            raise
        except Refused as error:
            form.refuse(error)
            shown = _own(db.session(), number, "proposal:edit")
            form.show_again(shown.item.version)
    refusal = edit_refusal(shown.item, shown.proposal, now())
    sent_back = shown.item.state == "incomplete"
    page = render_template(
        "proposals/edit.html",
        form=form,
        drawing=drawing(db.session(), now()),
        files_limits=files_settings(db.session()),
        shown=shown,
        refusal=refusal,
        sent_back=sent_back,
    )
    return page, 422 if request.method == "POST" else 200


def _change_form(session: Session, item: Item) -> ChangeForm:
    """The form with what the proposal says now."""
    known, present = options(session, current_actor()), files_of(session, item.id)
    return ChangeForm(settings_of(session, item, now()), known, content_of(session, item), item.version, present)


def _save_edit(form: ChangeForm, number: int) -> ResponseReturnValue:
    """Write the correction; what was sent back is submitted again in the same act."""
    with act() as done:
        item = _own(done.session, number, "proposal:edit").item
        adds = ATTACH in request.form
        again = item.state == "incomplete" and not adds
        edit_proposal(done.session, done.actor, item, _content(done.session, form), done.at, version=form.seen)
        form.save_files(done.session, done.actor, item, done.at)
        if again:
            submit_proposal(done.session, done.actor, item, done.at)
        page = "proposals.edit" if adds else "proposals.show"
        done.location = url_for(page, number=number, _anchor="files" if adds else None)
    if again:
        flash(pgettext("proposals", "Your proposal is submitted again."), "success")
    else:
        flash(pgettext("proposals", "Your correction is published; the history says when."), "success")
    return done.done()


def withdraw(number: int) -> ResponseReturnValue:
    """Withdraw one's proposal before the decision."""
    session = db.session()
    shown = _own(session, number, "proposal:withdraw")
    form = WithdrawForm(version=str(shown.item.version))
    possible = any(step.name == "withdraw" for step in cycle_of(session).workflow.leaving(shown.item.state))
    if form.sent():
        try:
            with act() as done:
                item = _own(done.session, number, "proposal:withdraw").item
                withdraw_proposal(done.session, done.actor, item, form.reason.data or "", done.at, version=form.seen)
                done.location = url_for("proposals.show", number=number)
            flash(pgettext("proposals", "Your proposal is withdrawn. Its page stays, with what was said."), "success")
            return done.done()
        except Denied:
            raise
        except Refused as error:
            form.refuse(error)
            shown = _own(db.session(), number, "proposal:withdraw")
            form.show_again(shown.item.version)
    page = render_template("proposals/withdraw.html", form=form, shown=shown, possible=possible)
    return page, 422 if request.method == "POST" else 200
