# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saves each of some thousand applications what the one before it has worked out; tests see no difference."""

import ast
import gc
import gettext
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoints
from pathlib import Path
from types import CodeType
from typing import Any, BinaryIO

import pytest
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.routing.matcher import RulePart

from civic import loader
from civic.themes import gallery
from civic.themes.theme import Theme

TEMPLATE_CACHE = "CIVIC_TEMPLATE_CACHE"
MEMORY = Path("/dev/shm")
ROOM = 3 * 2**30
"""Bytes: some hundred instances and two database servers at most, and the machine's own needs."""
BUILDERS: dict[Any, Callable[..., Any]] = {}
PARTS: dict[Any, tuple[list[RulePart], list[tuple[bool, str]], dict[str, Any]]] = {}
CATALOGUES: dict[Any, dict[str, Any]] = {}
OFFERED: dict[Any, EntryPoints] = {}
THEMES: dict[Any, Theme] = {}
CODES: dict[tuple[str, str, str], CodeType] = {}
STATEMENTS = LRUCache(3000)


def pytest_configure(config: pytest.Config) -> None:
    """Instances of tests are held in memory where there is room; templates are compiled once for all of them."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # where pytest makes the folders of tests
    os.environ[TEMPLATE_CACHE] = str(Path(config.rootpath) / ".pytest_cache" / "templates")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # an application is a large heap of cycles: looked for less often


def _parse_without_collecting(*arguments: object, **options: object) -> ast.AST:
    """`ast.parse` while no garbage is collected: on Python 3.11 a finaliser inside it raises SystemError.

    See python/cpython issue 106905. Werkzeug parses for each route, and tests make hundreds of applications.
    """
    gc.disable()
    try:
        return _parse(*arguments, **options)
    finally:
        gc.enable()


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """The function that builds a rule's addresses takes the rule as its argument: one serves all rules of one form."""
    form = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if form not in BUILDERS:
        BUILDERS[form] = _compile(rule, append_unknown)
    return BUILDERS[form]


def _parse_rule_once(rule: Rule, path: str) -> Iterator[RulePart]:
    """The parts of a rule's path, with what reading it leaves in the rule: its trace, its converters, their names."""
    assert rule.map is not None
    key = (path, *rule.map.converters.items())
    if key not in PARTS:
        before = len(rule._trace)
        parts = list(_parse_rule(rule, path))
        PARTS[key] = (parts, rule._trace[before:], dict(rule._converters))
    else:
        trace, converters = PARTS[key][1:]
        rule._trace.extend(trace)
        rule._converters.update(converters)
        rule.arguments.update(converters)
    yield from PARTS[key][0]


def _read_once(translations: gettext.GNUTranslations, file: BinaryIO) -> None:
    """A compiled catalogue, read from its file as long as that stays the same."""
    state = os.fstat(file.fileno())
    key = (file.name, state.st_mtime_ns, state.st_size)
    if key not in CATALOGUES:
        _read(translations, file)
        CATALOGUES[key] = {name: getattr(translations, name) for name in ("_catalog", "_info", "_charset", "plural")}
    vars(translations).update(CATALOGUES[key])
    translations._catalog = dict(CATALOGUES[key]["_catalog"])  # others are merged into it


def _ask_once(**wanted: str) -> EntryPoints:
    """What the installed packages offer: tests that install one look at it from a process of its own."""
    key = (*sys.path, *wanted.items())
    if key not in OFFERED:
        OFFERED[key] = _ask(**wanted)
    return OFFERED[key]


def _load_theme_once(folder: Path) -> Theme:
    """A theme, read from its files as long as they stay the same."""
    files = sorted(path for path in folder.glob("theme.*") if path.is_file())
    key = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    if key not in THEMES:
        THEMES[key] = _load_theme(folder)
    return THEMES[key]


def _load_code_once(cache: FileSystemBytecodeCache, bucket: Bucket) -> None:
    """A compiled template, read from its file once for each of its sources."""
    key = (cache.directory, bucket.key, bucket.checksum)
    if key not in CODES:
        _load_code(cache, bucket)
    if bucket.code is not None:
        CODES[key] = bucket.code
    bucket.code = CODES.get(key)


def _same_dialect(one: DefaultDialect, other: object) -> bool:
    """Statements are kept by dialect: the same kind, of the same version of the server, writes the same SQL."""
    return type(one) is type(other) and _version(one) == _version(other)


def _version(dialect: Any) -> Any:
    return getattr(dialect, "server_version_info", None)


_parse, ast.parse = ast.parse, _parse_without_collecting
_compile, Rule._compile_builder = Rule._compile_builder, _compile_once
_parse_rule, Rule._parse_rule = Rule._parse_rule, _parse_rule_once
_read, gettext.GNUTranslations._parse = gettext.GNUTranslations._parse, _read_once
_ask, loader.entry_points = loader.entry_points, _ask_once
_load_theme, gallery.load_theme = gallery.load_theme, _load_theme_once
_load_code, FileSystemBytecodeCache.load_bytecode = FileSystemBytecodeCache.load_bytecode, _load_code_once
# What one engine has compiled serves all: a portal has one engine for its life, tests make thousands.
Engine._compiled_cache = property(lambda _engine: STATEMENTS, lambda _engine, _own: None)
DefaultDialect.__eq__, DefaultDialect.__hash__ = _same_dialect, lambda dialect: hash(type(dialect))
