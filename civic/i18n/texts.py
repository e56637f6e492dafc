# SPDX-License-Identifier: AGPL-3.0-or-later
"""Per-language values of the town's texts."""

import unicodedata

from civic.db.types import PerLanguage
from civic.i18n.setup import current_language


def pick(texts: PerLanguage | None, language: str, fallback: str = "fr") -> str:
    """The text in the language asked for, else in the town's own, else in any."""
    if not texts:
        return ""
    return texts.get(language) or texts.get(fallback) or next(iter(texts.values()))


def written(texts: PerLanguage) -> PerLanguage:
    """The texts without surrounding blanks and without the languages left empty."""
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def text(value: PerLanguage | str | None) -> str:
    """A per-language value in the language being written."""
    return value if isinstance(value, str) else pick(value, current_language())


_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})


def plain(text: str) -> str:
    """The text in lower case without accents or ligatures: what names are put in order by, on both databases alike."""
    split = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(character for character in split if not unicodedata.combining(character))
