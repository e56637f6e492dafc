# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/answers/…: drafting, reviewing, signing and correcting the town's answer."""

from datetime import datetime

from flask import abort, render_template, url_for
from flask_babel import gettext as _

from civic.answers.corrections import correct_answer
from civic.answers.models import Answer
from civic.answers.permissions import ANSWER_POLICY
from civic.answers.queries import corrections, steps
from civic.answers.services import draft_answer, edit_answer, move_answer
from civic.answers.signature import authority, may_return, return_answer, sign_answer
from civic.answers.workflow import ANSWER
from civic.clock import now
from civic.db.session import db
from civic.desk import queries
from civic.desk.forms import AnswerForm, CorrectionForm, StepForm
from civic.desk.views.item import DeskFile, open_file
from civic.i18n.setup import current_zone
from civic.items.models import Item
from civic.people.delegations import SigningRight
from civic.people.models import Account
from civic.people.staff import signature
from civic.permissions.decision import Refusal
from civic.settings.workflows import lifecycle
from civic.web.actors import current_actor
from civic.web.acts import Act, Page
from civic.web.forms import choices
from civic.web.sending import Saved, form_page
from civic.web.templating import day
from civic.workflow.engine import available


def new_answer(item_id: int) -> Page:
    """Draft the answer to a file."""
    at = now()
    file = open_file(item_id, at)
    ANSWER_POLICY.require("answer:draft", current_actor(), file.item, at)
    form = _form(file)

    def save(done: Act) -> Saved:
        subject = done.session.get_one(Item, item_id)
        answer = draft_answer(done.session, done.actor, subject, file.resource.workflow, form.text(), done.at)
        return Saved(_home(answer.id), _("The draft is saved. Nothing is public before the signature."))

    def draw() -> str:
        shown = open_file(item_id, at)
        return render_template("desk/answer_edit.html", file=shown, answer=None, form=form, body=_body(shown))

    return form_page(form, save, draw)


def answer(answer_id: int) -> str:
    """The answer: its text as it will be read, where the visa stands, what one can do."""
    return _page(answer_id, now())


def edit(answer_id: int) -> Page:
    """Change the text; after the review, the review falls, and the page says so."""
    at = now()
    found, file = _open(answer_id, at)
    ANSWER_POLICY.require("answer:draft", current_actor(), found, at)
    form = _form(file, found)

    def save(done: Act) -> Saved:
        workflow = file.resource.workflow
        edit_answer(done.session, done.actor, answer_id, workflow, form.text(), version=form.seen, at=done.at)
        return Saved(_home(answer_id), _("The text is saved."))

    def draw() -> str:
        shown, about = _open(answer_id, at)
        return render_template("desk/answer_edit.html", file=about, answer=shown, form=form, body=_body(about))

    return form_page(form, save, draw, version=lambda: _open(answer_id, at)[0].version)


def move(answer_id: int, name: str) -> Page:
    """A step of the visa, with its comment."""
    at = now()
    if name not in {transition.name for transition in ANSWER.transitions}:
        abort(404)
    _open(answer_id, at)
    form = StepForm()

    def save(done: Act) -> Saved:
        session, actor, version, comment = done.session, done.actor, form.seen, form.comment.data or ""
        if name == "return_review":
            zone = current_zone()
            return_answer(session, actor, answer_id, version=version, comment=comment, at=done.at, zone=zone)
        else:
            move_answer(session, actor, answer_id, name, version=version, comment=comment, at=done.at)
        return Saved(_home(answer_id), _("Done: %(act)s.", act=ANSWER.transition(name).past))

    return form_page(form, save, lambda: _page(answer_id, at, form))


def sign(answer_id: int) -> Page:
    """Sign and publish: answer and file move together."""
    at = now()
    form = StepForm()
    _found, file = _open(answer_id, at)

    def save(done: Act) -> Saved:
        cycle = lifecycle(done.session, file.resource.workflow, file.resource.policy)
        zone = current_zone()
        sign_answer(done.session, done.actor, answer_id, cycle, version=form.seen, at=done.at, zone=zone)
        return Saved(_home(answer_id), _("The answer is signed and public. Its author is told."))

    return form_page(form, save, lambda: _page(answer_id, at, form))


def correct(answer_id: int) -> Page:
    """Correct a published error, with notice and public reason."""
    at = now()
    found, _file = _open(answer_id, at)
    ANSWER_POLICY.require("answer:correct", current_actor(), found, at)
    form = CorrectionForm(obj=found)

    def save(done: Act) -> Saved:
        reason = form.reason.data or ""
        content = form.content()
        correct_answer(done.session, done.actor, answer_id, content, reason=reason, version=form.seen, at=done.at)
        return Saved(_home(answer_id), _("The correction is public, with its reason and what was published before."))

    def draw() -> str:
        shown, about = _open(answer_id, at)
        return render_template("desk/answer_correct.html", file=about, answer=shown, form=form)

    return form_page(form, save, draw, version=lambda: _open(answer_id, at)[0].version)


def _home(answer_id: int) -> str:
    """The answer's own page."""
    return url_for("desk.answer", answer_id=answer_id)


def _open(answer_id: int, at: datetime) -> tuple[Answer, DeskFile]:
    """The answer with its file, when the actor may read it."""
    found = db.session().get(Answer, answer_id)
    if found is None:
        abort(404)
    return found, open_file(found.item_id, at)


def _body(file: DeskFile) -> str:
    """The resident's text, beside which the answer is written."""
    return file.resource.body(db.session(), file.item) if file.resource.body else ""


def _form(file: DeskFile, found: Answer | None = None) -> AnswerForm:
    """The form, with the verdicts the file's workflow gives and the officials who may sign."""
    form = AnswerForm(obj=found)
    form.transition.choices = choices(
        (t.name, t.label) for t in file.resource.workflow.leaving(file.item.state) if t.through_answer
    )
    form.transition.refusal = _moved(file, is_answered=bool(form.transition.choices))
    officials = [
        (row.id, signature(f"{row.given_name} {row.family_name}", row.title)) for row in queries.officials(db.session())
    ]
    form.signer_id.choices = choices([(0, _("Choose who answers")), *officials])
    return form


def _moved(file: DeskFile, *, is_answered: bool) -> str:
    """What someone reads whose verdict is no longer one, because the file moved while they wrote: where it is now."""
    states = file.cycle.workflow.states
    state = next((state.label for state in states if state.name == file.item.state), file.item.state)
    if is_answered:
        sentence = _("While you were writing, this file moved to “%(state)s”: choose again what the town answers.")
    else:
        sentence = _(
            "While you were writing, this file moved to “%(state)s”: it is no longer answered. Your text is below, to copy."
        )
    return str(sentence % {"state": state})


def _page(answer_id: int, at: datetime, form: StepForm | None = None) -> str:
    """The answer's page."""
    found, file = _open(answer_id, at)
    session, actor = db.session(), current_actor()
    cycle = lifecycle(session, ANSWER, ANSWER_POLICY)
    offers = [offer for offer in available(cycle, actor, found, at) if offer.transition.name != "revise"]
    capacity = authority(session, actor, found, at, current_zone()) if found.state == "to_sign" else None
    return render_template(
        "desk/answer.html",
        file=file,
        answer=found,
        body=_body(file),
        verdict=file.resource.workflow.transition(found.transition),
        offers=offers,
        may_edit=found.state not in ("signed", "dropped") and ANSWER_POLICY.allows("answer:draft", actor, found, at),
        may_correct=found.state == "signed" and ANSWER_POLICY.allows("answer:correct", actor, found, at),
        cannot_sign=capacity if isinstance(capacity, Refusal) else None,
        returns=found.state == "to_sign" and may_return(session, actor, found, at, current_zone()) is None,
        delegation=capacity.delegation if isinstance(capacity, SigningRight) else None,
        signer=session.get(Account, found.signer_id) if found.signer_id else None,
        signer_name=_official_name(found.signer_id),
        stations=_stations(found),
        steps=steps(session, found.id),
        step_names=_step_names(),
        corrections=corrections(session, found),
        form=form or StepForm(),
    )


def _official_name(signer_id: int | None) -> str:
    """First name and surname of the official who answers."""
    row = next((row for row in queries.officials(db.session()) if row.id == signer_id), None)
    return f"{row.given_name} {row.family_name}" if row else ""


def _step_names() -> dict[str, str]:
    """How each step of the visa is told."""
    return {transition.name: transition.past for transition in ANSWER.transitions} | {"draft": _("Draft begun")}


def _stations(found: Answer) -> list[dict[str, str]]:
    """The visa drawn as a line."""
    if found.state == "dropped":
        return [{"label": str(ANSWER.state("dropped").label), "status": "ended", "when": day(found.state_at)}]
    here = ANSWER.line.index(found.state)
    status = {True: "past", False: "next"}
    return [
        {
            "label": str(ANSWER.state(name).label),
            "status": "now" if index == here and found.state != "signed" else status[index <= here],
            "when": day(found.state_at) if index == here else "",
        }
        for index, name in enumerate(ANSWER.line)
    ]
