# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small cells are never published, nor what would let them be computed.

A cell under SMALLEST persons is hidden. As the total is published, what is hidden adds up to a known sum: so the next
smallest cells are hidden with it until the sum is itself SMALLEST or more and leaves every hidden cell at least two
possible values, also for someone who knows this rule. Where even that is not enough, the whole table is withheld.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

SMALLEST = 5
"""Persons in the smallest cell that is published."""

Name = TypeVar("Name", bound=Hashable)


class Shown(StrEnum):
    """What is published of a cell."""

    COUNT = "count"
    FEW = "few"
    """Fewer than SMALLEST."""
    GUARDED = "guarded"
    """SMALLEST or more, kept so that a smaller one cannot be computed."""
    WITHHELD = "withheld"
    """Nothing at all is said of it."""


@dataclass(frozen=True)
class Cell:
    """A published cell: `count` is None unless it is shown."""

    shown: Shown
    count: int | None = None


@dataclass(frozen=True)
class Protected(Generic[Name]):
    """A table as it may be published: the cells in their order, their total, and the sum of those that are hidden."""

    cells: Mapping[Name, Cell]
    total: int
    """0 where there are fewer than SMALLEST persons in all."""
    together: int

    @property
    def hidden(self) -> list[Name]:
        """The cells whose sum is `together`."""
        return [name for name, cell in self.cells.items() if cell.shown is not Shown.COUNT]


def protect(counts: Mapping[Name, int], met: Collection[Name] = ()) -> Protected[Name]:
    """The table of these counts that may be published; that a cell of `met` stands there says it is not empty."""
    total = sum(counts.values())
    few = [name for name, count in counts.items() if count < SMALLEST]
    if total < SMALLEST:
        return _withheld(list(counts), 0)
    rest = sorted((name for name in counts if counts[name] >= SMALLEST), key=lambda name: counts[name])
    guarded: list[Name] = []
    together = sum(counts[name] for name in few)
    lowest = [int(name in met) for name in few]
    while few and not is_safe(lowest, len(guarded), together, counts[rest[0]] if rest else None):
        if not rest:
            return _withheld(list(counts), total)
        guarded.append(rest.pop(0))
        together += counts[guarded[-1]]
    states = dict.fromkeys(few, Cell(Shown.FEW)) | dict.fromkeys(guarded, Cell(Shown.GUARDED))
    shown = {name: states.get(name, Cell(Shown.COUNT, count)) for name, count in counts.items()}
    return Protected(shown, total, together if few else 0)


def is_safe(lowest: Sequence[int], guarded: int, together: int, smallest_shown: int | None) -> bool:
    """Whether a sum leaves each hidden cell two values or more.

    Small cells lie from their `lowest` to SMALLEST - 1; `guarded` ones from SMALLEST to the smallest that is shown, as
    they were chosen for being the next smallest.
    """
    if together < SMALLEST:
        return False
    highest = together if smallest_shown is None else smallest_shown
    ranges = [(low, SMALLEST - 1) for low in lowest] + [(SMALLEST, highest)] * guarded
    return all(_is_open(place, ranges, together) for place in range(len(ranges)))


def _is_open(place: int, ranges: Sequence[tuple[int, int]], together: int) -> bool:
    """Whether the sum leaves this cell more than one value."""
    others = [one for index, one in enumerate(ranges) if index != place]
    low = max(ranges[place][0], together - sum(high for _low, high in others))
    high = min(ranges[place][1], together - sum(low for low, _high in others))
    return high > low


def _withheld(names: Sequence[Name], total: int) -> Protected[Name]:
    """A table of which the total alone is published, if that."""
    return Protected(dict.fromkeys(names, Cell(Shown.WITHHELD)), total, total)
