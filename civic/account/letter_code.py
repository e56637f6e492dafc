# SPDX-License-Identifier: AGPL-3.0-or-later
"""/account/letter-code: the code of a letter, or of the counter, written by someone signed in, or by someone who takes part without account."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired

from civic.account.browser import enter, wanted_page
from civic.account.forms import at_most
from civic.counter.codes import typed
from civic.db.session import db, write
from civic.i18n.setup import current_language
from civic.letters.settings import letters_settings
from civic.letters.using import enter_by_letter, no_such_code, try_code, verify_by_letter
from civic.people.devices import device_name
from civic.people.levels import LEVEL_NAMES, rank
from civic.people.limits import LETTER_CODE, TooMany, current_limits
from civic.permissions.decision import Refused
from civic.web.actors import client_address, current_actor, reload_actor
from civic.web.acts import act
from civic.web.forms import CivicForm, DayField, one_line, strip

EVERYONE = "everyone"
"""What all tries are counted under, besides the address they come from."""


class LetterCodeForm(CivicForm):
    """What stands on the paper, and what its reader alone knows."""

    code = StringField(
        lazy("Code"),
        [InputRequired(lazy("Write the code of the letter or of the sheet.")), at_most(40), one_line],
        filters=[strip],
        description=lazy("Ten letters and figures, in two groups. Capitals and blanks do not matter."),
    )
    born = DayField(
        lazy("Your date of birth"),
        [InputRequired(lazy("Write your date of birth."))],
        description=lazy("It shows that the code reached the right person."),
    )
    by_post = BooleanField(
        lazy("Send me the town’s answers by post, at the address of the letter"),
        description=lazy("For the code of a letter: at the counter, give your address there."),
    )


def letter_code() -> ResponseReturnValue:
    """The form, or what follows from a code that goes with the date of birth."""
    form, status = LetterCodeForm(), 200
    if form.sent():
        try:
            return _use(form)
        except Refused as error:
            form.refuse(error)
            status = 429 if isinstance(error, TooMany) else 422
    elif request.method == "POST":
        status = 422
    open_without = letters_settings(db.session()).acts_without_account
    page = render_template("people/letter_code.html", form=form, wanted=wanted_page(), open_without=open_without)
    return page, status


def _use(form: LetterCodeForm) -> ResponseReturnValue:
    """Find the code, then verify or let in. Raises Refused with the sentence to show."""
    current_limits().require(LETTER_CODE, address=client_address(), subject=EVERYONE)
    with write() as session:
        code_id = try_code(session, typed(form.code.data or ""), form.born.data)
    if code_id is None:
        raise no_such_code()
    by_post = bool(form.by_post.data)
    return _verify(code_id, by_post=by_post) if current_actor().signed_in else _enter(code_id, by_post=by_post)


def _verify(code_id: int, *, by_post: bool) -> ResponseReturnValue:
    """Verify whoever is signed in."""
    with act() as done:
        person = verify_by_letter(done.session, done.actor, code_id, by_post=by_post, at=done.at)
        level = str(LEVEL_NAMES[person.level])
        lives_here = rank(person.level) >= rank("residence")
        done.location = wanted_page() or url_for("people.account")
        if reload_actor(done.session).needs_parent(done.at):
            done.location = url_for("people.authorisation")
    flash(
        _("Your code is right: that you live here is verified (%(level)s).", level=level)
        if lives_here
        else _(
            "Your code is right: what the town saw at the counter now counts for your account (%(level)s).", level=level
        )
    )
    return done.done()


def _enter(code_id: int, *, by_post: bool) -> ResponseReturnValue:
    """Let in whoever has no account, for a short time."""
    device = device_name(request.user_agent.string)
    with act() as done:
        minutes = letters_settings(done.session).session_minutes
        entered = enter_by_letter(
            done.session, code_id, by_post=by_post, language=current_language(), device=device, at=done.at
        )
        done.actor = enter(done.session, entered.token) or done.actor
        done.location = wanted_page() or url_for("pages.processes")
        is_held_back = done.actor.needs_parent(done.at)
        if is_held_back:
            done.location = url_for("people.authorisation")
    if is_held_back:
        flash(_("The town knows you now. On a shared computer, sign out before you leave."))
    else:
        flash(_("The town knows you now: take part for %(count)s minutes, then it closes by itself. On a shared computer, sign out before you leave.", count=minutes))  # fmt: skip
    return done.done()
