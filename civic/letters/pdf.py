# SPDX-License-Identifier: AGPL-3.0-or-later
"""Print-ready letters: one tagged PDF (PDF/UA-1) of all letters of a batch, for French window envelopes.

The address stands where the window of a DL envelope (110 × 220 mm, window 45 × 100 mm, 20 mm from the right and the
lower edge) shows it once an A4 sheet is folded in three: a block of at most 35 × 85 mm that begins 45 mm under the top
of the sheet and ends 20 mm from its right edge (after NF Z 11-001 and La Poste's advice: six lines at most, nothing else
in the window). A mark at 99 mm shows the first fold.

What people wrote travels as JSON in one input of the template, which places it as text: nothing in it is ever read as
markup. Fonts are those inside the library; nothing is fetched.
"""

import importlib
import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

TEMPLATE = Path(__file__).with_name("letter.typ")
LINES = 6
"""Of an address."""
LONGEST_LINE = 38
"""Characters of a line of an address (NF Z 10-011); longer ones go on, and the window is wide enough for 45."""

Paper = dict[str, Any]
"""One letter as plain JSON values: sender, to, dated, subject, reference, parts."""


def print_letters(papers: Sequence[Paper], *, title: str, author: str, language: str, at: datetime) -> bytes:
    """The PDF of these letters, each on a sheet of its own; the same letters give the same bytes.

    `at` is the moment written in the file. Raises ValueError when there is none.
    """
    if not papers:
        raise ValueError("a PDF needs at least one letter")
    data = {"title": title, "author": author, "lang": language, "page": str(_("page")), "letters": list(papers)}
    try:
        return _compiled(TEMPLATE.read_bytes(), _sound(data, _drawn), at)
    except RuntimeError:  # typst.TypstError: signs that can be drawn apart and not together; none stops a whole batch
        return _compiled(TEMPLATE.read_bytes(), _sound(data, _latin), at)


def _compiled(template: bytes, data: Any, at: datetime | None = None) -> bytes:
    """The PDF of a template. Raises typst's TypstError for what PDF/UA-1 refuses, as a character that no font has."""
    typst = importlib.import_module("typst")  # 25 ms and 40 MB: only where letters are printed
    printed: bytes = typst.compile(
        template,
        root=str(TEMPLATE.parent),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        format="pdf",
        pdf_standards="ua-1",
        timestamp=at.replace(microsecond=0) if at is not None else None,
    )
    return printed


def _sound(data: dict[str, Any], keep: Callable[[str], str]) -> dict[str, Any]:
    """The same data with what can be drawn alone, and titles that say something."""
    cleaned: dict[str, Any] = _clean(data, keep)
    return {**cleaned, "letters": [_with_titles(paper) for paper in cleaned["letters"]]}


def _clean(value: Any, keep: Callable[[str], str]) -> Any:
    """The same value, with what `keep` gives for each character that is not plain."""
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value)
        return "".join(one if one.isascii() and one.isprintable() else keep(one) for one in composed)
    if isinstance(value, list | tuple):
        return [_clean(one, keep) for one in value]
    if isinstance(value, dict):
        return {key: _clean(one, keep) for key, one in value.items()}
    return value


def _with_titles(paper: Paper) -> Paper:
    """The letter with a subject that can be read, and without headings of which nothing is left to draw."""
    kept = [
        part for part in paper["parts"] if part["kind"] != "heading" or any(_says(run["text"]) for run in part["runs"])
    ]
    return {**paper, "subject": paper["subject"] if _says(paper["subject"]) else "–", "parts": kept}


def _says(text: str) -> bool:
    """Whether a letter, a figure or a sign is in it."""
    return any(unicodedata.category(one)[0] in "LNPS" for one in text)


@lru_cache(maxsize=4096)
def _drawn(character: str) -> str:
    """The character where the fonts have it; else a question mark for a letter, nothing for a sign.

    Marks that stand apart from their letter and characters that only act on others are left out.
    """
    kind = unicodedata.category(character)
    if character == "\n":
        return character
    if kind[0] in "CM":
        return ""
    try:
        _compiled(_PROBE, f"a{character}")
    except RuntimeError:  # typst.TypstError
        return "?" if kind[0] == "L" else ""
    return character


def _latin(character: str) -> str:
    """The character when it is one of the letters and signs of European languages; else as above."""
    known = character == "\n" or (
        "\u00a0" <= character <= "\u017f" or character in _TYPOGRAPHY or "\u1e80" <= character <= "\u1e85"
    )
    if known and character != "\u00ad":
        return character
    return "?" if unicodedata.category(character)[0] == "L" else ""


_TYPOGRAPHY = "\u2009\u202f‐‑–—‘’‚“”„†‡•…‰‹›€→←"
_PROBE = b"""#set document(title: "-")
#set text(font: "Libertinus Serif")
#json(bytes(sys.inputs.data))"""
