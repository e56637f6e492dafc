# SPDX-License-Identifier: AGPL-3.0-or-later
"""Installing third-party packages where this process and its children find them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from civic.loader import forget

SOURCE = Path(__file__).resolve().parents[2] / "packages" / "civic_parking"
PIP = (
    "-m",
    "pip",
    "install",
    "--no-index",
    "--no-deps",
    "--no-build-isolation",
    "--quiet",
    "--disable-pip-version-check",
)


def pip_install(source: Path, target: Path, work: Path) -> None:
    """`pip install` of a package, without any network, into a folder of its own."""
    copy = work / "source"
    shutil.copytree(source, copy)  # building leaves files beside the source
    command = [sys.executable, *PIP, "--target", str(target), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def entry_points_of(target: Path) -> Path:
    """The file that says what the installed package offers."""
    [found] = target.glob("civic_parking-*.dist-info/entry_points.txt")
    return found


@contextmanager
def importable(monkeypatch, target: Path) -> Iterator[None]:
    """Installed for this process and for its children; forgotten at the end."""
    path = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{target}{os.pathsep}{path}" if path else str(target))
    monkeypatch.syspath_prepend(str(target))
    try:
        yield
    finally:
        for package in ("civic_parking", "civic_parking_two"):
            forget(package)
