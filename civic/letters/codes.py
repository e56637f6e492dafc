# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes on letters: as short and as easy to read as those of receipts, drawn and kept in the same way, apart."""

from civic.counter.codes import LENGTH, LETTERS
from civic.keys import current_keys

_NONCE, _CODE = "letter:nonce", "letter:code"


def code_of(nonce: str) -> str:
    """The ten letters of a code: 46 bits, drawn from a random nonce and the instance's key."""
    value = int(current_keys().identity_hash(_NONCE, nonce), 16)
    letters = []
    for _place in range(LENGTH):
        value, place = divmod(value, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def code_hash(code: str) -> str:
    """What the database keeps of a code."""
    return current_keys().identity_hash(_CODE, code)
