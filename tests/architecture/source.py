# SPDX-License-Identifier: AGPL-3.0-or-later
"""The product's Python files, read once as syntax trees."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("civic", "modules")
ALL = ("civic", "modules", "tools", "tests", "bench")


@dataclass(frozen=True)
class Source:
    """One file: its path from the root, its text, its tree."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What Python makes of it."""
        return ast.parse(self.text, self.path)

    @cached_property
    def imports(self) -> list[tuple[ast.stmt, str]]:
        """Each import statement with the absolute or relative name it brings in."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                name = "." * node.level + (node.module or "")
                found += [
                    (node, f"{name}.{alias.name}" if name.strip(".") else name + alias.name) for alias in node.names
                ]
        return found


@cache
def _folder(name: str) -> list[Source]:
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / name).rglob("*.py"))
    ]


def sources(folders: tuple[str, ...] = PRODUCT) -> list[Source]:
    """Every Python file of these folders."""
    found = [source for folder in folders for source in _folder(folder)]
    assert folders != PRODUCT or found, "no source file was found: the tests would prove nothing"
    return found
