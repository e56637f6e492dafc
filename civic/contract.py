# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks of manifests at start: every declaration, with file, field and remedy."""

import re
from collections.abc import Iterator

from flask import Blueprint

from civic.events.base import CORE_EVENTS
from civic.module import CAPABILITIES, SLOTS, Module, Resource
from civic.settings.declaration import check_class

RESERVED = {"civic", "desk", "api", "static", "account", "processes", "en", "fr", "town"}


class ContractError(Exception):
    """A declaration that cannot work: where it stands, which field, what to do."""

    def __init__(self, source: str, field: str, problem: str) -> None:
        super().__init__(f"{source}: {field} {problem}.")
        self.field = field


def check_module(module: Module, source: str) -> None:
    """Raise ContractError for the first fault of one manifest."""
    for field, problem in _faults(module):
        raise ContractError(source, field, problem)


def check_together(others: dict[str, Module], module: Module, source: str) -> None:
    """Raise ContractError where a module meets another one: same name, overlapping table prefix, unknown event."""
    if module.name in others:
        raise ContractError(source, "name", f"{module.name!r} is taken by another module. Rename one")
    for name in others:
        if name.startswith(f"{module.name}_") or module.name.startswith(f"{name}_"):
            raise ContractError(source, "name", f"and {name!r} begin one another. Rename one")
    known = {event.__name__ for event in CORE_EVENTS} | {e.__name__ for other in others.values() for e in other.events}
    for event in module.events:
        if event.__name__ in known:
            raise ContractError(source, "events", f"{event.__name__} is declared by someone else. Rename it")
    if module.requires - CAPABILITIES:
        raise ContractError(
            source, "requires", f"asks for {sorted(module.requires - CAPABILITIES)}, known: {sorted(CAPABILITIES)}"
        )


def _faults(module: Module) -> Iterator[tuple[str, str]]:
    """Every fault of a manifest: field and problem with its remedy."""
    if not re.fullmatch(r"[a-z][a-z0-9]{2,29}", module.name):
        yield "name", f"{module.name!r} must be one lower-case word of 3 to 30 letters"
    if module.name in RESERVED:
        yield "name", f"{module.name!r} is reserved by the core. Choose another"
    for resource in module.resources:
        yield from _resource_faults(module, resource)
    for suffix, field, blueprint in (
        ("", "public", module.public),
        ("_desk", "desk", module.desk),
        ("_api", "api", module.api),
    ):
        if blueprint is not None:
            yield from _blueprint_faults(module, suffix, field, blueprint)
    for name in ("settings", "phase_settings"):
        settings = getattr(module, name)
        if settings is not None:
            yield from ((name, problem) for problem in check_class(settings))
    for slot in module.slots:
        if slot.slot not in SLOTS:
            yield "slots", f"fills {slot.slot!r}, which no page has. Known: {sorted(SLOTS)}"
    for listener in module.listeners:
        if listener.event not in (*CORE_EVENTS, *module.events):
            yield "listeners", f"listens to {listener.event.__name__}, which nobody declares"
    for policy in module.policies:
        untitled = set(policy.table) ^ set(policy.titles)
        if untitled:
            yield "policies", f"{policy.name}: {sorted(untitled)} stand in the table or in the titles only. Write both"
    for job in module.jobs:
        if job.every_seconds < 1:
            yield "jobs", f"{job.name} runs every {job.every_seconds} s. Write 1 or more"


def _resource_faults(module: Module, resource: Resource) -> Iterator[tuple[str, str]]:
    """Faults of one resource."""
    field = f"resources[{resource.name}]"
    table = getattr(resource.model, "__tablename__", "")
    if not table.startswith(f"{module.name}_"):
        yield field, f"has table {table!r}; its name must begin with {module.name}_"
    if resource.workflow.name != f"{module.name}.{resource.name}":
        yield field, f"has workflow {resource.workflow.name!r}; name it {module.name}.{resource.name}"
    unknown = resource.capabilities - CAPABILITIES
    if unknown:
        yield field, f"switches on {sorted(unknown)}. Known capabilities: {sorted(CAPABILITIES)}"
    for transition in resource.workflow.transitions:
        if transition.by not in resource.policy.table:
            yield (
                field,
                f"transition {transition.name} needs permission {transition.by!r}, which its policy does not know",
            )
    untitled = set(resource.policy.table) ^ set(resource.policy.titles)
    if untitled:
        yield field, f"permissions {sorted(untitled)} stand in the table or in the titles only. Write both"


def _blueprint_faults(module: Module, suffix: str, field: str, blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    """Faults of one blueprint: name and address follow the module's name, so that its code is found from its address."""
    if blueprint.name != f"{module.name}{suffix}":
        yield field, f"is a blueprint named {blueprint.name!r}; name it {module.name}{suffix}"
    prefix = {"": f"/{module.name}", "_desk": f"/desk/{module.name}", "_api": f"/api/{module.name}"}[suffix]
    if blueprint.url_prefix != prefix:
        yield field, f"has url_prefix {blueprint.url_prefix!r}; write {prefix}"
