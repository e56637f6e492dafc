# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever the journal is given has a name in words: acts as they are written in the source, kinds as they are declared."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import civic
from civic.journal.names import ACTS, FUNCTIONS, KINDS
from civic.permissions.actor import HELPER, ROLES

ROOT = Path(civic.__file__).parents[1]
WORKFLOW = Path("civic/workflow/engine.py")
"""Writes transitions, which their workflow names."""


@cache
def trees() -> dict[Path, ast.Module]:
    """Every module of the core and of the modules that lie beside it."""
    paths = [*(ROOT / "civic").rglob("*.py"), *(ROOT / "modules").rglob("*.py")]
    return {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in paths}


@cache
def called() -> dict[str, list[tuple[Path, ast.Call, ast.FunctionDef]]]:
    """Every call by the name of what is called, with the function it stands in."""
    found = defaultdict(list)
    for path, tree in trees().items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                        found[node.func.id].append((path, node, function))
    return found


def calls(name: str) -> list[tuple[Path, ast.Call, ast.FunctionDef]]:
    """Every call of a function of that name, with the function it stands in."""
    return called().get(name, [])


def given(name: str, place: int, parameter: str, *, within: Path | None = None) -> Iterator[tuple[str, str]]:
    """What stands at a place of every call of a function, through the helpers that pass it on; each with its file."""
    for path, call, function in calls(name):
        if path == WORKFLOW or within not in (None, path):
            continue
        named = {one.arg: one.value for one in call.keywords}
        value = call.args[place] if len(call.args) > place else named[parameter]
        own = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
        if isinstance(value, ast.Name) and value.id in own:
            only_here = path if function.name.startswith("_") else None
            yield from given(function.name, own.index(value.id), value.id, within=only_here)
        elif isinstance(value, ast.Name):
            yield from ((text, str(path)) for text in assigned(function, value.id))
        else:
            yield from ((text, str(path)) for text in texts(value))


def assigned(function: ast.FunctionDef, name: str) -> Iterator[str]:
    """The texts a name is given in a function."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(name in names(target) for target in node.targets):
            yield from texts(node.value)


def names(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def texts(value: ast.expr) -> list[str]:
    """The texts an expression may be; it must be one that can be read here."""
    if isinstance(value, ast.IfExp):
        return [*texts(value.body), *texts(value.orelse)]
    assert isinstance(value, ast.Constant), ast.dump(value)
    assert isinstance(value.value, str)
    return [value.value]


def test_every_act_that_is_written_has_a_name():
    found = dict(given("record", 2, "act"))
    assert len(found) > 60
    assert {act: path for act, path in found.items() if act not in ACTS} == {}


def test_everyone_who_acts_has_a_name():
    assert {*ROLES, HELPER, "resident", "visitor", "system"} <= FUNCTIONS.keys()


def test_kinds_are_no_resources(app):
    with app.app_context():
        declared = {kind for kind, _resource in app.extensions["civic.registry"].resources()}
    assert not declared & KINDS.keys()
