# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts of a module: what is wrapped for translation, and what has no translation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

METHODS = [
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
TEMPLATE = {"encoding": "utf-8", "trimmed": "true"}
OPTIONS = {"**/templates/**.html": TEMPLATE, "**/templates/**.txt": TEMPLATE}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Text = tuple[str | None, str]
"""Context and source."""


def texts_of(folder: Path) -> Iterator[tuple[Text, str]]:
    """Every text of a module with its file and line."""
    for name, line, message, _comments, context in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS):
        source = message if isinstance(message, str) else message[0]
        yield (context, source), f"{name}:{line}"


def translated(po: Path) -> set[Text]:
    """The texts that a file translates, every plural form of them."""
    if not po.exists():
        return set()
    with po.open("rb") as file:
        catalog = read_po(file, locale=po.parts[-3])
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in catalog
        if message.id and not message.fuzzy and _is_whole(message.string)
    }


def _is_whole(string: Any) -> bool:
    """Whether a text, or each of its plural forms, has a translation."""
    return bool(string) if isinstance(string, str) else bool(string) and all(string)
