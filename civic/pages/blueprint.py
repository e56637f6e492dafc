# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of the core's public pages: one line each."""

from flask import Blueprint

from civic.pages.views import (
    about,
    decided,
    find,
    follow_up,
    history,
    home,
    open_data,
    organisations,
    participation,
    processes,
    quartiers,
    robots,
)

bp = Blueprint("pages", __name__)

bp.add_url_rule("/", "home", home.home)
bp.add_url_rule("/processes", "processes", processes.processes)
bp.add_url_rule("/processes/<slug>", "process", processes.process)
bp.add_url_rule("/processes/<slug>/participation", "participation", participation.participation)
bp.add_url_rule("/processes/<slug>/participation.csv", "participation_file", participation.participation_file)
bp.add_url_rule("/decided", "decided", decided.decided)
bp.add_url_rule("/quartiers", "quartiers", quartiers.quartiers)
bp.add_url_rule("/quartiers/<slug>", "quartier", quartiers.quartier)
bp.add_url_rule("/organisations/<slug>", "organisation", organisations.organisation)
bp.add_url_rule("/find", "find", find.find)
bp.add_url_rule("/n/", "number_form", find.number_form)
bp.add_url_rule("/n/<int:number>", "number", find.number)
bp.add_url_rule("/follow-up", "follow_up", follow_up.follow_up, methods=["GET", "POST"])
bp.add_url_rule("/search", "search", find.search)
bp.add_url_rule("/how-it-works", "how_it_works", about.how_it_works)
bp.add_url_rule("/accessibility", "accessibility", about.accessibility)
bp.add_url_rule("/privacy", "privacy", about.privacy)
bp.add_url_rule("/offline", "offline", about.offline)
bp.add_url_rule("/data", "open_data", open_data.open_data)
bp.add_url_rule("/data/<name>.csv", "download", open_data.download)
bp.add_url_rule("/robots.txt", "robots", robots.robots)
bp.add_url_rule("/sitemap.xml", "sitemap", robots.sitemap)
bp.add_url_rule("/items/<int:number>/history", "history", history.history)
bp.add_url_rule("/journal", "journal", history.journal)
bp.add_url_rule("/journal/heads.txt", "journal_heads", history.journal_heads)
