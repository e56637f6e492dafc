# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks of manifests at start: every declaration, with file, field and remedy."""

from collections.abc import Iterable, Mapping

from civic.events.base import CORE_EVENTS
from civic.faults import every_fault
from civic.module import CAPABILITIES, Module


class ContractError(Exception):
    """A declaration that cannot work: where it stands, which field, what to do."""

    def __init__(self, source: str, field: str, problem: str) -> None:
        super().__init__(f"{source}: {field} {problem}.")
        self.field = field


def check_module(module: Module, source: str) -> None:
    """Raise ContractError for the first fault of one manifest."""
    for field, problem in every_fault(module):
        raise ContractError(source, field, problem)


def check_together(others: Mapping[str, Module], module: Module, source: str) -> None:
    """Raise ContractError where a module meets another one: same name, overlapping table prefix, event, capability."""
    if module.name in others:
        raise ContractError(source, "name", f"{module.name!r} is taken by another module. Rename one")
    known = {event.__name__ for event in CORE_EVENTS} | {e.__name__ for other in others.values() for e in other.events}
    for event in module.events:
        if event.__name__ in known:
            raise ContractError(source, "events", f"{event.__name__} is declared by someone else. Rename it")
    files = {dataset.name: name for name, other in others.items() for dataset in other.datasets}
    for dataset in module.datasets:
        if dataset.name in files:
            raise ContractError(
                source,
                f"datasets[{dataset.name}]",
                f"has the file name of a data set of {files[dataset.name]}. Rename one",
            )
    if module.requires - CAPABILITIES:
        raise ContractError(
            source, "requires", f"asks for {sorted(module.requires - CAPABILITIES)}, known: {sorted(CAPABILITIES)}"
        )


def check_links(modules: Iterable[Module], module: Module, source: str) -> None:
    """Raise ContractError for a link to a kind that no module has, unless it is marked optional."""
    kinds = {f"{one.name}.{resource.name}" for one in modules for resource in one.resources}
    for link in module.links:
        if link.target not in kinds and not link.optional:
            raise ContractError(
                source,
                f"links[{link.relation}]",
                f"leads to {link.target!r}, which no module has. Correct it, or write optional=True",
            )
