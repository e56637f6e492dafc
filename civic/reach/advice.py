# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is missing from a process, and where to go and meet them: plain rules, for the clerks.

Everything is drawn from the published tables. Someone is missing when their share among those who took part is under
half of their share in the town, and enough people took part to say so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from civic.reach.participation import Participation
from civic.reach.solicitation import MANY, Asked
from civic.reach.tables import Row

ENOUGH = 30
"""Persons from whom on a share is worth comparing."""

WHERE_BY_BAND: Mapping[str, tuple[str, ...]] = {
    "0-17": (
        lazy("At school: half an hour in class with a teacher, the children’s or youth council, the school delegates."),
        lazy("At the youth centre and the sports ground on Wednesday afternoon. Under 15, a parent’s authorisation is needed."),
    ),
    "18-29": (
        lazy("At the training centre, the station in the morning, the sports club in the evening."),
        lazy("With the local mission for youth employment and the students’ associations: a counter sitting of two hours."),
    ),
    "30-44": (
        lazy("At the school gate at the end of the day, and at the crèche: sheets to sign, five minutes each."),
        lazy("A meeting after 6.30 pm with someone to look after the children."),
    ),
    "45-59": (
        lazy("At the market on Saturday morning, and at the firms and business parks at noon."),
        lazy("With the parents’ associations of the secondary schools and the sports clubs."),
    ),
    "60-74": (
        lazy("At the market and the library on a weekday morning; with the associations, which meet in the afternoon."),
        lazy("A letter to those who have no e-mail address, with a reply form."),
    ),
    "75+": (
        lazy("At the senior club, in the residences, with the home-help services: a helper enters what is said."),
        lazy("A letter in large print with a reply form, and the telephone number of the counter."),
    ),
}  # fmt: skip
"""Where each age is met, in words."""


@dataclass(frozen=True)
class Missing:
    """A group that is under-represented, with what to try."""

    row: Row
    where: tuple[str, ...]
    asked: int = 0
    """Processes that addressed the quartier in the last twelve months."""


@dataclass(frozen=True)
class Advice:
    """What the figures let one say."""

    is_enough: bool
    """Whether enough people took part, and the town's figures are there."""
    quartiers: tuple[Missing, ...] = ()
    ages: tuple[Missing, ...] = ()


def advise(found: Participation, asked: Mapping[int, Sequence[Asked]]) -> Advice:
    """Who is missing and where to meet them."""
    if found.census is None or found.total < ENOUGH:
        return Advice(is_enough=False)
    counts = {one.slug: len(asked.get(one.id, ())) for one in found.concerned}
    quartiers = tuple(
        Missing(row, _where_in(row.label, counts.get(row.key, 0)), counts.get(row.key, 0))
        for row in found.quartiers.rows
        if is_missing(row)
    )
    ages = tuple(
        Missing(row, tuple(str(place) for place in WHERE_BY_BAND[row.key]))
        for row in found.ages.rows
        if is_missing(row)
    )
    return Advice(True, quartiers, ages)


def is_missing(row: Row) -> bool:
    """Whether the share is under half of the town's for certain, from what is published."""
    if row.at_most is None or not row.inhabitants or row.base is None or row.base < ENOUGH:
        return False
    return 2 * row.at_most * row.population < row.base * row.inhabitants


def _where_in(quartier: str, asked: int) -> tuple[str, ...]:
    """What to try in a quartier; one that was asked often is not asked apart once more."""
    return tuple(_places(quartier, is_often_asked=asked >= MANY))


def _places(quartier: str, *, is_often_asked: bool) -> Iterator[str]:
    """The sentences."""
    if is_often_asked:
        yield _("This quartier was asked often: join a meeting that is planned already rather than call another one.")
    else:
        yield _(
            "A meeting in %(quartier)s, on foot from home, once in the evening and once on a Saturday.",
            quartier=quartier,
        )
    yield _(
        "A counter sitting of half a day there, at the school, the market or the social centre: proposals and supports are entered on the spot."
    )
    yield _(
        "Sheets and reply forms with the caretakers, the shops and the associations of %(quartier)s.", quartier=quartier
    )
    yield _(
        "A letter to addresses drawn at random in %(quartier)s, with the counter’s hours and telephone number.",
        quartier=quartier,
    )
