# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blueprints of modules: registered once at start, answered with an explanation while their module is off."""

import logging

from flask import Flask, render_template, request

from civic.contract import ContractError
from civic.db.session import db
from civic.module import Module
from civic.registry import EXTENSION, Registry, current_registry, init_registry
from civic.settings.store import portal_state
from civic.web.actors import current_actor

logger = logging.getLogger(__name__)


def register_modules(app: Flask, registry: Registry) -> None:
    """Register every module's pages, and hide those of modules that are off or set aside.

    A third-party module that cannot be registered is set aside by name; one of ours stops the start.
    """
    owners: dict[str, Module] = {}
    for module in registry.modules.values():
        try:
            _register(app, module)
        except Exception as error:
            if module.first_party:
                raise
            logger.exception("module %s cannot be registered", module.name)
            init_registry(
                app, app.extensions[EXTENSION].without(module.name, f"{module.source}: {type(error).__name__}: {error}")
            )
        for blueprint in (module.public, module.desk, module.api):
            if blueprint is not None:
                owners[blueprint.name] = module

    @app.before_request
    def _off() -> tuple[str, int] | None:
        owner = owners.get((request.blueprint or "").partition(".")[0])
        current_actor()  # who asks and which generation come in one query
        if request.method not in {"GET", "HEAD"}:
            portal_state(db.session())  # worked out before the write, where nothing may be kept
        if owner is None or _is_on(owner):
            return None
        return render_template("errors/module_off.html", module=owner), 404


def _register(app: Flask, module: Module) -> None:
    """The module's blueprints, then its escape hatch. Raises ContractError when a menu leads nowhere."""
    for blueprint in (module.public, module.desk, module.api):
        if blueprint is not None:
            app.register_blueprint(blueprint)
    entries = [entry.endpoint for entry in (*module.navigation, *module.desk_navigation)]
    for endpoint in (*entries, *(resource.endpoint for resource in module.resources)):
        if endpoint not in app.view_functions:
            raise ContractError(
                module.source, "navigation", f"leads to {endpoint!r}, which no blueprint has. Correct it"
            )
    if module.on_start is not None:
        module.on_start(app)


def _is_on(module: Module) -> bool:
    """Whether the town switched it on, and it can run."""
    return module.name in current_registry().modules and module.name in portal_state(db.session()).modules_on
