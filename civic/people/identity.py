# SPDX-License-Identifier: AGPL-3.0-or-later
"""Civil identity, folded so that case, accents, hyphens and blanks do not count, and kept as a keyed hash only.

Nobody is recognised by a name: surname at birth, all first names and date of birth stand together, checked on a document.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _

from civic.keys import current_keys
from civic.permissions.decision import Missing

CIVIL = "civil"
CLAIMED = "claimed"
"""Scheme of an identity that was only written beside a document sent online; hashed as `civil`, so that both compare."""
SAID = "said"
"""Scheme of an identity that a helper entered for someone who showed no document (paper, telephone); hashed as `civil`."""
ROLL = "roll"

_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n"}
)
"""Letters that Unicode does not take apart by itself; ß becomes ss by folding the case."""

OLDEST = 130
"""Years after which a date of birth is a slip of the pen."""


@dataclass(frozen=True)
class CivilIdentity:
    """What an identity document says."""

    surname: str
    first_names: str
    birth_date: date
    usage_name: str = ""
    """Married or other name in use: never part of what makes two identities equal."""

    @property
    def folded(self) -> str:
        """The three facts in the one form that is compared."""
        return "\x1f".join((fold(self.surname), fold(self.first_names), self.birth_date.isoformat()))

    @property
    def hash(self) -> str:
        """Keyed hash of the folded identity."""
        return current_keys().identity_hash(CIVIL, self.folded)


def fold(text: str) -> str:
    """Letters and digits only, without case, accents or ligatures: "Le Goff-D’Œuvre" gives "legoffdoeuvre"."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS)).casefold()
    return "".join(filter(str.isalnum, plain))


def first_name(first_names: str) -> str:
    """The first of them, a composed one whole: "Marie-Claude, Yvonne" gives "Marie-Claude"."""
    return first_names.replace(",", " ").split()[0]


def checked_identity(
    surname: str, first_names: str, birth_date: date | None, today: date, usage_name: str = ""
) -> CivilIdentity:
    """The identity, or Missing naming what is empty or impossible."""
    faults: dict[str, str] = {}
    if not fold(surname):
        faults["surname"] = _("Write the surname at birth, as the document says.")
    if not fold(first_names):
        faults["first_names"] = _("Write all the first names, as the document says.")
    if birth_date is None:
        faults["birth_date"] = _("Write the date of birth, as the document says.")
    elif not possible_birth(birth_date, today):
        faults["birth_date"] = _("This date of birth is not possible: check the year.")
    if faults or birth_date is None:
        raise Missing(faults)
    return CivilIdentity(surname.strip(), first_names.strip(), birth_date, usage_name.strip())


def possible_birth(birth_date: date, today: date) -> bool:
    """Whether someone alive can be born that day."""
    return birth_date <= today and birth_date.year >= today.year - OLDEST


def roll_number_hash(list_name: str, number: str) -> str:
    """Keyed hash of a number in a list; blanks, case and leading zeros do not count."""
    return current_keys().identity_hash(f"{ROLL}:{list_name}", fold(number).lstrip("0") or "0")
