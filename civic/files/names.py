# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names of files as people typed them, made harmless: shown, offered at a download, never a path of ours."""

import re
import unicodedata

LONGEST = 100
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")


def ending_of(name: str) -> str:
    """The ending a name has, in lower case; empty when it has none."""
    found = _ENDING.search(name.strip())
    return found[1].lower() if found else ""


def clean_name(name: str, ending: str, default: str) -> str:
    """The last part of a name, on one line, without what no one sees, with the ending of what the file really is.

    `default` is the name of a file that has none. A second ending is no ending any more: `a.php.jpg` is `a_php.jpg`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if unicodedata.category(one) in {"Zs", "Zl", "Zp"} else one for one in last if _is_seen(one))
    stem = " ".join(seen.split()).strip(". ")
    stem = re.sub(r'[<>:"|?*]', "_", _ENDING.sub("", stem) if _ENDING.search(stem) else stem)
    stem = re.sub(r"\.(?=[A-Za-z]{2,5}$)", "_", stem).strip(". ")
    return f"{stem[: LONGEST - len(ending) - 1].strip() or default}.{ending}"


def quoted(name: str) -> str:
    """A name as it stands in a sentence, whatever was typed."""
    shown = "".join(one if _is_seen(one) else "" for one in re.split(r"[/\\]", name)[-1])
    return " ".join(shown.split())[:60] or "?"


def _is_seen(character: str) -> bool:
    """Whether a character is neither a control nor a mark that changes the direction of what follows."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
