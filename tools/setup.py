# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring a checkout to where it can run: `python3 tools/setup.py serve` (or `tests`). Standard library only.

Each step leaves in `.setup/` the digest of what it was made from; the next start skips what has not changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = ROOT / ".setup"
MINIMUM = (3, 11)
LOCKS = {"serve": "base.txt", "tests": "all.txt"}


class SetUpError(Exception):
    """Set-up cannot go on; the message says what to do."""


def digest(*parts: Path | str) -> str:
    """One digest of files (by content) and texts."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        total.update(b"\0")
    return total.hexdigest()


def is_done(step: str, made_from: str) -> bool:
    """Whether the step was carried out on the same input."""
    stamp = STAMPS / step
    return stamp.exists() and stamp.read_text(encoding="ascii") == made_from


def mark(step: str, made_from: str) -> None:
    """Remember that the step was carried out on this input."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / step).write_text(made_from, encoding="ascii")


def run(*command: str | Path, why: str) -> None:
    """Run a program in the checkout. Raises SetUpError with `why` when it fails."""
    result = subprocess.run([str(part) for part in command], cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    if result.returncode != 0:
        raise SetUpError(why)


def make_environment() -> Path:
    """The interpreter of `.venv`, made when absent or when Python itself changed; its stamps are then void."""
    python = VENV / "bin" / "python"
    version = digest(sys.version, sys.base_prefix)
    if python.exists() and is_done("python", version):
        return python
    usable = (
        python.exists()
        and subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    )
    if not usable:
        print("Making the Python environment in .venv …", flush=True)
        shutil.rmtree(STAMPS, ignore_errors=True)
        try:
            venv.create(VENV, clear=True, with_pip=True)
        except subprocess.CalledProcessError as error:
            raise SetUpError(
                "Python's venv module is incomplete here. On Debian or Ubuntu: apt-get install python3-venv, then run this again."
            ) from error
    mark("python", version)
    return python


def install_requirements(python: Path, purpose: str) -> None:
    """Install the locked packages, each checked against its hash; the tests' set holds the base set."""
    locks = {name: ROOT / "requirements" / file for name, file in LOCKS.items()}
    build = ROOT / "requirements" / "build.txt"
    if any(is_done(name, digest(build, locks[name])) for name in {purpose, "tests"}):
        return
    print(f"Installing the packages of requirements/{LOCKS[purpose]} …", flush=True)
    run(
        *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
        *("--require-hashes", "-r", build, "-r", locks[purpose]),
        why="Installing the packages failed: see above. The package index must be reachable the first time.",
    )
    mark(purpose, digest(build, locks[purpose]))


def install_project(python: Path) -> None:
    """Install the checkout itself, editable, with the repository's root on the path (`modules` is imported from it)."""
    made_from = digest(ROOT / "pyproject.toml", str(ROOT))
    if is_done("project", made_from) and (VENV / "bin" / "civic").exists():
        return
    run(
        *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"),
        *("--no-build-isolation", "--config-settings", "editable_mode=compat", "--editable", ROOT),
        why="Installing civic in .venv failed: see above.",
    )
    mark("project", made_from)


def install_assets(python: Path, purpose: str) -> None:
    """Fetch fonts (and, for tests, axe) from npm by its lock. Serving goes on without them, tests do not."""
    made_from = digest(ROOT / "package-lock.json", ROOT / "tools" / "assets.py")
    if is_done("assets", made_from) and (ROOT / "node_modules").is_dir():
        return
    try:
        fetch_assets(python)
    except SetUpError as error:
        if purpose == "tests":
            raise
        print(f"Fonts: {error} The pages use the system's own fonts.")
        return
    mark("assets", made_from)


def fetch_assets(python: Path) -> None:
    """Install npm's packages by their lock and copy what the server serves. Raises SetUpError."""
    npm = shutil.which("npm")
    if npm is None:
        raise SetUpError("Node.js is absent (Debian: apt-get install nodejs npm).")
    run(npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", why="npm ci failed: see above.")
    run(python, "-m", "tools.assets", why="Copying the fonts failed: see above.")


def compile_messages(python: Path) -> None:
    """Compile the translations that are newer than their compiled form."""
    sources = [*ROOT.glob("translations/*/LC_MESSAGES/*.po")]
    late = [
        po
        for po in sources
        if not po.with_suffix(".mo").exists() or po.stat().st_mtime > po.with_suffix(".mo").stat().st_mtime
    ]
    if late:
        run(python, "-m", "tools.messages", "compile", why="Compiling the translations failed: see above.")


def set_up(purpose: str) -> None:
    """Carry out every step that is not done. Raises SetUpError."""
    if sys.version_info < MINIMUM:
        raise SetUpError(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    os.chdir(ROOT)
    python = make_environment()
    install_requirements(python, purpose)
    install_project(python)
    install_assets(python, purpose)
    compile_messages(python)


def main(arguments: list[str]) -> int:
    """Set up for the purpose named on the command line."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print(f"usage: python3 tools/setup.py {'|'.join(LOCKS)}", file=sys.stderr)
        return 2
    try:
        set_up(arguments[0])
    except SetUpError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
