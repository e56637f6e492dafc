# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding one's way: by address, by public number, by words."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from civic.adapters.geocoding import current_geocoder
from civic.clock import now
from civic.db.session import db
from civic.i18n.setup import current_zone
from civic.i18n.texts import text
from civic.items.counting import count_words
from civic.pages import queries
from civic.pages.parts import things
from civic.pages.rows import States
from civic.registry import current_registry
from civic.search.folding import fold
from civic.search.query import look_up
from civic.territory.geometry import contains
from civic.territory.models import Quartier
from civic.territory.services import quartiers_on
from civic.web.actors import current_actor
from civic.web.incoming import typed_file_number


@dataclass(frozen=True)
class Choice:
    """A place that may be the one meant; `quartier` None outside the town."""

    label: str
    quartier: Quartier | None


def find() -> Response | str:
    """/find?q=: the quartier of an address or of a name; several: a choice; none: a sentence."""
    asked = request.args.get("q", "").strip()[:200]
    session = db.session()
    shown = quartiers_on(session, now().astimezone(current_zone()).date())
    named = next((one for one in shown if fold(asked) in {fold(text(one.name)), fold(one.slug)}), None)
    if named is not None:
        return redirect(url_for("pages.quartier", slug=named.slug))
    places = current_geocoder(session).find(asked) if asked else []
    choices = [
        Choice(place.label, next((one for one in shown if contains(one.geometry, place.lon, place.lat)), None))
        for place in places
    ]
    if len(choices) == 1 and choices[0].quartier is not None and places[0].exact:
        return redirect(url_for("pages.quartier", slug=choices[0].quartier.slug, address=choices[0].label))
    return render_template(
        "pages/find.html",
        asked=asked,
        inside=[one for one in choices if one.quartier is not None],
        outside=[one for one in choices if one.quartier is None],
        quartiers=shown,
    )


def number_form() -> Response | str:
    """/n/?number=: from what was typed to the page of the file."""
    typed = request.args.get("number", "").strip()[:40]
    found = typed_file_number(typed)
    if found is None:
        return render_template("pages/number_missing.html", typed=typed)
    return redirect(url_for("pages.number", number=found))


def number(number: int) -> Response | tuple[str, int] | str:
    """/n/<number>: the page of the item; a neutral one while its module is off or absent."""
    session = db.session()
    item = queries.item_by_number(session, current_actor(), number)
    if item is None:
        return render_template("pages/number_missing.html", typed=str(number)), 404
    states = States(session)
    if item.kind in states.resources:
        return redirect(states.url(item.kind, item.number))
    resource = current_registry().resource(item.kind)
    return render_template("pages/neutral.html", item=item, resource=resource)


def search() -> Response | str:
    """/search?q=: published items that hold every word, newest first; a number goes to its page."""
    typed = request.args.get("q", "").strip()[:200]
    found = typed_file_number(typed)
    if found is not None:
        return redirect(url_for("pages.number", number=found))
    session, actor = db.session(), current_actor()
    states, hits = States(session), look_up(session, typed)
    page, count = None, ""
    if hits is not None:
        after, before = request.args.get("after", ""), request.args.get("before", "")
        page = queries.recent(session, actor, states, hits.condition, size=queries.SIZE, after=after, before=before)
        found_rows = queries.found_count(session, actor, states, hits)
        count = count_words(found_rows, len(page.rows), lambda rows: things(states, rows), is_whole=page.is_whole)
    return render_template(
        "pages/search.html",
        typed=typed,
        page=page,
        count=count,
        states=states,
        next_url=url_for("pages.search", q=typed, after=page.next) if page and page.next else None,
        previous_url=url_for("pages.search", q=typed, before=page.previous) if page and page.previous else None,
    )
