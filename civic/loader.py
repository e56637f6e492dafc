# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds module manifests in `modules/` and by the entry-point group `civic.modules`; refuses what cannot work."""

import importlib
import sys
import traceback
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType

from sqlalchemy.orm import configure_mappers

from civic.contract import ContractError, check_links, check_module, check_together
from civic.faults_tables import forget_tables
from civic.module import Module
from civic.registry import Registry, SetAside

FIRST_PARTY = Path(__file__).resolve().parents[1] / "modules"
GROUP = "civic.modules"


def discover(core: Module, folder: Path = FIRST_PARTY) -> Registry:
    """Load every manifest.

    A first-party fault raises ContractError (file, field, remedy) and stops the start; a faulty third-party module is
    set aside by name.
    """
    modules: dict[str, Module] = {}
    for path in sorted(folder.glob("*/module.py")):
        module = _first_party(path)
        _check(modules, module)
    configure_mappers()
    set_aside = [problem for entry in _entries() if (problem := _third_party(modules, entry)) is not None]
    set_aside += _unlinked(modules, core)
    return Registry(MappingProxyType(dict(sorted(modules.items()))), core, tuple(set_aside))


def _check(modules: dict[str, Module], module: Module) -> None:
    """Add a manifest that can work; raise ContractError for one that cannot."""
    check_module(module, module.source)
    check_together(modules, module, module.source)
    modules[module.name] = module


def _first_party(path: Path) -> Module:
    """The manifest of a folder of `modules/`. Whatever its import raises is said with the line that raised it."""
    package = f"{path.parents[1].name}.{path.parent.name}"
    try:
        found = getattr(importlib.import_module(f"{package}.module"), "module", None)
    except Exception as error:
        raise ContractError(
            str(path), "import", f"fails with {type(error).__name__}: {error}. Correct {_where(error, path.parent)}"
        ) from error
    if not isinstance(found, Module):
        raise ContractError(str(path), "module", "is not a Module. Write: module = Module(name=…, …)")
    if found.name != path.parent.name:
        raise ContractError(
            str(path), "name", f"is {found.name!r}; its folder says {path.parent.name!r}. Write the same"
        )
    return replace(found, folder=path.parent, package=package, source=str(path), first_party=True)


def _where(error: Exception, folder: Path) -> str:
    """The last line of the module's own code before the error."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    lines = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(folder)
    ]
    return f"{lines[-1].filename}:{lines[-1].lineno}" if lines else str(folder / "module.py")


def _entries() -> Iterable[EntryPoint]:
    """What installed packages offer, in a fixed order."""
    return sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))


def _third_party(modules: dict[str, Module], entry: EntryPoint) -> SetAside | None:
    """Add the manifest an installed package offers, or say why it is left out."""
    package = entry.module.rpartition(".")[0]
    source = f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value
    if not package or package.partition(".")[0] in {__package__, FIRST_PARTY.name}:
        fault = f"{entry.value} does not stand in a package of its own. Name one, as civic_parking.module:module"
        return SetAside(entry.name, source, f"entry point {fault}")
    try:
        module = _offered(entry, package, source)
        configure_mappers()
        _check(modules, module)
    except (Exception, SystemExit) as error:
        return _left_out(entry.name, package, source, error)
    return None


def _offered(entry: EntryPoint, package: str, source: str) -> Module:
    """The manifest behind an entry point."""
    found = entry.load()
    if not isinstance(found, Module):
        raise ContractError(source, entry.value, "is not a Module. The entry point must name the manifest")
    if found.name != entry.name:
        raise ContractError(source, "name", f"is {found.name!r}; its entry point says {entry.name!r}. Write the same")
    folder = Path(str(sys.modules[entry.module].__file__)).parent
    return replace(found, folder=folder, package=package, source=source)


def _left_out(name: str, package: str, source: str, error: BaseException) -> SetAside:
    """What is said of a faulty package, of which no trace stays."""
    forget(package)
    said = (
        str(error)
        if isinstance(error, ContractError)
        else f"{source}: import fails with {type(error).__name__}: {error}"
    )
    return SetAside(name, source, said)


def forget(package: str) -> None:
    """Take every trace of a package out of this process, so that the rest runs as if it were not installed."""
    forget_tables(package)
    for loaded in [key for key in sys.modules if key == package or key.startswith(f"{package}.")]:
        del sys.modules[loaded]


def _unlinked(modules: dict[str, Module], core: Module) -> list[SetAside]:
    """Check links once every module is known; raises ContractError for ours, leaves the others out."""
    problems = []
    for module in list(modules.values()):
        try:
            check_links((core, *modules.values()), module, module.source)
        except ContractError as error:
            if module.first_party:
                raise
            del modules[module.name]
            problems.append(_left_out(module.name, module.package, module.source, error))
    return problems
