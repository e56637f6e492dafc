# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saves each of some thousand applications what the one before it has worked out; tests see no difference."""

import ast
import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Rule

TEMPLATE_CACHE = "CIVIC_TEMPLATE_CACHE"
MEMORY = Path("/dev/shm")
ROOM = 3 * 2**30
"""Bytes: some hundred instances and two database servers at most, and the machine's own needs."""
BUILDERS: dict[Any, Callable[..., Any]] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Instances of tests are held in memory where there is room; templates are compiled once for all of them."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # where pytest makes the folders of tests
    os.environ[TEMPLATE_CACHE] = str(Path(config.rootpath) / ".pytest_cache" / "templates")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look at it again."""
    gc.collect()
    gc.freeze()


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


_parse, ast.parse = ast.parse, _parse_without_collecting
_compile, Rule._compile_builder = Rule._compile_builder, _compile_once
