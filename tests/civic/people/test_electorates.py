# SPDX-License-Identifier: AGPL-3.0-or-later
"""Electorates: the reasons of one person and the SQL of everyone never disagree; each refusal says what to do."""

import random
from datetime import date, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from civic.items.models import Item
from civic.people.electorates import Electorate, electorate_of, eligible, refusal
from civic.people.levels import LEVELS, add_verification
from civic.people.models import Person
from civic.spaces.models import Space, SpaceMember
from civic.territory.models import Quartier
from civic.workflow.guarding import state_may_change
from tests.civic.people.making import AT, make_person, writing
from tests.databases import both_databases


def places(session):
    quartiers = [
        Quartier(slug=f"q{n}", name={"fr": f"Q{n}"}, geometry={}, valid_from=date(2000, 1, 1)) for n in range(3)
    ]
    session.add_all(quartiers)
    spaces = []
    for n in range(2):
        with state_may_change():
            item = Item(kind="civic.process", state="draft", state_at=AT, title={"fr": "é"}, created_at=AT)
        session.add(item)
        session.flush()
        space = Space(id=item.id, kind="process", slug=f"s{n}")
        session.add(space)
        spaces.append(item.id)
    session.flush()
    return [quartier.id for quartier in quartiers], spaces


def random_person(session, rng, quartiers, spaces):
    person = make_person(
        session,
        birth_year=rng.choice([None, 1950, 2007, 2008, 2009, 2010, 2011, 2015]),
        quartier_id=rng.choice([None, *quartiers]),
        erased_at=AT if rng.random() < 0.1 else None,
    )
    for level in LEVELS[1:]:
        if rng.random() < 0.5:
            expiry = rng.choice([None, AT, AT + timedelta(days=1), AT - timedelta(days=1)])
            add_verification(session, person, level, "desk", at=AT - timedelta(days=9), expires_at=expiry)
    for space in spaces:
        if rng.random() < 0.4:
            session.add(SpaceMember(space_id=space, person_id=person.id))
    return person


def random_electorate(rng, quartiers, spaces):
    return Electorate(
        min_age=rng.choice([0, 0, 16, 18]),
        age_on=rng.choice([None, date(2026, 6, 15), date(2027, 1, 1)]),
        level=rng.choice(LEVELS),
        quartiers=frozenset(rng.sample(quartiers, rng.choice([0, 0, 1, 2]))),
        members_of=frozenset(rng.sample(spaces, rng.choice([0, 0, 1, 2]))),
        roll_only=rng.random() < 0.15,
    )


@both_databases
def test_one_by_one_and_all_at_once_give_the_same_persons(app):
    rng = random.Random(20260615)
    with writing(app) as session:
        quartiers, spaces = places(session)
        people = [random_person(session, rng, quartiers, spaces) for _ in range(60)]
        people[0].merged_into_id = people[1].id
        session.flush()
        admitted = 0
        for _ in range(60):
            electorate = random_electorate(rng, quartiers, spaces)
            one_by_one = {person.id for person in people if refusal(session, electorate, person, AT) is None}
            all_at_once = set(session.scalars(select(Person.id).where(eligible(electorate, AT))))
            assert one_by_one == all_at_once, electorate
            admitted += len(one_by_one)
        assert admitted > 200, "the random data must let some through"


def test_each_refusal_has_a_code_a_sentence_and_where_possible_a_way_on(app):
    with writing(app) as session:
        quartiers, spaces = places(session)
        person = make_person(session)
        ask = lambda electorate: refusal(session, electorate, person, AT)  # noqa: E731 - one line reads better here
        codes = [(ask(Electorate(level=level)).code) for level in LEVELS[1:]]
        assert codes == ["email_needed", "residence_needed", "roll_needed"]
        with force_locale("en"):
            assert "counter" in str(ask(Electorate(level="residence")))
        add_verification(session, person, "roll", "roll", at=AT)
        assert ask(Electorate(roll_only=True)) is None
        assert ask(Electorate(min_age=16)).code == "birth_year_needed"
        person.birth_year = 2011
        assert ask(Electorate(min_age=16)).code == "too_young"
        assert ask(Electorate(min_age=16, age_on=date(2027, 3, 1))) is None
        assert ask(Electorate(quartiers=frozenset(quartiers[:1]))).code == "quartier_needed"
        person.quartier_id = quartiers[1]
        assert ask(Electorate(quartiers=frozenset(quartiers[:1]))).code == "other_quartier"
        assert ask(Electorate(members_of=frozenset(spaces))).code == "not_member"
        assert refusal(session, Electorate(), None, AT).remedy == "sign_in"


def test_settings_values_make_an_electorate():
    made = electorate_of(
        {
            "min_age": 16,
            "age_on": "2026-09-01",
            "level": "residence",
            "quartiers": "3, 8;9",
            "members_of": [4],
            "other": 1,
        }
    )
    assert made == Electorate(16, date(2026, 9, 1), "residence", frozenset({3, 8, 9}), frozenset({4}))
    assert electorate_of({}) == Electorate()
    for wrong in ({"level": "friend"}, {"min_age": 400}, {"age_on": "demain"}, {"quartiers": "a"}):
        with pytest.raises(ValueError):
            electorate_of(wrong)
