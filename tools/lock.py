# SPDX-License-Identifier: AGPL-3.0-or-later
"""Resolve the dependencies and write the locks with hashes: `python -m tools.lock` (needs `uv`).

All extras are resolved in one go; the smaller sets are then cut out of that one resolution, so that no pin can differ.
No file names the address of an index.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
COMPILE = (
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
)


def uv() -> str:
    """The resolver: beside the running Python, or on the path. Raises FileNotFoundError saying how to get it."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise FileNotFoundError("uv is needed to lock: .venv/bin/pip install uv")
    return found


def compile_lock(source: str, target: str, *options: str) -> None:
    """Write one lock."""
    command = [uv(), *COMPILE, "--python-version", "3.11", *options, "-o", str(REQUIREMENTS / target), source]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> int:
    """Write the four locks; `--upgrade` takes the newest releases, otherwise present pins stay."""
    upgrade = ("--upgrade",) if "--upgrade" in sys.argv[1:] else ()
    try:
        compile_lock("pyproject.toml", "all.txt", "--all-extras", *upgrade)
        everything = ("--constraint", "requirements/all.txt")
        compile_lock("pyproject.toml", "base.txt", *everything)
        compile_lock("pyproject.toml", "production.txt", "--extra", "production", *everything)
        compile_lock("requirements/build.in", "build.txt", *upgrade)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        print(f"lock: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
