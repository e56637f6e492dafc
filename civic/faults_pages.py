# SPDX-License-Identifier: AGPL-3.0-or-later
"""Faults of a module's pages: blueprints are registered on an application of their own, so that a broken one breaks nothing."""

from collections.abc import Iterator, Mapping

from flask import Blueprint, Flask
from werkzeug.routing import Rule

from civic.module import Module

PREFIXES = {"public": ("", "/{}"), "desk": ("_desk", "/desk/{}"), "api": ("_api", "/api/{}")}
"""For each field: what follows the module's name in the blueprint's, and where its pages stand."""


def page_faults(module: Module) -> Iterator[tuple[str, str]]:
    """Faults of blueprints, then of what names their endpoints and templates."""
    routes: dict[str, list[Rule]] = {}
    for field, (suffix, prefix) in PREFIXES.items():
        blueprint = getattr(module, field)
        if blueprint is not None:
            faults = list(_blueprint_faults(module, field, suffix, prefix.format(module.name), blueprint, routes))
            yield from faults
            if faults:
                return
    yield from _menu_faults(module, routes)
    yield from _template_faults(module)


def _blueprint_faults(
    module: Module, field: str, suffix: str, prefix: str, blueprint: Blueprint, routes: dict[str, list[Rule]]
) -> Iterator[tuple[str, str]]:
    """Name and address follow the module's name, so that its code is found from its address; `routes` is filled."""
    if blueprint.name != f"{module.name}{suffix}":
        yield field, f"is a blueprint named {blueprint.name!r}; name it {module.name}{suffix}"
    if blueprint.url_prefix != prefix:
        yield field, f"has url_prefix {blueprint.url_prefix!r}; write {prefix}"
    trial = Flask("civic", static_folder=None)
    try:
        trial.register_blueprint(blueprint)
    except Exception as error:
        yield field, f"cannot be registered ({type(error).__name__}: {error})"
        return
    for rule in trial.url_map.iter_rules():
        routes.setdefault(rule.endpoint, []).append(rule)
        if rule.rule != prefix and not rule.rule.startswith(f"{prefix}/"):
            yield field, f"serves {rule.rule}, outside {prefix}. Move the route under its prefix"


def _menu_faults(module: Module, routes: Mapping[str, list[Rule]]) -> Iterator[tuple[str, str]]:
    """Menus lead to pages of the module that need no argument; a resource's page is found by its number."""
    for field in ("navigation", "desk_navigation"):
        for entry in getattr(module, field):
            if entry.endpoint not in routes:
                yield field, f"names {entry.endpoint!r}, which is no page of the module. Known: {sorted(routes)}"
            elif all(_needs(rule) for rule in routes[entry.endpoint]):
                yield field, f"names {entry.endpoint!r}, whose address needs an argument. Name a page without"
    for resource in module.resources:
        field = f"resources[{resource.name}].endpoint"
        if resource.endpoint not in routes:
            yield field, f"is {resource.endpoint!r}, which is no page of the module. Known: {sorted(routes)}"
        elif not any(_needs(rule) == {"number"} for rule in routes[resource.endpoint]):
            yield (
                field,
                f"is {resource.endpoint!r}, which is not found by number alone. Write <int:number> in its address",
            )


def _needs(rule: Rule) -> set[str]:
    """Arguments an address cannot do without."""
    return set(rule.arguments) - set(rule.defaults or ())


def _template_faults(module: Module) -> Iterator[tuple[str, str]]:
    """Templates stand under the module's name, so that none hides another's."""
    folder = module.folder / "templates"
    for slot in module.slots:
        if not (folder / slot.template).is_file():
            yield "slots", f"draws {slot.template!r}, which does not exist. Write {folder / slot.template}"
    for entry in module.counter:
        for template in (entry.template, *(change.template for change in entry.changes)):
            if template and not (folder / template).is_file():
                yield "counter", f"draws {template!r}, which does not exist. Write {folder / template}"
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith((f"{module.name}/", f"mail/{module.name}_")):
            yield (
                "templates",
                f"holds {name}; move it to templates/{module.name}/ (a mail: templates/mail/{module.name}_….txt)",
            )
