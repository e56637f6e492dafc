# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public names of minors: none that could be their own."""

import re

from civic.i18n.texts import plain
from civic.people.first_names import is_first_name
from civic.people.identity import fold


def is_pseudonym(name: str, given_name: str = "", family_name: str = "") -> bool:
    """Whether a public name cannot be read as someone's own.

    It holds neither the surname nor a first name the person gave, whatever case, accents and hyphens; and it is no usual
    first name followed by something: nobody can tell that "Lucas Martin" is invented.
    """
    words = [word for word in re.split(r"[^a-z0-9]+", plain(name)) if word]
    if not words:
        return False
    own = [fold(part) for part in (family_name, given_name, *given_name.split(), *family_name.split())]
    folded = fold(name)
    if any(part and (part in words or (len(part) > 3 and part in folded)) for part in own):
        return False
    return len(words) == 1 or not is_first_name(words[0])
