# SPDX-License-Identifier: AGPL-3.0-or-later
"""Absences: who stands in for whom, day by day."""

from datetime import timedelta

import pytest

from civic.people.absences import absence_on, end_absence, record_absence, stands_in_for
from civic.people.models import Absence, Account
from civic.permissions.decision import Missing, Refused
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_staff, writing
from tests.databases import both_databases

DAY = timedelta(days=1)


@pytest.fixture
def three(app):
    with writing(app) as session:
        return [make_staff(session, "clerk", name).id for name in ("Anaïs", "Bérénice", "Chloé")]


def away(session, account_id, replacement_id, from_on=TODAY, last_day=TODAY + 6 * DAY, note=""):
    actor = actor_for(session, session.get_one(Account, account_id))
    return record_absence(
        session,
        actor,
        account_id=account_id,
        replacement_id=replacement_id,
        from_on=from_on,
        last_day=last_day,
        note=note,
        at=AT,
    )


@both_databases
def test_the_replacement_stands_in_on_each_day_of_the_absence_only(app, three):
    anais, berenice, chloe = three
    with writing(app) as session:
        away(session, anais, berenice)
        for offset, stands in ((-1, set()), (0, {anais}), (6, {anais}), (7, set())):
            assert stands_in_for(session, berenice, TODAY + offset * DAY) == stands, offset
        assert stands_in_for(session, chloe, TODAY) == set()
        assert absence_on(session, anais, TODAY) is not None
        assert absence_on(session, berenice, TODAY) is None


def test_without_replacement_nobody_stands_in(app, three):
    anais, berenice, _chloe = three
    with writing(app) as session:
        away(session, anais, None)
        assert stands_in_for(session, berenice, TODAY) == set()


def test_whoever_replaces_an_absent_replacement_takes_over_both(app, three):
    anais, berenice, chloe = three
    with writing(app) as session:
        away(session, anais, berenice)
        away(session, berenice, chloe, from_on=TODAY + 3 * DAY)
        assert stands_in_for(session, chloe, TODAY) == set()
        assert stands_in_for(session, chloe, TODAY + 4 * DAY) == {anais, berenice}


def test_two_who_replace_each_other_do_not_loop(app, three):
    anais, berenice, _chloe = three
    with writing(app) as session:
        session.add_all(
            Absence(account_id=one, replacement_id=other, from_on=TODAY, until_on=TODAY + DAY)
            for one, other in ((anais, berenice), (berenice, anais))
        )
        session.flush()
        assert stands_in_for(session, anais, TODAY) == {berenice}


def test_wrong_absences_are_refused_on_their_field(app, three):
    anais, berenice, chloe = three
    with writing(app) as session:
        resident = make_account(session, "Rose").id
        auditor = make_staff(session, "auditor", "Gérard").id
        for changed, field in (
            ({"last_day": TODAY - DAY}, "last_day"),
            ({"replacement_id": anais}, "replacement_id"),
            ({"replacement_id": resident}, "replacement_id"),
            ({"replacement_id": auditor}, "replacement_id"),
        ):
            with pytest.raises(Missing) as refused:
                away(session, anais, **{"replacement_id": berenice, **changed})
            assert field in refused.value.fields
        away(session, chloe, None)
        with pytest.raises(Missing) as refused:
            away(session, anais, chloe)
        assert "replacement_id" in refused.value.fields
        with pytest.raises(Missing) as refused:
            away(session, chloe, berenice, from_on=TODAY + 6 * DAY, last_day=TODAY + 9 * DAY)
        assert "from_on" in refused.value.fields


def test_coming_back_early_ends_the_replacement_the_same_day(app, three):
    anais, berenice, _chloe = three
    with writing(app) as session:
        actor = actor_for(session, session.get_one(Account, anais))
        absence = away(session, anais, berenice)
        end_absence(session, actor, absence.id, today=TODAY + 2 * DAY, at=AT)
        assert stands_in_for(session, berenice, TODAY + DAY) == {anais}
        assert stands_in_for(session, berenice, TODAY + 2 * DAY) == set()
        with pytest.raises(Refused):
            end_absence(session, actor, absence.id, today=TODAY + 3 * DAY, at=AT)
        later = away(session, anais, berenice, from_on=TODAY + 10 * DAY, last_day=TODAY + 11 * DAY)
        end_absence(session, actor, later.id, today=TODAY, at=AT)
        session.flush()
        assert session.get(Absence, later.id) is None
