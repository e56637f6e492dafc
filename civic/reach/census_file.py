# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading the town's figures: one line per quartier, one column per age band, every fault named by its line."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _

from civic import csv_reading
from civic.i18n.texts import plain
from civic.reach.bands import BANDS
from civic.territory.importing import ImportRefused

QUARTIER = "quartier"
HEADS = (QUARTIER, *(band.key for band in BANDS))
SHOWN = 50
"""Errors listed at most: the first ones tell what is wrong with a file."""
MOST = 10_000_000
"""Inhabitants of one cell; a larger number is a mistake."""
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")

Figures = dict[tuple[int, str], int]
"""Inhabitants by id of the quartier and key of the band."""


def read_figures(content: bytes, quartiers: Mapping[str, int]) -> Figures:
    """The figures of a file; `quartiers` gives the id by folded name and by slug.

    Raises ImportRefused with pairs (line, sentence): every quartier must have its line, once, whole numbers in each
    column. Line 0 is the file as a whole.
    """
    found: Figures = {}
    errors: list[tuple[int, str]] = []
    met: dict[int, int] = {}
    for line, row in _rows(content):
        try:
            quartier, numbers = _line(row, quartiers, met)
            met[quartier] = line
            found |= {(quartier, band.key): number for band, number in zip(BANDS, numbers, strict=True)}
        except ValueError as error:
            errors.append((line, str(error.args[0])))
            if len(errors) == SHOWN:
                break
    absent = len(set(quartiers.values()) - set(met))
    if not errors and absent:
        errors.append((0, _("Every quartier needs its line; missing: %(names)s.", names=_absent(quartiers, met))))
    if not errors and not any(found.values()):
        errors.append((0, _("The file counts no inhabitant.")))
    if errors:
        raise ImportRefused(errors)
    return found


def folded(name: str) -> str:
    """A name as it is compared: no case, accents, or surplus blanks."""
    return _BLANKS.sub(" ", plain(name)).strip()


def _absent(quartiers: Mapping[str, int], met: Mapping[int, int]) -> str:
    """The quartiers that have no line, each by the name that comes first."""
    names: dict[int, str] = {}
    for name, quartier in quartiers.items():
        names.setdefault(quartier, name)
    return ", ".join(name for quartier, name in names.items() if quartier not in met)


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line numbers with their cells, the heads checked. Raises ImportRefused when the file cannot be read."""
    read = csv_reading.rows(io.BytesIO(content))
    try:
        _check_heads(next(read)[1])
        yield from read
    except csv_reading.NotText as error:
        raise ImportRefused([(0, str(error))]) from error
    except csv_reading.Unreadable as error:
        sentence = _("This line cannot be read as CSV (%(why)s).", why=str(error))
        raise ImportRefused([(error.line, sentence)]) from error


def _check_heads(row: Sequence[str]) -> None:
    """Raise ImportRefused unless the first line names the columns in their order."""
    if tuple(_BLANKS.sub("", cell).lower() for cell in row) != HEADS:
        raise ImportRefused([(1, _("The first line must be: %(heads)s.", heads=";".join(HEADS)))])


def _line(row: Sequence[str], quartiers: Mapping[str, int], met: Mapping[int, int]) -> tuple[int, list[int]]:
    """A quartier with its numbers. Raises ValueError with the sentence to show."""
    if len(row) != len(HEADS):
        raise ValueError(_("%(wanted)s columns are needed, %(found)s are there.", wanted=len(HEADS), found=len(row)))
    quartier = quartiers.get(folded(row[0]))
    if quartier is None:
        raise ValueError(_("No quartier of today is called “%(name)s”.", name=row[0].strip()[:60]))
    if quartier in met:
        raise ValueError(_("This quartier stands on line %(line)s already.", line=met[quartier]))
    return quartier, [_number(cell) for cell in row[1:]]


def _number(cell: str) -> int:
    """A whole number, thousands apart or not. Raises ValueError with the sentence to show."""
    bare = _BLANKS.sub("", cell)
    if not re.fullmatch(r"[0-9]{1,8}", bare) or int(bare) > MOST:
        raise ValueError(_("“%(text)s” is not a number of inhabitants.", text=cell.strip()[:20]))
    return int(bare)
