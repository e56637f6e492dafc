# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic module new`: what it writes works at once, in a checkout or as a package."""

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from civic.testing.scaffold import CannotWrite, write_first_party, write_package
from tests.servers.portal import run_civic

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout of its own, without any module, that child processes run."""
    tree = tmp_path / "checkout"
    for folder in ("civic", "themes", "translations", "tools"):
        shutil.copytree(ROOT / folder, tree / folder)
    (tree / "modules").mkdir()
    shutil.copy(ROOT / "modules" / "__init__.py", tree / "modules")
    monkeypatch.setenv("PYTHONPATH", str(tree))
    return tree


def run(*command, cwd):
    done = subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def test_a_new_module_passes_the_contract_and_serves_its_page_at_once(checkout, tmp_path, live_server):
    instance = tmp_path / "instance"
    instance.mkdir()
    written = run_civic(instance, "module", "new", "parking").stdout
    assert str(checkout / "modules" / "parking" / "module.py") in written
    assert "Next: make messages, civic db upgrade" in written

    assert " passed" in run(
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(checkout),
        str(checkout / "tests"),
        cwd=checkout,
    )

    run("-m", "tools.messages", "compile", cwd=checkout)
    run_civic(instance, "db", "upgrade")
    assert "parking          0.1.0    off" in run_civic(instance, "module", "list").stdout
    run("-c", SWITCH_ON, str(instance), cwd=checkout)
    server = live_server(instance)
    with urllib.request.urlopen(f"{server.url}/parking/") as page:
        assert page.status == 200
        assert "La première contribution pourrait être la vôtre." in page.read().decode()


SWITCH_ON = """
import sys
from pathlib import Path
from civic.app import create_app
from civic.testing.portal import PortalUnderTest
PortalUnderTest(create_app(Path(sys.argv[1]))).switch_on("parking")
"""


def test_what_is_written_is_clean(checkout):
    shutil.copy(ROOT / "pyproject.toml", checkout)
    write_first_party("parking", checkout, "Parking")
    ruff = str(Path(sys.executable).with_name("ruff"))
    for command in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        asked = [ruff, *command, "modules", "tests"]
        done = subprocess.run(asked, cwd=checkout, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_package_of_the_tests_is_one_that_the_command_writes(tmp_path):
    """So that the third party's package proved in these tests is what a third party gets."""
    write_package("parking", tmp_path, "Parking")
    ours = ROOT / "tests" / "packages" / "civic_parking"
    new = {path.relative_to(tmp_path / "civic_parking") for path in tmp_path.rglob("*") if path.is_file()}
    assert all((ours / path).is_file() for path in new)
    for same in ("pyproject.toml", "setup.py", "civic_parking/services.py", "tests/test_contract.py"):
        assert (tmp_path / "civic_parking" / same).read_text() == (ours / same).read_text()


@pytest.mark.parametrize("name", ["Parking", "my_cars", "ab", "../up", "2cars", "voiture-s"])
def test_names_the_contract_refuses_are_not_written(tmp_path, name):
    (tmp_path / "modules").mkdir()
    with pytest.raises(CannotWrite, match="one lower-case word"):
        write_first_party(name, tmp_path, name)
    assert list((tmp_path / "modules").iterdir()) == []


def test_nothing_is_written_over(tmp_path, run_command):
    (tmp_path / "modules" / "parking").mkdir(parents=True)
    with pytest.raises(CannotWrite, match="exists already"):
        write_first_party("parking", tmp_path, "Parking")
    refused = run_command("module", "new", "parking", "--checkout", str(tmp_path), code=1)
    assert "exists already" in refused.output


def test_a_folder_that_is_no_checkout_is_told(tmp_path):
    with pytest.raises(CannotWrite, match="holds no modules/ folder"):
        write_first_party("parking", tmp_path, "Parking")
