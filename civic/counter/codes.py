# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tracking codes of receipts: short, read aloud without mistake, kept as a keyed hash.

A code is drawn from a random nonce and the instance's key: the receipt can be printed again, and whoever holds the
database without the key finds no code in it.
"""

from civic.keys import current_keys
from civic.paper_codes import drawn_code, typed_code

LENGTH = 10
"""25 letters, ten times: 46 bits, with a limit on tries."""
SCHEME = "counter:code"


def code_of(nonce: str) -> str:
    """The ten letters of a receipt."""
    return drawn_code("counter:nonce", nonce, LENGTH)


def shown(code: str) -> str:
    """The code as it is printed: "ACDEF GHJKM"."""
    return f"{code[:5]} {code[5:]}"


def typed(text: str) -> str:
    """What someone typed, in capitals and without what separates; empty when it cannot be a code."""
    return typed_code(text, LENGTH)


def code_hash(code: str) -> str:
    """What the database keeps of a code."""
    return current_keys().identity_hash(SCHEME, code)
