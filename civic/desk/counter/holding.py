# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page of a sitting begins with: the helper, the sitting, and what happens once it is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import abort, flash, render_template, request

from civic.counter.sittings import Held, SittingOver, hold_sitting, read_sitting
from civic.desk.acting import Visit, enter
from civic.permissions.decision import Refused
from civic.web.acts import Act, Page, act
from civic.web.forms import CivicForm
from civic.web.sending import Saved

ENTER = "counter:enter"
STILL_HERE = "still_here"


@dataclass(frozen=True)
class SittingVisit:
    """A helper who may read a page of an open sitting."""

    visit: Visit
    held: Held


def enter_sitting(sitting_id: int, *, idle_too: bool = False) -> SittingVisit:
    """Let the helper in; 404 for a sitting of someone else's. Raises SittingOver once it is closed."""
    visit = enter(ENTER)
    held = read_sitting(visit.session, visit.actor, sitting_id, visit.at, idle_too=idle_too)
    if held is None:
        abort(404)
    return SittingVisit(visit, held)


@contextmanager
def in_sitting(sitting_id: int) -> Iterator[tuple[Act, Held]]:
    """A write in the helper's open sitting. Raises SittingOver, Denied, or Replayed."""
    with act() as opened:
        resume = request.form.get(STILL_HERE) == "1"
        yield opened, hold_sitting(opened.session, opened.actor, sitting_id, opened.at, resume=resume)


def sitting_form(
    sitting_id: int,
    form: CivicForm,
    save: Callable[[Act, Held], Saved],
    draw: Callable[[SittingVisit], str],
    *,
    template: str = "",
) -> Page:
    """Save what was typed and go on, or draw the page; `template` draws the fields of the form, where it has one.

    Typed text outlives a sitting that closed by idleness: it comes back with a box to say that the person is there.
    """
    if form.sent():
        try:
            with in_sitting(sitting_id) as (done, held):
                done.location, message = save(done, held)
            flash(message)
            return done.done()
        except SittingOver as over:
            if not over.idle:
                raise
            return render_template("desk/counter/idle.html", form=form, template=template), 422
        except Refused as error:
            form.refuse(error)
    page = draw(enter_sitting(sitting_id))
    return (page, 422) if request.method == "POST" else page


def sitting_over(error: SittingOver) -> Page:
    """A closed sitting: nothing of the person, and the way on."""
    enter(ENTER)
    return render_template("desk/counter/closed.html", sentence=str(error.refusals[0])), 410
