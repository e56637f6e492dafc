# SPDX-License-Identifier: AGPL-3.0-or-later
"""Translations of the core and of the first-party modules: `python -m tools.messages update|compile|check`.

One domain per module; English is the source, the other languages stand in `translations/<language>/LC_MESSAGES/`.
"""

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
LANGUAGES = ("fr",)
METHODS = [
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
OPTIONS = {
    "**/templates/**.html": {"encoding": "utf-8", "trimmed": "true"},
    "**/templates/**.txt": {"encoding": "utf-8", "trimmed": "true"},
}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def domains() -> dict[str, list[Path]]:
    """The folders whose texts each domain holds: the core with its themes, then each first-party module."""
    found = {"civic": [ROOT / "civic", ROOT / "themes"]}
    for manifest in sorted((ROOT / "modules").glob("*/module.py")):
        found[manifest.parent.name] = [manifest.parent]
    return found


def extract(folders: list[Path]) -> Catalog:
    """Every text of these folders that is wrapped for translation."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for folder in folders:
        texts = extract_from_dir(
            folder, METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        for name, _line, message, comments, context in texts:
            where = (folder / name).relative_to(ROOT).as_posix()
            # Line numbers would change the file at each edit of the code.
            catalog.add(message, None, [(where, 0)], auto_comments=comments, context=context)
    return catalog


def merged(po: Path, language: str, template: Catalog) -> Catalog:
    """The existing translations brought in line with the source; texts that are gone are dropped."""
    if po.exists():
        with po.open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        catalog = Catalog(locale=language, charset="utf-8", fuzzy=False, creation_date=datetime(2026, 1, 1, tzinfo=UTC))
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = f"# {language}: translations of civic.\n# SPDX-License-Identifier: AGPL-3.0-or-later"
    catalog.project, catalog.version = "civic", "1"
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = "civic"
    return catalog


def as_text(catalog: Catalog) -> bytes:
    """The catalogue as its file holds it."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)
    return buffer.getvalue()


def files() -> list[tuple[Path, str, list[Path]]]:
    """Each .po file that must exist, its language and the folders it translates."""
    return [
        (TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.po", language, folders)
        for domain, folders in domains().items()
        for language in LANGUAGES
    ]


def update() -> int:
    """Write every .po file anew from the source, keeping translations."""
    for po, language, folders in files():
        po.parent.mkdir(parents=True, exist_ok=True)
        catalog = merged(po, language, extract(folders))
        po.write_bytes(as_text(catalog))
        untranslated = sum(1 for message in catalog if message.id and not is_translated(message.string))
        print(f"{po.relative_to(ROOT)}: {len(catalog)} texts, {untranslated} to translate")
    return 0


def is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether a text, or each of its plural forms, has a translation."""
    return bool(string) and all(string or ())


def compile_all() -> int:
    """Write the .mo file of every .po file."""
    for po in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalog)
    return 0


def faults() -> list[str]:
    """What keeps the translations from being complete: texts absent, gone or untranslated, placeholders that differ."""
    found = []
    for po, language, folders in files():
        name = po.relative_to(ROOT)
        if not po.exists():
            found.append(f"{name}: does not exist; run: make messages")
            continue
        with po.open("rb") as file:
            existing = read_po(file, locale=language)
        template = extract(folders)
        known = {(message.context, message.id) for message in existing if message.id}
        wanted = {(message.context, message.id) for message in template if message.id}
        found += [f"{name}: lacks {text[1]!r}; run: make messages" for text in sorted(wanted - known, key=str)]
        found += [
            f"{name}: {text[1]!r} is no longer in the source; run: make messages"
            for text in sorted(known - wanted, key=str)
        ]
        for message in existing:
            if message.id and (message.context, message.id) in wanted:
                if not is_translated(message.string) or message.fuzzy:
                    found.append(f"{name}: {message.id!r} is not translated")
                found += [f"{name}: {message.id!r}: {error}" for error in message.check(existing)]
    return found


def check() -> int:
    """Print every fault; 1 when there is one."""
    found = faults()
    for fault in found:
        print(fault)
    return 1 if found else 0


ACTIONS = {"update": update, "compile": compile_all, "check": check}


def main(arguments: list[str]) -> int:
    """Carry out the action named on the command line."""
    if len(arguments) != 1 or arguments[0] not in ACTIONS:
        print(f"usage: python -m tools.messages {'|'.join(ACTIONS)}", file=sys.stderr)
        return 2
    return ACTIONS[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
