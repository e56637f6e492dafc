# SPDX-License-Identifier: AGPL-3.0-or-later
"""When signing in through a provider fails: what the log keeps, and what the person reads."""

import logging

from flask import abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.account.browser import wanted_page
from civic.account.ways import provider_named
from civic.config import Config
from civic.permissions.decision import Refused
from civic.ports.identity import AnswerRefused, ProviderDown
from civic.web.actors import request_id

logger = logging.getLogger(__name__)

_STATUS = {"down": 503, "declined": 200, "over": 200}
"""Other failures are refusals (403)."""


def failure(provider: str, wanted: str, language: str, error: AnswerRefused | ProviderDown | Refused) -> Response:
    """Log why, without a word about the person, and go to the page that says so in the language one came from."""
    why, said = _why(error), "" if isinstance(error, Refused) else str(error)
    logger.warning("provider %s: %s %s (request %s)", provider, why, said, request_id())
    page = url_for("people.provider_failed", provider=provider, why=why, next=wanted or None)
    return redirect(in_language(language, page), 303)


def failed(provider: str, why: str) -> ResponseReturnValue:
    """Why it did not work, and the other ways."""
    ours = provider_named(provider)
    words = _words(ours.label).get(why)
    if words is None:
        abort(404)
    page = render_template(
        "people/provider_failed.html", title=words[0], sentence=words[1], provider=ours, wanted=wanted_page()
    )
    return page, _STATUS.get(why, 403)


def in_language(language: str, path: str) -> str:
    """A path of this site in another language than that of the request, which came by the provider's link."""
    config: Config = current_app.extensions["civic.config"]
    return path if language == config.default_language else f"/{language}{path}"


def _why(error: AnswerRefused | ProviderDown | Refused) -> str:
    """The reason as a word of the address; a refusal that has none of its own is told as a contradiction."""
    if isinstance(error, ProviderDown):
        return "down"
    if isinstance(error, AnswerRefused):
        return error.code
    code = error.refusals[0].code
    return code if code in {"too_many", "other_account", "account_closed"} else "other_identity"


def _words(label: str) -> dict[str, tuple[str, str]]:
    """Title and sentence for each reason."""
    return {
        "down": (
            _("%(label)s does not answer", label=label),
            _("This is not your fault, and nothing you typed is lost. Try again in a few minutes, or use another way."),
        ),
        "declined": (
            _("You stopped at %(label)s", label=label),
            _("You are not signed in, and nothing was recorded. You can start again or use another way."),
        ),
        "over": (
            _("This took too long, or was done already"),
            _("An answer of %(label)s serves once, within half an hour. Start again: what you typed is kept.", label=label),
        ),
        "forged": (
            _("This answer could not be believed"),
            _(
                "It did not come from %(label)s, or was not made for you. You are not signed in and nothing has "
                "changed. Start again from this site; if it happens again, tell the town.",
                label=label,
            ),
        ),
        "weak": (
            _("A more certain identity is needed"),
            _("At %(label)s, choose another of the accounts it proposes.", label=label),
        ),
        "other_account": (
            _("This is another identity"),
            _("It does not open the account you are signed in with. Confirm with the same identity as before, or with a code."),
        ),
        "account_closed": (_("This account is closed"), _("Ask the town to open it again.")),
        "other_identity": (
            _("These are two different people for the town"),
            _(
                "Another identity was verified for one of these accounts, so nothing was changed. A family may share a "
                "device: check who is signed in; if something is wrong, come to the counter with an identity document."
            ),
        ),
        "too_many": (_("Too many tries"), _("Wait a quarter of an hour, then try again.")),
    }  # fmt: skip
