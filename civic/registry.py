# SPDX-License-Identifier: AGPL-3.0-or-later
"""The registry: which modules exist, checked at start, then frozen. What is on or off is data (settings.store)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from flask import Flask, current_app

from civic.db.lineage import CORE, Lineage
from civic.events.base import CORE_EVENTS, Event
from civic.module import Module, Resource

EXTENSION = "civic.registry"


@dataclass(frozen=True)
class SetAside:
    """A third-party module that cannot run: named, explained, left out; the portal runs."""

    name: str
    source: str
    problem: str


@dataclass(frozen=True)
class Registry:
    """All modules by name, the core's own resources under `civic`."""

    modules: MappingProxyType[str, Module]
    core: Module
    set_aside: tuple[SetAside, ...] = ()

    def __iter__(self) -> Iterator[Module]:
        """The core, then the modules by name."""
        yield self.core
        yield from self.modules.values()

    def resource(self, kind: str) -> Resource | None:
        """What the kind is; None when its module is absent (show a neutral card)."""
        module, _, name = kind.partition(".")
        owner = self.core if module == self.core.name else self.modules.get(module)
        return next((resource for resource in owner.resources if resource.name == name), None) if owner else None

    def resources(self) -> Iterator[tuple[str, Resource]]:
        """Every resource with its kind."""
        for module in self:
            for resource in module.resources:
                yield f"{module.name}.{resource.name}", resource

    def events(self) -> dict[str, type[Event]]:
        """Every event by the name it travels under."""
        own = [event for module in self for event in module.events]
        return {event.__name__: event for event in (*CORE_EVENTS, *own)}

    def without(self, name: str, problem: str) -> "Registry":
        """The registry with one third-party module set aside: it cannot run after all."""
        left = MappingProxyType({key: module for key, module in self.modules.items() if key != name})
        return replace(
            self, modules=left, set_aside=(*self.set_aside, SetAside(name, self.modules[name].source, problem))
        )

    def lineages(self) -> list[Lineage]:
        """Core first, then every installed module that has migrations, on or off."""
        modules = [
            Lineage(module.name, module.folder / "migrations")
            for module in self.modules.values()
            if (module.folder / "migrations").is_dir()
        ]
        return [CORE, *modules]


def current_registry() -> Registry:
    """The registry of the running application."""
    registry: Registry = current_app.extensions[EXTENSION]
    return registry


def init_registry(app: Flask, registry: Registry) -> None:
    """Make it the application's."""
    app.extensions[EXTENSION] = registry
