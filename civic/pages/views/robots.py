# SPDX-License-Identifier: AGPL-3.0-or-later
"""robots.txt and the map of the site for search engines."""

from urllib.parse import urlsplit

from flask import Response, current_app, render_template, url_for

from civic.clock import now
from civic.config import Config
from civic.db.session import db
from civic.pages import queries
from civic.permissions.actor import VISITOR

PAGES = (
    "home",
    "processes",
    "decided",
    "quartiers",
    "how_it_works",
    "open_data",
    "accessibility",
    "privacy",
    "offline",
)


def _base() -> str:
    """Scheme and host of the public address."""
    config: Config = current_app.extensions["civic.config"]
    parts = urlsplit(config.base_url)
    return f"{parts.scheme}://{parts.netloc}"


def robots() -> Response:
    """/robots.txt: everything public may be read; desk, accounts and searches are left alone."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/desk/", "/account", "/search", "/find"))
    text = f"User-agent: *\n{closed}Sitemap: {_base()}{url_for('pages.sitemap')}\n"
    return Response(text, mimetype="text/plain")


def sitemap() -> Response:
    """/sitemap.xml: the core's pages, processes and quartiers that everyone sees."""
    session, at = db.session(), now()
    paths = [url_for(f"pages.{name}") for name in PAGES]
    paths += [url_for("pages.process", slug=card.space.slug) for card in queries.processes(session, VISITOR, at)]
    paths += [url_for("pages.quartier", slug=one.slug) for one in queries.quartier_names(session, at)]
    drawn = render_template("pages/sitemap.xml", addresses=[_base() + path for path in paths])
    return Response(drawn, mimetype="application/xml")
