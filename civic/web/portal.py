# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page shows around its own content: town, menus, languages, account."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from civic.clock import now
from civic.config import Config
from civic.db.session import db
from civic.i18n.setup import LANGUAGE_KEY, current_language, current_zone
from civic.module import NavEntry
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.registry import Registry, current_registry
from civic.settings.accessibility import ACCESSIBILITY_SCOPE, MENTIONS, AccessibilitySettings
from civic.settings.demonstration import DEMONSTRATION_SCOPE, DemonstrationSettings
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import PortalState, portal_state
from civic.web.actors import current_actor

WEB_FONTS = (Path(__file__).resolve().parents[1] / "static" / "vendor").is_dir()
"""Whether the set-up brought the typefaces; without them the pages ask for none and use those of the system."""
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


@dataclass(frozen=True)
class Entry:
    """A menu entry."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    code: str = ""


def init_portal(app: Flask, config: Config) -> None:
    """Give every template `portal`, `actor` and `now`."""

    @app.context_processor
    def _context() -> dict[str, Any]:
        if not has_request_context():
            return {}  # a mail written by a job has no frame around it
        actor = current_actor()
        return {"portal": _portal(config, current_registry(), actor), "actor": actor}


def portal_settings() -> PortalSettings:
    """The town's own settings."""
    return portal_state(db.session()).settings(PORTAL_SCOPE, PortalSettings)


def _portal(config: Config, registry: Registry, actor: Actor) -> dict[str, Any]:
    """The frame of a page; no query of its own but the portal's state."""
    state = portal_state(db.session())
    settings = state.settings(PORTAL_SCOPE, PortalSettings)
    on = [module for module in registry.modules.values() if module.name in state.modules_on]
    menu = [NavEntry("pages.processes", _("Participate"), 10), NavEntry("pages.decided", _("What was decided"), 20)]
    menu += [entry for module in on for entry in module.navigation]
    menu.append(NavEntry("pages.quartiers", _("Quartiers"), 40))
    return {
        "town": settings.town_name,
        "settings": settings,
        "menu": _entries(menu),
        "footer": _entries([_accessibility(state), *FOOTER]),
        "desk_menu": _desk_menu(actor, on) if actor.is_staff else [],
        "languages": _languages(config),
        "locale": current_language(),
        "account_name": actor.name if actor.signed_in else None,
        "is_staff": actor.is_staff,
        "letterbox_url": url_for("letterbox.index") if config.letterbox else None,
        "demonstration": state.settings(DEMONSTRATION_SCOPE, DemonstrationSettings).loaded,
        "theme_css": url_for("themes.css", generation=state.generation),
        "urls": {name: url_for(endpoint) for name, endpoint in URLS.items()},
        "web_fonts": WEB_FONTS,
    }


URLS = {
    "home": "pages.home",
    "sign_in": "people.sign_in",
    "account": "people.account",
    "sign_out": "people.sign_out",
    "desk": "desk.queue",
}


FOOTER = [
    NavEntry("pages.how_it_works", lazy("How it works"), 20),
    NavEntry("pages.open_data", lazy("Open data"), 30),
    NavEntry("pages.privacy", lazy("Privacy"), 40),
    NavEntry("pages.offline", lazy("Take part without the Internet"), 50),
    NavEntry("pages.follow_up", lazy("Follow my file"), 60),
]


def _accessibility(state: PortalState) -> NavEntry:
    """The way to the declaration, whose label is the mention that the law asks for on the home page."""
    known = state.settings(ACCESSIBILITY_SCOPE, AccessibilitySettings)
    return NavEntry("pages.accessibility", MENTIONS[known.state(now().astimezone(current_zone()).date())], 10)


def _entries(entries: list[NavEntry]) -> list[Entry]:
    """Menu entries in order, the present one marked."""
    blueprint = request.blueprint or ""
    return [
        Entry(str(entry.label), url_for(entry.endpoint), _is_current(entry.endpoint, blueprint))
        for entry in sorted(entries, key=lambda entry: entry.order)
    ]


def _is_current(endpoint: str, blueprint: str) -> bool:
    """The page itself, or any page of the same module."""
    return request.endpoint == endpoint or (
        blueprint not in {"pages", "desk"} and endpoint.partition(".")[0] == blueprint
    )


def _desk_menu(actor: Actor, on: list[Any]) -> list[Entry]:
    """The clerks' menu: what this person may open."""
    at = now()
    own = [entry for entry in DESK if _may_open(entry.endpoint, actor, at)]
    return _entries([*own, *(entry for module in on for entry in module.desk_navigation)])


def _may_open(endpoint: str, actor: Actor, at: datetime) -> bool:
    """Whether the page would let the actor in."""
    if endpoint == "desk.queue" and actor.only_reads:
        return False
    return endpoint not in OPENED_BY or CORE_POLICY.allows(OPENED_BY[endpoint], actor, None, at)


OPENED_BY = {
    "counter.start": "counter:enter",
    "desk.questions": "comment:answer",
    "desk.people": "people:verify",
    "desk.counter_report": "counter:report",
    "desk.journal": "journal:read",
}
"""Pages of the desk that not everyone of the staff may open, with what they ask for."""

DESK = [
    NavEntry("desk.queue", lazy("To do"), 10),
    NavEntry("desk.board", lazy("Board"), 15),
    NavEntry("desk.register", lazy("Register"), 20),
    NavEntry("desk.processes", lazy("Processes"), 30),
    NavEntry("desk.questions", lazy("Questions"), 25),
    NavEntry("counter.start", lazy("Counter"), 35),
    NavEntry("desk.people", lazy("People"), 40),
    NavEntry("desk.statistics", lazy("Delays"), 52),
    NavEntry("desk.counter_report", lazy("Counter report"), 55),
    NavEntry("desk.journal", lazy("Journal"), 60),
    NavEntry("desk.settings", lazy("Settings"), 70),
]


def _languages(config: Config) -> list[Entry]:
    """The same page in each language."""
    script = request.environ.get("SCRIPT_NAME", "")
    present = request.environ.get(LANGUAGE_KEY)
    base = script.removesuffix(f"/{present}") if present else script
    found = []
    for code in config.languages:
        prefix = base if code == config.default_language else f"{base}/{code}"
        query = f"?{request.query_string.decode('utf-8', 'replace')}" if request.query_string else ""
        found.append(
            Entry(
                LANGUAGE_NAMES.get(code, code), f"{prefix}{request.path}{query}", code == current_language(), code=code
            )
        )
    return found
