# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing a new module from the files of `scaffold/`: it passes the contract suite at once."""

import re
from pathlib import Path
from string import Template

SCAFFOLD = Path(__file__).parent / "scaffold"


class CannotWrite(Exception):
    """The module cannot be written; the message says why and what to do."""


def write_first_party(name: str, checkout: Path, title: str) -> list[Path]:
    """A module of the checkout: `modules/<name>`, its tests and its French. Gives the files written."""
    _refuse(name, checkout / "modules" / name, checkout / "tests" / "modules" / name)
    if not (checkout / "modules").is_dir():
        raise CannotWrite(f"{checkout} holds no modules/ folder. Run this in a checkout, or write --package FOLDER")
    values = {"name": name, "title": title}
    return [
        *_copy(SCAFFOLD / "module", checkout / "modules" / name, values),
        *_copy(SCAFFOLD / "tests", checkout / "tests" / "modules" / name, values),
        _write(SCAFFOLD / "fr.po.tmpl", checkout / "translations" / "fr" / "LC_MESSAGES" / f"{name}.po", values),
    ]


def write_package(name: str, folder: Path, title: str) -> list[Path]:
    """A package of its own, to be installed with pip: it needs nothing of this repository. Gives the files written."""
    root = folder / f"civic_{name}"
    _refuse(name, root)
    package = root / f"civic_{name}"
    values = {"name": name, "title": title}
    po = package / "translations" / "fr" / "LC_MESSAGES" / f"{name}.po"
    return [
        *_copy(SCAFFOLD / "package", root, values),
        *_copy(SCAFFOLD / "module", package, values),
        *_copy(SCAFFOLD / "tests", root / "tests", values),
        _write(SCAFFOLD / "module" / "README.md.tmpl", root / "README.md", values),
        _write(SCAFFOLD / "fr.po.tmpl", po, values),
    ]


def _refuse(name: str, *folders: Path) -> None:
    """Raise CannotWrite for a name the contract refuses, or where something stands already."""
    if not re.fullmatch(r"[a-z][a-z0-9]{2,29}", name):
        raise CannotWrite(f"{name!r} must be one lower-case word of 3 to 30 letters")
    for folder in folders:
        if folder.exists():
            raise CannotWrite(f"{folder} exists already. Choose another name, or remove it")


def _copy(source: Path, target: Path, values: dict[str, str]) -> list[Path]:
    """Every template of a folder, NAME in paths replaced."""
    written = []
    for path in sorted(source.rglob("*.tmpl")):
        relative = path.relative_to(source).as_posix().replace("NAME", values["name"]).removesuffix(".tmpl")
        written.append(_write(path, target / relative, values))
    return written


def _write(source: Path, target: Path, values: dict[str, str]) -> Path:
    """One file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(source.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
    return target
