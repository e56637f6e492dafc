# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/modules: switching features on and off; those that were set aside, with the reason."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.desk.acting import enter
from civic.desk.language_fields import languages
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.spaces.switching import switch as switch_on_or_off
from civic.web.acts import permitted

SWITCH = "module:switch"


def modules() -> str:
    """Every installed module, on or off, and those that cannot run."""
    visit = enter(SWITCH)
    registry = current_registry()
    return render_template(
        "desk/settings/modules.html",
        modules=list(registry.modules.values()),
        on=portal_state(visit.session).modules_on,
        set_aside=registry.set_aside,
    )


def switch(name: str, to: str) -> Response:
    """Switch a module on or off; what it keeps stays."""
    enter(SWITCH)
    module = current_registry().modules.get(name)
    if module is None or to not in ("on", "off"):
        abort(404)
    with permitted(SWITCH) as done:
        switch_on_or_off(done.session, done.actor, module, is_on=to == "on", languages=languages(), at=done.at)
        done.location = url_for("desk.modules")
    title = str(module.title)
    flash(
        _("“%(title)s” is on.", title=title) if to == "on" else _("“%(title)s” is off; nothing is lost.", title=title)
    )
    return done.done()
