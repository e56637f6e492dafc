# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was decided: every signed answer, with filters in the address."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.clock import now
from civic.db.session import db
from civic.i18n.texts import text
from civic.items.counting import count_words
from civic.pages import queries
from civic.pages.queries import OUTCOMES, DecidedFilter
from civic.pages.rows import States, excerpt
from civic.web.actors import current_actor
from civic.web.portal import Entry
from civic.web.templating import number


def decided() -> str:
    """/decided: the last signed first; an unknown filter is left out."""
    session, actor = db.session(), current_actor()
    states, quartiers = States(session), queries.quartier_names(session, now())
    wanted = {one.slug: one for one in quartiers}.get(request.args.get("quartier", ""))
    outcome = request.args.get("outcome", "")
    chosen = DecidedFilter(wanted.id if wanted else None, outcome if outcome in OUTCOMES else "")
    page = queries.decided(
        session, actor, states, chosen, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    names = outcome_names()
    kept = {"quartier": wanted.slug if wanted else "", "outcome": chosen.outcome}
    return render_template(
        "pages/decided.html",
        page=page,
        count=count_words(
            queries.decided_count(session, actor, states, chosen), len(page.rows), _answers, is_whole=page.is_whole
        ),
        states=states,
        excerpt=excerpt,
        quartiers=[("", _("The whole town")), *((one.slug, text(one.name)) for one in quartiers)],
        outcomes=[("", _("All answers")), *names.items()],
        kept=kept,
        chips=_chips(kept, text(wanted.name) if wanted else "", names),
        next_url=_address(kept, after=page.next) if page.next else None,
        previous_url=_address(kept, before=page.previous) if page.previous else None,
    )


def _answers(rows: int) -> str:
    """So many answers."""
    return str(ngettext("%(count)s answer", "%(count)s answers", rows, count=number(rows)))


def outcome_names() -> dict[str, str]:
    """The outcomes one filters by."""
    return {
        "yes": _("Taken up, in whole or in part"),
        "done": _("Carried out"),
        "no": _("Turned down, with the reason"),
    }


def _address(kept: dict[str, str], **more: Any) -> str:
    """The same page with the same filters."""
    return url_for("pages.decided", **{name: value for name, value in {**kept, **more}.items() if value})


def _chips(kept: dict[str, str], quartier: str, names: dict[str, str]) -> list[Entry]:
    """The filters in use, each with the address without it."""
    labels = {"quartier": quartier, "outcome": names.get(kept["outcome"], "")}
    return [Entry(label, _address({**kept, name: ""})) for name, label in labels.items() if label]
