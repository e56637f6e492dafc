# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folding: what is typed and what is indexed are compared without case, accents, ligatures, elisions or plural marks."""

import re

from civic.i18n.texts import plain

_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ`´]")
_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
_PLURAL = re.compile(r"\b([a-z]{3,})[sx]\b")


def fold(text: str) -> str:
    """Words in lower case, without accents or punctuation, each apart by one space.

    A light plural cut drops a last s or x of words of four letters or more, so that "vélos" finds "vélo"; the same
    cut is made on both sides, hence "bois" still finds "bois".
    """
    found = _NOT_A_WORD.sub(" ", _ELISION.sub("", plain(text))).strip()
    return _PLURAL.sub(r"\1", found)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return fold(text).split()
