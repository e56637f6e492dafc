# SPDX-License-Identifier: AGPL-3.0-or-later
"""The locks: one resolution, hashed, at least what `pyproject.toml` asks for, without the address of any index."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.architecture.source import ROOT

LOCKS = ("base.txt", "production.txt", "all.txt", "build.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
    assert found, f"{lock} pins nothing"
    return {canonical(name): version for name, version in found}


def direct(extras: tuple[str, ...]) -> list[Requirement]:
    project = PROJECT["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("base.txt", ()), ("production.txt", ("production",)), ("all.txt", ("production", "test"))],
)
def test_each_pin_meets_what_the_project_asks_for(lock, extras):
    pinned = pins(lock)
    for requirement in direct(extras):
        name = canonical(requirement.name)
        assert name in pinned, f"{lock} lacks {requirement.name}; run: make lock"
        assert requirement.specifier.contains(Version(pinned[name]), prereleases=True), (
            f"{lock}: {name} {pinned[name]} is not {requirement.specifier}"
        )


def test_each_direct_dependency_of_the_product_has_a_lower_bound():
    unbound = [
        str(requirement)
        for requirement in direct(("production",))
        if not any(part.operator in {">=", "=="} for part in requirement.specifier)
    ]
    assert not unbound, f"without a lower bound a resolver may go back ten years: {unbound}"


@pytest.mark.parametrize("lock", ["base.txt", "production.txt"])
def test_all_sets_come_from_one_resolution(lock):
    everything = pins("all.txt")
    assert {name: version for name, version in pins(lock).items() if everything.get(name) != version} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes(lock):
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in entry, f"{lock}: no hash for {entry.splitlines()[0]}"


@pytest.mark.parametrize("file", [*(f"requirements/{lock}" for lock in LOCKS), ".npmrc", "pyproject.toml", "Makefile"])
def test_no_file_names_the_address_of_an_index(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"https?://|--(extra-)?index-url|find-links|^registry\s*=", text, re.MULTILINE), file


def test_npm_packages_are_hashed():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    assert packages
    assert [path for path, entry in packages.items() if "integrity" not in entry or "resolved" in entry] == []
