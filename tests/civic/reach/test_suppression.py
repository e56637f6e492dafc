# SPDX-License-Identifier: AGPL-3.0-or-later
"""No small cell is published, and none can be computed from what is: tried on every small table and on any table."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from civic.reach.suppression import SMALLEST, Shown, is_safe, protect


def possible(hidden, met, together, smallest_shown, highest):
    """The values of each hidden cell that agree with their sum, for whoever reads the page and knows the rule."""
    ranges = {
        Shown.FEW: range(SMALLEST),
        "met": range(1, SMALLEST),
        Shown.GUARDED: range(SMALLEST, (smallest_shown if smallest_shown is not None else highest) + 1),
    }
    cells = [ranges["met" if name in met and shown is Shown.FEW else shown] for name, shown in hidden.items()]
    for place, values in enumerate(cells):
        sums = {0}
        for other in cells[:place] + cells[place + 1 :]:
            sums = {one + value for one in sums for value in other if one + value <= together}
        yield {value for value in values if together - value in sums}


def refuse_what_tells(counts, met=()):
    """Every property of one table."""
    found = protect(counts, met)
    total = sum(counts.values())
    assert list(found.cells) == list(counts)
    counted = {name: cell.count for name, cell in found.cells.items() if cell.shown is Shown.COUNT}
    assert all(count == counts[name] >= SMALLEST for name, count in counted.items())
    for name, cell in found.cells.items():
        if cell.shown is Shown.FEW:
            assert counts[name] < SMALLEST
        if cell.shown is Shown.GUARDED:
            assert counts[name] >= SMALLEST
        assert (cell.count is None) == (cell.shown is not Shown.COUNT)
    if total < SMALLEST:
        assert (found.total, found.together, counted) == (0, 0, {})
        return
    assert found.total == total
    assert found.together == total - sum(counted.values())
    assert all(count >= SMALLEST for name, count in counts.items() if name in counted)
    if not found.hidden:
        return
    assert found.together >= SMALLEST
    hidden = {name: found.cells[name].shown for name in found.hidden}
    if Shown.WITHHELD in hidden.values():
        assert set(hidden.values()) == {Shown.WITHHELD}
        assert not counted
        return
    for values in possible(hidden, met, found.together, min(counted.values(), default=None), total):
        assert len(values) >= 2, (counts, found)


def test_every_small_table_tells_nothing_of_its_small_cells():
    for size, most in ((1, 30), (2, 14), (3, 11), (4, 7)):
        for values in product(range(most + 1), repeat=size):
            refuse_what_tells(dict(enumerate(values)))
            if values[-1]:
                refuse_what_tells(dict(enumerate(values)), {size - 1})


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_any_table_tells_nothing_of_its_small_cells(values):
    refuse_what_tells(dict(enumerate(values)))


def test_a_lone_small_cell_takes_the_next_smallest_with_it():
    found = protect({"a": 3, "b": 40, "c": 9, "d": 20})
    assert [found.cells[name].shown for name in "abcd"] == [Shown.FEW, Shown.COUNT, Shown.GUARDED, Shown.COUNT]
    assert (found.total, found.together, found.hidden) == (72, 12, ["a", "c"])


def test_one_value_alone_would_be_told_where_the_guarding_cells_are_alike():
    # 1 and 5 beside a shown 5: a sum of 6 would say that they are 1 and 5.
    assert not is_safe([0], 1, 6, 5)
    assert protect({"a": 1, "b": 5, "c": 5}).cells["c"].shown is not Shown.COUNT


def test_a_table_that_cannot_be_guarded_is_withheld():
    found = protect({"a": 0, "b": 5})
    assert {cell.shown for cell in found.cells.values()} == {Shown.WITHHELD}
    assert found.total == 5
    assert protect({"a": 4, "b": 0}).total == 0


def test_a_table_without_small_cells_is_published_whole():
    found = protect({"a": 5, "b": 6})
    assert [cell.count for cell in found.cells.values()] == [5, 6]
    assert found.hidden == []
