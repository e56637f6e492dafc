# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes that are printed, read aloud and typed: on receipts, on letters, on the form that a parent signs."""

import secrets

from civic.keys import current_keys

LETTERS = "ACDEFGHJKMNPQRTUWXYZ34679"
"""Without those that are taken for one another on paper: 0 and O, 1, I and L, 5 and S, 8 and B, 2 and Z, U and V."""


def drawn_code(scheme: str, nonce: str, length: int) -> str:
    """The code that a random nonce and the instance's key give: printed again when needed, unknown without the key."""
    value = int(current_keys().identity_hash(scheme, nonce), 16)
    letters = []
    for _place in range(length):
        value, place = divmod(value, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def random_code(length: int) -> str:
    """A code nobody has."""
    return "".join(secrets.choice(LETTERS) for _place in range(length))


def typed_code(text: str, length: int) -> str:
    """What someone typed, in capitals and without what separates; empty when it cannot be a code."""
    code = "".join(filter(str.isalnum, text.upper()))
    return code if len(code) == length and set(code) <= set(LETTERS) else ""
