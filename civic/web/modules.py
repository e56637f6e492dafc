# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blueprints of modules: registered once at start, answered with an explanation while their module is off."""

from flask import Flask, render_template, request

from civic.db.session import db
from civic.registry import Registry
from civic.settings.store import portal_state


def register_modules(app: Flask, registry: Registry) -> None:
    """Register every module's pages, and hide those of modules that are off."""
    owners: dict[str, str] = {}
    for module in registry.modules.values():
        for blueprint in (module.public, module.desk, module.api):
            if blueprint is not None:
                app.register_blueprint(blueprint)
                owners[blueprint.name] = module.name
        if module.on_start is not None:
            module.on_start(app)

    @app.before_request
    def _off() -> tuple[str, int] | None:
        owner = owners.get(request.blueprint or "")
        if owner is None or owner in portal_state(db.session()).modules_on:
            return None
        return render_template("errors/module_off.html", module=registry.modules[owner]), 404
