# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules of the source that ruff cannot say. Each lists every fault, so that one run shows all."""

import ast
import re

import pytest

from tests.architecture.source import ALL, PRODUCT, Source, sources

FIRST_PARTY = ("civic", "modules", "tests", "tools", "bench", "themes")
COMMIT_PLACE = "civic/db/session.py"
REQUEST_NAMES = {"request", "session", "g", "current_user"}
FACES = re.compile(
    r"civic/(web|pages|account|desk|api)/.*|civic/\w+/(views|forms)[/.].*|modules/\w+/(views|forms|api)[/.].*"
)
AROUND_REQUESTS = {
    "civic/settings/store.py": {"g"},  # reads the generation number once per request
    "civic/i18n/setup.py": {"request"},  # chooses the language from the address
    "civic/themes/web.py": {"request"},  # serves the theme's files
}
"""Plumbing that stands around requests, file by file: a service is never added here."""
FILE_LIMIT, FUNCTION_LIMIT, TEST_LIMIT, CONFTEST_LIMIT = 500, 50, 600, 150
FILE_WISHED, FUNCTION_WISHED = 300, 25
EXEMPT_FROM_SIZE = re.compile(r".*/migrations/versions/.*")  # generated: as long as the tables are many


def functions(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def is_first_party(name: str) -> bool:
    return name.startswith(".") or name.split(".")[0] in FIRST_PARTY


def test_no_first_party_import_hides_in_a_function():
    faults = set()
    for source in sources():
        for function in functions(source):
            inside = {id(node) for node in ast.walk(function)}
            faults |= {
                f"{source.path}:{node.lineno}: {name} is imported inside {function.name}()"
                for node, name in source.imports
                if id(node) in inside and is_first_party(name)
            }
    assert not faults, "\n".join(sorted(faults))


def test_only_one_place_commits():
    faults = [
        f"{source.path}:{node.lineno}: commit() belongs in {COMMIT_PLACE}"
        for source in sources()
        if source.path != COMMIT_PLACE
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not faults, "\n".join(faults)


def test_the_place_that_commits_exists():
    [place] = [source for source in sources() if source.path == COMMIT_PLACE]
    assert "session.commit()" in place.text


def test_only_faces_read_the_request():
    faults = []
    for source in sources():
        if FACES.fullmatch(source.path):
            continue
        for node, name in source.imports:
            package, _, imported = name.rpartition(".")
            allowed = AROUND_REQUESTS.get(source.path, set())
            if package in {"flask", "flask_login"} and imported in REQUEST_NAMES - allowed:
                faults.append(
                    f"{source.path}:{node.lineno}: {imported} belongs in views, forms and the faces; pass what is needed"
                )
    assert not faults, "\n".join(faults)


def names_in(source: Source) -> list[tuple[int, str]]:
    """Texts that look like a key (`proposals`, `proposals.show`), with their line."""
    texts = [node for node in ast.walk(source.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [(node.lineno, node.value) for node in texts if re.fullmatch(r"[\w.]+", node.value)]


def test_the_core_never_names_a_module():
    modules = {source.path.split("/")[1] for source in sources(("modules",)) if source.path.count("/") > 1}
    assert modules, "no module was found: the test would prove nothing"
    faults = []
    for source in sources(("civic",)):
        imported = [(node.lineno, name) for node, name in source.imports]
        outside = [(line, name) for line, name in imported if name.split(".")[0] in set(FIRST_PARTY) - {"civic"}]
        named = [(line, name) for line, name in names_in(source) if name.split(".")[0] in modules]
        faults += [f"{source.path}:{line}: the core names {name!r}" for line, name in outside + named]
    assert not faults, "\n".join(faults)


def test_modules_never_import_one_another():
    faults = []
    for source in sources():
        parts = source.path.split("/")
        if parts[0] != "modules" or len(parts) < 3:
            continue
        for node, name in source.imports:
            if name.startswith("modules."):
                faults.append(
                    f"{source.path}:{node.lineno}: inside a module imports are relative, and never of a sibling ({name})"
                )
    assert not faults, "\n".join(faults)


def test_imports_stand_at_the_top_and_name_what_they_take():
    faults = []
    for source in sources():
        for node, name in source.imports:
            if name.endswith(".*"):
                faults.append(f"{source.path}:{node.lineno}: star import")
            if name.startswith("..") and not source.path.startswith("modules/"):
                faults.append(f"{source.path}:{node.lineno}: parent-relative import")
    assert not faults, "\n".join(faults)


def test_every_file_names_its_licence_first():
    faults = [
        source.path
        for source in sources(ALL)
        if source.text.strip() and not source.text.startswith("# SPDX-License-Identifier: AGPL-3.0-or-later\n")
    ]
    assert not faults, "\n".join(faults)


def test_silenced_checks_name_the_check_and_the_reason():
    faults = []
    good = {
        "noqa": re.compile(r"# noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)* +(?:-|#|—) *\S"),
        "type: ignore": re.compile(r"# type: ignore\[[\w-]+(?:, ?[\w-]+)*\] +# *\S"),
    }
    for source in sources(("civic", "modules", "tools", "bench")):
        for number, line in enumerate(source.text.splitlines(), 1):
            for word, pattern in good.items():
                if f"# {word}" in line and not pattern.search(line):
                    faults.append(f"{source.path}:{number}: {line.strip()}")
    assert not faults, "\n".join(faults)


def test_no_empty_handler_swallows_an_error():
    faults = []
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ExceptHandler):
                if node.type is None:
                    faults.append(f"{source.path}:{node.lineno}: bare except")
                elif all(
                    isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
                    for line in node.body
                ):
                    faults.append(f"{source.path}:{node.lineno}: the error vanishes")
    assert not faults, "\n".join(faults)


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?! #\d)")
    faults = [
        f"{source.path}:{number}: {line.strip()}"
        for source in sources(PRODUCT)
        for number, line in enumerate(source.text.splitlines(), 1)
        if marks.search(line)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("folders", [PRODUCT, ("tests",)], ids=["product", "tests"])
def test_files_and_functions_stay_within_their_budgets(folders, capsys):
    faults, wished = [], []
    for source in sources(folders):
        if EXEMPT_FROM_SIZE.fullmatch(source.path):
            continue
        limit = (
            CONFTEST_LIMIT
            if source.path.endswith("conftest.py")
            else TEST_LIMIT
            if folders == ("tests",)
            else FILE_LIMIT
        )
        lines = source.text.count("\n")
        if lines > limit:
            faults.append(f"{source.path}: {lines} lines, the limit is {limit}")
        elif lines > FILE_WISHED:
            wished.append(f"{source.path}: {lines} lines ({FILE_WISHED} wished)")
        for function in functions(source):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > FUNCTION_LIMIT:
                faults.append(
                    f"{source.path}:{function.lineno}: {function.name}() has {length} lines, the limit is {FUNCTION_LIMIT}"
                )
            elif length > FUNCTION_WISHED and folders == PRODUCT:
                wished.append(
                    f"{source.path}:{function.lineno}: {function.name}() has {length} lines ({FUNCTION_WISHED} wished)"
                )
    with capsys.disabled():
        print(f"\n{folders[0]}: {len(wished)} above what is wished")
        print("\n".join(sorted(wished)))
    assert not faults, "\n".join(faults)
