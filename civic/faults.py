# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong in one manifest, field by field; each fault says what to write instead."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import click
from flask import Blueprint

from civic.events.base import CORE_EVENTS, Event
from civic.faults_pages import page_faults
from civic.faults_tables import table_faults
from civic.module import (
    CAPABILITIES,
    SLOTS,
    CounterEntry,
    Dataset,
    Figure,
    Job,
    LinkType,
    Listener,
    Module,
    NavEntry,
    Resource,
    Slot,
    Verb,
)
from civic.permissions.policy import Policy
from civic.settings.declaration import bounds_of, check_class

RESERVED = {"civic", "desk", "api", "static", "account", "processes", "en", "fr", "town"}
Fault = tuple[str, str]

_TUPLES: dict[str, type] = {
    "resources": Resource,
    "policies": Policy,
    "verbs": Verb,
    "events": type,
    "listeners": Listener,
    "links": LinkType,
    "counter": CounterEntry,
    "navigation": NavEntry,
    "desk_navigation": NavEntry,
    "slots": Slot,
    "figures": Figure,
    "datasets": Dataset,
    "jobs": Job,
    "commands": click.Command,
}
_NAMED = ("resources", "verbs", "figures", "datasets", "jobs", "commands", "counter")


def every_fault(module: Module) -> Iterator[Fault]:
    """Every fault of a manifest: field and problem with its remedy. Shapes come first: the rest relies on them."""
    shapes = list(_shape_faults(module))
    if shapes:
        yield from shapes
        return
    yield from _name_faults(module)
    for resource in module.resources:
        yield from _resource_faults(module, resource)
    for policy in module.policies:
        yield from _policy_faults("policies", policy)
    for name in ("settings", "phase_settings"):
        settings = getattr(module, name)
        if settings is not None:
            yield from ((name, problem) for problem in check_class(settings))
    yield from _phase_faults(module)
    yield from _fact_faults(module)
    yield from _outer_faults(module)
    yield from page_faults(module)
    yield from table_faults(module)


def _shape_faults(module: Module) -> Iterator[Fault]:
    """Fields that do not hold what their type says."""
    for name in ("name", "version", "icon"):
        if not isinstance(getattr(module, name), str):
            yield name, "must be a text between quotes"
    for name, kind in _TUPLES.items():
        values = getattr(module, name)
        if not isinstance(values, tuple) or not all(isinstance(value, kind) for value in values):
            yield name, f"must be a tuple of {kind.__name__}. With one element, write (element,)"
    for name in ("public", "desk", "api"):
        if not isinstance(getattr(module, name), Blueprint | None):
            yield name, "must be a Flask Blueprint"
    for name in ("settings", "phase_settings"):
        settings = getattr(module, name)
        if settings is not None and not (isinstance(settings, type) and is_dataclass(settings)):
            yield name, "must be a frozen dataclass whose fields are declared with setting()"
    for name in ("seeds", "on_start"):
        if getattr(module, name) is not None and not callable(getattr(module, name)):
            yield name, "must be a function"


def _name_faults(module: Module) -> Iterator[Fault]:
    """The module's name, and names that stand twice in one field."""
    if not re.fullmatch(r"[a-z][a-z0-9]{2,29}", module.name):
        yield "name", f"{module.name!r} must be one lower-case word of 3 to 30 letters"
    if module.name in RESERVED:
        yield "name", f"{module.name!r} is reserved by the core. Choose another"
    for name in ("title", "summary", "version"):
        if not str(getattr(module, name)).strip():
            yield name, "is empty. Write it"
    for field in _NAMED:
        for twice in _doubled(value.name for value in getattr(module, field)):
            yield field, f"declares {twice!r} twice. Rename one"


def _doubled(names: Iterable[Any]) -> list[Any]:
    """Names that come more than once."""
    names = list(names)
    return sorted({name for name in names if names.count(name) > 1})


def _resource_faults(module: Module, resource: Resource) -> Iterator[Fault]:
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
    if "attachments" in resource.capabilities and f"{resource.name}:view" not in resource.policy.table:
        yield field, f"switches on attachments: who sees a file? Write {resource.name}:view in its policy"
    if "search" in resource.capabilities and resource.text is None:
        yield field, "switches on search and gives no words. Write text=, a function (session, item) -> str"
    for transition in resource.workflow.transitions:
        if transition.by not in resource.policy.table:
            yield (
                field,
                f"transition {transition.name} needs permission {transition.by!r}, which its policy does not know",
            )
    yield from _policy_faults(field, resource.policy)


def _policy_faults(field: str, policy: Policy) -> Iterator[Fault]:
    """A table of permissions that is not whole."""
    untitled = set(policy.table) ^ set(policy.titles)
    if untitled:
        yield field, f"{policy.name}: {sorted(untitled)} stand in the table or in the titles only. Write both"
    for action, rule in policy.table.items():
        if not rule or not all(rule):
            yield field, f"{policy.name}: {action} has no alternative, or an empty one. Name at least one predicate"


def _phase_faults(module: Module) -> Iterator[Fault]:
    """What a phase may set otherwise: settings of the module, each about an act that phases open."""
    if module.phase_settings is None:
        return
    known = {one.name for one in fields(module.settings)} if module.settings is not None else set()
    verbs = {verb.name for verb in module.verbs}
    for one in fields(module.phase_settings):
        if one.name not in known:
            yield "phase_settings", f"{one.name} is no field of settings: what holds outside phases is written there"
        elif "bounds" in one.metadata and bounds_of(one).verb not in verbs:
            yield "phase_settings", f"{one.name} needs setting(…, verb=…), one of the module's verbs: {sorted(verbs)}"


def _fact_faults(module: Module) -> Iterator[Fault]:
    """Events announced and heard, periodic work."""
    for event in module.events:
        if Event not in event.__mro__ or not is_dataclass(event):
            yield "events", f"{event.__name__} must be a frozen dataclass that inherits Event"
    for listener in module.listeners:
        if listener.event not in (*CORE_EVENTS, *module.events):
            yield "listeners", f"listens to {listener.event.__name__}, which nobody declares"
    for event, name in _doubled((one.event.__name__, one.react.__name__) for one in module.listeners):
        yield "listeners", f"has two functions named {name!r} for {event}. Rename one: messages are kept by that name"
    for job in module.jobs:
        if job.every_seconds < 1:
            yield "jobs", f"{job.name} runs every {job.every_seconds} s. Write 1 or more"


def _outer_faults(module: Module) -> Iterator[Fault]:
    """What others see of the module: links, figures, data, the escape hatch."""
    own = {f"{module.name}.{resource.name}" for resource in module.resources}
    for link in module.links:
        if link.source not in own:
            yield f"links[{link.relation}]", f"starts from {link.source!r}; it must be one of {sorted(own)}"
    for entry in module.counter:
        if f"{module.name}.{entry.name}" not in own:
            yield f"counter[{entry.name}]", f"begins no resource of the module; it must be one of {sorted(own)}"
    for figure in module.figures:
        if not str(figure.definition).strip():
            yield f"figures[{figure.name}]", "has no definition. Say what is counted, and since when"
    for dataset in module.datasets:
        if not dataset.columns:
            yield f"datasets[{dataset.name}]", "has no columns. Name each with its meaning"
    for slot in module.slots:
        if slot.slot not in SLOTS:
            yield "slots", f"fills {slot.slot!r}, which no page has. Known: {sorted(SLOTS)}"
    if module.first_party and module.on_start is not None:
        yield "on_start", "is an escape hatch for third parties. Declare what you need in the manifest"
