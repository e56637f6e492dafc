# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tracking codes of receipts: short, read aloud without mistake, kept as a keyed hash.

A code is drawn from a random nonce and the instance's key: the receipt can be printed again, and whoever holds the
database without the key finds no code in it.
"""

from civic.keys import current_keys

LETTERS = "ACDEFGHJKMNPQRTUWXYZ34679"
"""Without those that are taken for one another on paper: 0 and O, 1, I and L, 5 and S, 8 and B, 2 and Z, U and V."""
LENGTH = 10
"""25 letters, ten times: 46 bits, with a limit on tries."""
SCHEME = "counter:code"


def code_of(nonce: str) -> str:
    """The ten letters of a receipt."""
    value = int(current_keys().identity_hash("counter:nonce", nonce), 16)
    letters = []
    for _place in range(LENGTH):
        value, place = divmod(value, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def shown(code: str) -> str:
    """The code as it is printed: "ACDEF GHJKM"."""
    return f"{code[:5]} {code[5:]}"


def typed(text: str) -> str:
    """What someone typed, in capitals and without what separates; empty when it cannot be a code."""
    code = "".join(filter(str.isalnum, text.upper()))
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else ""


def code_hash(code: str) -> str:
    """What the database keeps of a code."""
    return current_keys().identity_hash(SCHEME, code)
