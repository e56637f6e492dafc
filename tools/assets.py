# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copy the fonts that npm has fetched by its lock to where the server serves them: `python -m tools.assets`."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "civic" / "static" / "vendor"

#: Package, the files of it that the style sheets name, and the name under which its licence travels along.
FONTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "@fontsource-variable/atkinson-hyperlegible-next",
        (
            "atkinson-hyperlegible-next-latin-wght-normal.woff2",
            "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
        ),
        "atkinson-hyperlegible-next-OFL.txt",
    ),
    (
        "@fontsource-variable/source-serif-4",
        ("source-serif-4-latin-wght-normal.woff2", "source-serif-4-latin-ext-wght-normal.woff2"),
        "source-serif-4-OFL.txt",
    ),
    ("@fontsource/bricolage-grotesque", ("bricolage-grotesque-latin-700-normal.woff2",), "bricolage-grotesque-OFL.txt"),
)


def copy_fonts(modules: Path, vendor: Path) -> list[Path]:
    """Copy every font and its licence, and return what was written; raise FileNotFoundError naming an absent file."""
    target = vendor / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for package, files, licence in FONTS:
        sources = [(modules / package / "files" / name, target / name) for name in files]
        sources.append((modules / package / "LICENSE", target / licence))
        for source, copy in sources:
            shutil.copyfile(source, copy)
            written.append(copy)
    return written


def main() -> int:
    """Copy the fonts, or say in one line that system fonts will be used."""
    if not MODULES.is_dir():
        print("Fonts: no node_modules, so the pages use the system's own fonts (with Node: npm ci, then this command).")
        return 0
    try:
        written = copy_fonts(MODULES, VENDOR)
    except FileNotFoundError as error:
        print(f"Fonts: {error.filename} is missing; run `npm ci` again.", file=sys.stderr)
        return 1
    print(f"Fonts: {len(written)} files in {VENDOR.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
