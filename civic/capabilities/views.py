# SPDX-License-Identifier: AGPL-3.0-or-later
"""Supporting, following and commenting on any item, at `/items/<public number>/…`; each act returns to the item's page."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.capabilities.forms import NATURES, CommentForm, ReasonForm
from civic.capabilities.subjects import Subject, refusal_of, require, subject_of
from civic.clock import now
from civic.comments.models import COMMENT, Comment
from civic.comments.services import answers_for_town, hide_comment, withdraw_comment, write_comment
from civic.db.session import db
from civic.follows.services import follow, unfollow
from civic.i18n.setup import current_language
from civic.organisations.speaking import speaks_for
from civic.people.limits import WRITE
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Refusal, Refused
from civic.supports.services import add_support, withdraw_support
from civic.web.actors import count_try, current_actor
from civic.web.acts import Act, act
from civic.web.incoming import typed_number
from civic.web.pending import forget_pending, give_back, send_to_sign_in

bp = Blueprint("items", __name__, url_prefix="/items")

CAPABILITIES = {"support": "supports", "follow": "follows", "comment": "comments"}


@bp.get("/<int:number>/support")
def ask_support(number: int) -> ResponseReturnValue:
    """One button for someone who comes from a page without an account; after signing in one is back here."""
    return _ask(number, "support")


@bp.get("/<int:number>/follow")
def ask_follow(number: int) -> ResponseReturnValue:
    """The same for following."""
    return _ask(number, "follow")


def _ask(number: int, verb: str) -> ResponseReturnValue:
    """A page with the item's title and one act."""
    session, actor = db.session(), current_actor()
    subject = subject_of(session, actor, number, CAPABILITIES[verb])
    if not actor.signed_in:
        return send_to_sign_in({})
    refusal = refusal_of(session, actor, subject, verb, now())
    return render_template("items/ask.html", subject=subject, verb=verb, refusal=refusal)


@contextmanager
def _act_on(number: int, verb: str) -> Iterator[tuple[Act, Subject]]:
    """A write on the item of that number, once its policy and its phase allow the verb. Raises Refused, or NotDone."""
    try:
        with act() as done:
            subject = subject_of(done.session, done.actor, number, CAPABILITIES[verb])
            require(done.session, done.actor, subject, verb, done.at)
            done.location = f"{subject.url}#act"
            yield done, subject
    except Refused as error:
        _sign_in_first(error)
        raise NotDone(number, verb, error) from error


class NotDone(Exception):
    """An act came too late, or is not open to who is signed in: the page of the item's one act says why."""

    def __init__(self, number: int, verb: str, error: Refused) -> None:
        super().__init__(str(error))
        self.number, self.verb, self.error = number, verb, error


@bp.errorhandler(NotDone)
def _not_done(late: NotDone) -> ResponseReturnValue:
    """Why the act was not done, on a page with the item's title, and the way back to it."""
    subject = subject_of(db.session(), current_actor(), late.number, CAPABILITIES[late.verb])
    page = render_template("items/ask.html", subject=subject, verb=late.verb, refusal=late.error.refusals[0])
    return page, 403 if isinstance(late.error, Denied) else 409


def _sign_in_first(error: Refused) -> None:
    """Raise the refusal again when signing in, or confirming it, is what opens the way: the error page leads there."""
    if isinstance(error, Denied) and error.refusals[0].remedy in {"sign_in", "second_factor"}:
        raise error


@bp.post("/<int:number>/support")
def support(number: int) -> ResponseReturnValue:
    """Support: one person, one support."""
    with _act_on(number, "support") as (done, subject):
        added = add_support(done.session, done.actor, subject.item.id, done.at)
    flash(_("Your support is counted.") if added else _("You support it already: one person, one support."), "success")
    return done.done()


@bp.post("/<int:number>/support/withdraw")
def unsupport(number: int) -> ResponseReturnValue:
    """Take one's support back, while supports are open."""
    with _act_on(number, "support") as (done, subject):
        withdraw_support(done.session, done.actor, subject.item.id)
    flash(_("Your support is taken back."), "success")
    return done.done()


@bp.post("/<int:number>/follow")
def follow_item(number: int) -> ResponseReturnValue:
    """Be told when the item moves."""
    with _act_on(number, "follow") as (done, subject):
        follow(done.session, done.actor, subject.item.id, done.at)
    flash(_("You will be told when something happens."), "success")
    return done.done()


@bp.post("/<int:number>/unfollow")
def unfollow_item(number: int) -> ResponseReturnValue:
    """Stop being told."""
    with act() as done:
        subject = subject_of(done.session, done.actor, number, "follows")
        unfollow(done.session, done.actor, subject.item.id)
        done.location = f"{subject.url}#act"
    flash(_("You no longer follow it."), "success")
    return done.done()


@bp.route("/<int:number>/comment", methods=["GET", "POST"])
def comment(number: int) -> ResponseReturnValue:
    """Comment, or answer a comment (`?parent=`)."""
    actor = current_actor()
    subject = subject_of(db.session(), actor, number, "comments")
    form = CommentForm(speaks_for(db.session(), actor, now()), parent=request.args.get("parent", ""))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and not actor.signed_in:
        return send_to_sign_in()
    if form.sent():
        try:
            return _write(form, number)
        except Refused as error:
            _sign_in_first(error)
            form.refuse(error)
            status = 403 if isinstance(error, Denied) else 422
            subject = subject_of(db.session(), current_actor(), number, "comments")
    give_back(form)
    answered = _answered(db.session(), subject, form.parent.data)
    refusal = form.offer(_refusals(db.session(), subject, form)) if actor.signed_in else None
    page = render_template(
        "items/comment.html",
        subject=subject,
        form=form,
        answered=answered,
        refusal=refusal,
        for_town=answered is not None and answers_for_town(current_actor(), subject.item, answered, now()),
    )
    return page, status


def _write(form: CommentForm, number: int) -> ResponseReturnValue:
    """Add the comment and go to it."""
    parent_id = typed_number(form.parent.data or "")
    nature = COMMENT if parent_id is not None else form.nature.data or COMMENT
    count_try(WRITE)
    with act() as done:
        subject = subject_of(done.session, done.actor, number, "comments")
        require(done.session, done.actor, subject, nature, done.at)
        written = write_comment(
            done.session,
            done.actor,
            subject.item,
            form.body.data or "",
            done.at,
            parent_id=parent_id,
            nature=nature,
            language=current_language(),
            organisation_id=form.speaker.data or None,
        )
        forget_pending(done.session)
        done.location = f"{subject.url}#comment-{written.id}"
    return done.done()


def _refusals(session: Session, subject: Subject, form: CommentForm) -> dict[str, Refusal | None]:
    """Why the actor may not write a comment, or a question; a reply is a comment."""
    natures = NATURES if typed_number(form.parent.data or "") is None else (COMMENT,)
    return {one: refusal_of(session, current_actor(), subject, one, now()) for one in natures}


def _answered(session: Session, subject: Subject, parent: str | None) -> Comment | None:
    """The comment that is being answered, if it still stands."""
    comment_id = typed_number(parent or "")
    found = session.get(Comment, comment_id) if comment_id is not None else None
    if found is None or found.item_id != subject.item.id or found.hidden_at or found.withdrawn_at:
        return None
    return found


@bp.post("/<int:number>/comments/<int:comment_id>/withdraw")
def withdraw(number: int, comment_id: int) -> ResponseReturnValue:
    """Take one's own comment back."""
    with act() as done:
        subject = subject_of(done.session, done.actor, number, "comments")
        withdraw_comment(done.session, done.actor, _comment(done.session, subject, comment_id), done.at)
        done.location = f"{subject.url}#comments"
    flash(_("Your comment is withdrawn."), "success")
    return done.done()


@bp.route("/<int:number>/comments/<int:comment_id>/hide", methods=["GET", "POST"])
def hide(number: int, comment_id: int) -> ResponseReturnValue:
    """Moderation: hide a comment with the reason shown in its place."""
    subject = subject_of(db.session(), current_actor(), number, "comments")
    CORE_POLICY.require("comment:moderate", current_actor(), subject.item, now())
    shown = _comment(db.session(), subject, comment_id)
    form = ReasonForm()
    if form.sent():
        with act() as done:
            subject = subject_of(done.session, done.actor, number, "comments")
            target = _comment(done.session, subject, comment_id)
            hide_comment(done.session, done.actor, target, form.reason.data or "", done.at)
            done.location = f"{subject.url}#comment-{comment_id}"
        return done.done()
    status = 422 if request.method == "POST" else 200
    return render_template("items/hide.html", subject=subject, comment=shown, form=form), status


def _comment(session: Session, subject: Subject, comment_id: int) -> Comment:
    """A comment of this item; 404 otherwise."""
    found = session.get(Comment, comment_id)
    if found is None or found.item_id != subject.item.id:
        abort(404)
    return found
