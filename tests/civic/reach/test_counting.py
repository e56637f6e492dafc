# SPDX-License-Identifier: AGPL-3.0-or-later
"""Persons, not acts: each once, by quartier and age, five at a time, in a fixed number of queries."""

from datetime import timedelta

from civic.organisations.models import Organisation
from civic.people.merging import merge_persons
from civic.permissions.actor import SYSTEM
from civic.reach.counting import participants
from civic.reach.participation import participation_of
from civic.spaces.models import SpaceQuartier
from civic.territory.models import Quartier
from tests.civic.people.making import AT, make_item, writing
from tests.civic.reach.making import build, comment, crowd, resident, space_of, support
from tests.databases import both_databases
from tests.queries import queries

YEAR = AT.year


def counted(session, town):
    """The persons by quartier and band."""
    return {(one.quartier_id, one.band): one.persons for one in participants(session, town.space, YEAR)}


@both_databases
def test_whoever_does_several_things_counts_once(app):
    with writing(app) as session:
        town = build(session)
        people = crowd(session, town, 5, town.centre, YEAR - 40)
        for person_id in people:
            comment(session, town, person_id, channel="paper")
            comment(session, town, person_id)
            item = make_item(session, space_id=town.space, author_id=person_id, published_at=AT, channel="counter")
            support(session, town, people[0] if person_id != people[0] else people[1], item.id)
        assert counted(session, town) == {(town.centre, "30-44"): 5}


@both_databases
def test_bands_begin_and_end_where_they_say(app):
    ages = {0: "0-17", 17: "0-17", 18: "18-29", 29: "18-29", 30: "30-44", 44: "30-44", 45: "45-59", 59: "45-59"}
    ages |= {60: "60-74", 74: "60-74", 75: "75+", 109: "75+", 500: None, -1: None}
    with writing(app) as session:
        town = build(session)
        for age in ages:
            crowd(session, town, 5, None, YEAR - age)
        bands = list(ages.values())
        assert counted(session, town) == {(None, band): 5 * bands.count(band) for band in set(bands)}


@both_databases
def test_what_is_no_part_taken_does_not_count(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 5, town.centre)
        asker = resident(session)
        body = Organisation(
            slug="amis",
            kind="association",
            number="W751000123",
            name="Les Amis",
            requested_by_id=asker,
            requested_at=AT,
        )
        session.add(body)
        session.flush()
        for _five in range(5):
            person = resident(session, town.meadows)
            make_item(session, space_id=town.space, author_id=person)  # a draft
            make_item(session, author_id=person, published_at=AT)  # of no process
            make_item(session, space_id=town.space, author_id=person, published_at=AT, organisation_id=body.id)
            comment(session, town, person, withdrawn_at=AT)
            comment(session, town, person, for_town=True)
            comment(session, town, person, organisation_id=body.id)
        assert counted(session, town) == {(town.centre, None): 5}


@both_databases
def test_two_rows_that_become_one_person_count_once(app):
    with writing(app) as session:
        town = build(session)
        people = crowd(session, town, 10, town.centre)
        assert counted(session, town) == {(town.centre, None): 10}
        for first, second in ((0, 1), (2, 3), (4, 5), (6, 7), (8, 9)):
            merge_persons(session, SYSTEM, people[first], people[second], AT, proven=True)
        assert counted(session, town) == {(town.centre, None): 5}


@both_databases
def test_the_figures_move_five_at_a_time_in_the_order_of_arrival(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 4, town.centre)
        assert counted(session, town) == {}
        assert participation_of(session, space_of(session, town), AT).total == 0
        crowd(session, town, 2, town.meadows)
        assert counted(session, town) == {(town.centre, None): 4, (town.meadows, None): 1}
        crowd(session, town, 3, town.meadows)
        assert counted(session, town) == {(town.centre, None): 4, (town.meadows, None): 1}
        crowd(session, town, 1, town.meadows)
        assert counted(session, town) == {(town.centre, None): 4, (town.meadows, None): 6}


@both_databases
def test_quartiers_the_process_is_not_about_and_former_ones_have_their_own_lines(app):
    with writing(app) as session:
        town = build(session)
        former = Quartier(
            slug="ancien",
            name={"fr": "Ancien"},
            geometry={},
            valid_from=AT.date() - timedelta(days=9),
            valid_until=AT.date() - timedelta(days=1),
        )
        session.add(former)
        space = space_of(session, town)
        space.whole_town = False
        session.add(SpaceQuartier(space_id=town.space, quartier_id=town.centre))
        session.flush()
        for quartier, count in ((town.centre, 10), (town.meadows, 15), (former.id, 5), (None, 5)):
            crowd(session, town, count, quartier, YEAR - 50)
        found = participation_of(session, space, AT)
        assert {row.key: row.cell.count for row in found.quartiers.rows} == {
            "centre": 10,
            "elsewhere": 15,
            "unknown": 10,
        }
        rows = {row.key: row for row in found.quartiers.rows}
        assert (rows["centre"].share, rows["centre"].inhabitants, rows["centre"].inhabitants_share) == (100, 500, 100)
        assert (rows["elsewhere"].share, rows["elsewhere"].inhabitants) == (None, None)
        assert (rows["unknown"].share, found.quartiers.base, found.whole_town) == (None, 10, False)
        ages = {row.key: row for row in found.ages.rows}
        assert ages["45-59"].inhabitants == 100
        assert {row.cell.count for row in found.ages.rows} == {None}  # all others are empty: it guards them


@both_databases
def test_the_number_of_queries_does_not_grow(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 5, town.centre)
    counts = []
    for _more in range(2):
        with writing(app) as session:
            space = space_of(session, town)
            with queries(app) as sent:
                participation_of(session, space, AT)
            counts.append(len(sent))
            for _one in range(3):
                town.item = make_item(session, space_id=town.space).id
                crowd(session, town, 20, town.meadows, YEAR - 30)
    assert counts[0] == counts[1] <= 5
