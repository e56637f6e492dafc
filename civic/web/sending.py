# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form, asked for or sent: the act and its redirect, or the page with the form and every refusal in it."""

from collections.abc import Callable
from typing import NamedTuple

from flask import flash, request

from civic.permissions.decision import Refused
from civic.web.acts import Act, Page, act, permitted
from civic.web.forms import CivicForm, VersionedForm


class Saved(NamedTuple):
    """What follows an act: where the browser goes, and what is said there."""

    location: str
    message: str


def form_page(
    form: CivicForm,
    save: Callable[[Act], Saved],
    draw: Callable[[], str],
    *,
    action: str = "",
    version: Callable[[], int] | None = None,
) -> Page:
    """Save what was sent and go on, or draw the page: 422 when the form comes back, with all that was typed.

    `save` acts inside the write; `action` is a permission of the core, asked again there. `draw` reads what it shows
    afresh: a write detaches what was read before. `version` is read after a refusal, so that the form sent again is
    about what its page now shows.
    """
    if form.sent():
        try:
            with permitted(action) if action else act() as done:
                done.location, message = save(done)
            flash(message)
            return done.done()
        except Refused as error:
            form.refuse(error)
            if version is not None and isinstance(form, VersionedForm):
                form.show_again(version())
    page = draw()
    return (page, 422) if request.method == "POST" else page
