# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds module manifests in `modules/` and by the entry-point group `civic.modules`; refuses what cannot work."""

import importlib
import inspect
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType

from civic.contract import ContractError, check_module, check_together
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
        check_module(module, str(path))
        check_together(modules, module, str(path))
        modules[module.name] = module
    set_aside = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            module = _third_party(entry)
            check_module(module, _source(entry))
            check_together(modules, module, _source(entry))
        except Exception as error:
            set_aside.append(SetAside(entry.name, _source(entry), f"{type(error).__name__}: {error}"))
        else:
            modules[module.name] = module
    return Registry(MappingProxyType(dict(sorted(modules.items()))), core, tuple(set_aside))


def _first_party(path: Path) -> Module:
    """The manifest of a folder of `modules/`."""
    module = importlib.import_module(f"modules.{path.parent.name}.module")
    manifest = getattr(module, "module", None)
    if not isinstance(manifest, Module):
        raise ContractError(str(path), "module", "is not a Module. Write: module = Module(name=…, …)")
    return replace(manifest, folder=path.parent)


def _third_party(entry: EntryPoint) -> Module:
    """The manifest an installed package offers."""
    manifest = entry.load()
    if not isinstance(manifest, Module):
        raise ContractError(_source(entry), entry.value, "is not a Module. The entry point must name the manifest")
    return replace(manifest, folder=Path(inspect.getfile(importlib.import_module(entry.module))).parent)


def _source(entry: EntryPoint) -> str:
    """Package and version, for the person who must act."""
    dist = entry.dist
    return f"{dist.name} {dist.version}" if dist is not None else entry.value
