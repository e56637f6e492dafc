# SPDX-License-Identifier: AGPL-3.0-or-later
"""Doubtful pairs: looked at side by side, decided once, joined for good or never asked about again."""

import pytest
from sqlalchemy import func, select

from civic.db.session import db
from civic.items.models import CountDelta
from civic.journal.models import JournalEntry
from civic.people.doubtful_pairs import DIFFERENT, SAME, DoubtfulPair, count_doubts
from civic.people.doubts import decide_pair
from civic.people.identity import CivilIdentity
from civic.people.merging import merge_persons
from civic.people.models import Person, PersonIdentifier
from civic.people.presence import KNOWN
from civic.people.verification import Proof, verify_residence, verify_upload
from civic.permissions.decision import Refused
from civic.supports.models import Support
from tests.civic.people.at_desk import at_desk
from tests.civic.people.making import AT, TODAY, make_account, make_item, writing
from tests.civic.people.registering import ODILE, alike, at_once, clerk_actor, make_clerk, register
from tests.civic.people.test_verification import BILL
from tests.databases import both_databases

NEAR = alike(surname="Lefran", usage_name="")
YES = {"decision": SAME, "understood": "y"}


@pytest.fixture
def clerk(app):
    return make_clerk(app)


@pytest.fixture
def two(app, clerk):
    """Two persons who may be one; one item that both support, one that the second supports."""
    (_, low), (_, high) = register(app, clerk, ODILE), register(app, clerk, NEAR)
    with writing(app) as session:
        both, alone = make_item(session).id, make_item(session, "Un abri").id
        rows = ((both, low), (both, high), (alone, high))
        session.add_all(Support(item_id=item, person_id=person, at=AT) for item, person in rows)
    return low, high


def decide(app, clerk, decision, pair=None):
    with writing(app) as session:
        pair_id = pair or session.scalars(select(DoubtfulPair.id)).one()
        return decide_pair(session, clerk_actor(session, clerk), pair_id, decision, at=AT)


@both_databases
def test_the_same_person_is_counted_once_and_found_under_both_writings(app, clerk, two):
    low, high = two
    assert decide(app, clerk, SAME).double_supports == 1
    with app.app_context():
        session = db.session()
        assert session.get_one(Person, high).merged_into_id == low
        assert session.scalars(select(Support.person_id)).all() == [low, low]
        assert [row.amount for row in session.scalars(select(CountDelta))] == [-1]
        pair = session.scalars(select(DoubtfulPair)).one()
        assert (pair.decision, pair.decided_at, pair.decided_by_id) == (SAME, AT, clerk)
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "decide_pair")).one()
        assert entry.details == {"decision": "same", "reason": "spelling", "with": high}
        assert count_doubts(session) == 0
    for shown in (ODILE, NEAR):
        assert register(app, clerk, shown) == (KNOWN, low)


@both_databases
def test_two_different_people_are_never_asked_about_again_nor_joined(app, clerk, two):
    low, high = two
    assert decide(app, clerk, DIFFERENT) is None
    assert [register(app, clerk, shown) for shown in (ODILE, NEAR)] == [(KNOWN, low), (KNOWN, high)]
    with writing(app) as session:
        assert count_doubts(session) == 0
        actor = clerk_actor(session, clerk)
        with pytest.raises(Refused) as error:
            merge_persons(session, actor, low, high, AT)
        assert error.value.refusals[0].code == "two_identities"
        who = alike(first_names="Odile", usage_name="")
        account = make_account(session, "Odile L.")
        done = verify_residence(session, actor, account.person_id, BILL, _civil(who), at=AT)
        assert done.person.id == low


@both_databases
def test_the_one_who_has_an_account_stays(app, clerk, two):
    low, high = two
    with writing(app) as session:
        make_account(session, person=session.get_one(Person, high))
    decide(app, clerk, SAME)
    with app.app_context():
        assert db.session.get_one(Person, low).merged_into_id == high


@both_databases
def test_two_clerks_decide_once(app, clerk, two):
    found = at_once(lambda: decide(app, clerk, SAME), lambda: decide(app, clerk, DIFFERENT))
    (refused,) = (each for each in found if isinstance(each, Refused))
    assert refused.refusals[0].code == "decided_already"
    with app.app_context():
        kept = db.session.scalars(select(DoubtfulPair)).one()
        joined = db.session.scalar(select(func.count()).where(Person.merged_into_id.is_not(None)))
        assert (kept.decision == SAME) == (joined == 1)


@both_databases
def test_pairs_follow_whoever_is_joined(app, clerk, two):
    low, high = two
    _, third = register(app, clerk, alike(surname="Lefra", usage_name=""))
    with app.app_context():
        pairs = {(pair.low_id, pair.high_id): pair.id for pair in db.session.scalars(select(DoubtfulPair))}
    assert set(pairs) == {(low, high), (high, third)}
    decide(app, clerk, DIFFERENT, pairs[high, third])
    decide(app, clerk, SAME, pairs[low, high])
    with app.app_context():
        rows = db.session.execute(select(DoubtfulPair.low_id, DoubtfulPair.high_id, DoubtfulPair.decision))
        assert set(rows) == {(low, high, SAME), (low, third, DIFFERENT)}


@both_databases
def test_an_identity_only_written_online_loses_to_the_one_that_was_seen(app, clerk):
    with writing(app) as session:
        account = make_account(session, "Odile en ligne")
        proof = Proof("bill", TODAY)
        actor = clerk_actor(session, clerk)
        verify_upload(session, actor, account.person_id, proof, _civil(ODILE), sent_at=AT, at=AT)
        claimant = account.person_id
    assert register(app, clerk, ODILE)[0] == "doubtful"
    decide(app, clerk, DIFFERENT)
    with app.app_context():
        assert db.session.get_one(Person, claimant).level == "declared"
        assert db.session.scalars(select(PersonIdentifier.scheme)).all() == ["civil"]


@both_databases
def test_a_document_sent_online_under_another_writing_of_a_known_identity_is_refused(app, clerk):
    register(app, clerk, ODILE)
    with writing(app) as session:
        account = make_account(session, "Odile en ligne")
        who = _civil(alike(surname="LEFRANC", first_names="Odile"))
        with pytest.raises(Refused) as error:
            verify_upload(
                session, clerk_actor(session, clerk), account.person_id, Proof("bill", TODAY), who, sent_at=AT, at=AT
            )
        assert error.value.refusals[0].code == "known_identity"


@both_databases
def test_the_whole_way_at_the_desk(app, clerk, two):
    _low, high = two
    desk = at_desk(app, "clerk", "Nadia R.")
    assert "/desk/doubts" in desk.get("/desk/people").text
    assert "/desk/doubts/1" in desk.get(f"/desk/people/{high}").text
    assert "/desk/doubts/1" in desk.get("/desk/doubts").text
    page = desk.get("/desk/doubts/1")
    for text in ("Lefranc", "Lefran", "Odile, Marie", "Marchand"):
        assert text in page.text
    asked = desk.send("/desk/doubts/1", {"decision": SAME})
    assert asked.status_code == 422
    assert desk.send("/desk/doubts/1", {}).status_code == 422
    tokens = desk.tokens("/desk/doubts/1")
    done = desk.send("/desk/doubts/1", YES, tokens=tokens)
    assert (done.status_code, done.location) == (303, "/desk/doubts")
    told = desk.get("/desk/doubts").text
    assert "1 " in told
    assert "/desk/doubts/1" not in told
    late = desk.send("/desk/doubts/1", {"decision": DIFFERENT}, tokens=desk.tokens("/desk/people") | _fresh())
    assert late.status_code == 409
    assert desk.get("/desk/doubts/1").status_code == 404
    assert desk.get("/desk/doubts/99").status_code == 404


@pytest.mark.parametrize("role", ["agent", "moderator", "official", "auditor"])
def test_only_those_who_verify_people_compare_them(app, clerk, two, role):
    desk = at_desk(app, role)
    for path in ("/desk/doubts", "/desk/doubts/1"):
        assert desk.get(path).status_code == 403


def _civil(shown):
    return CivilIdentity(shown.surname, shown.first_names, shown.birth_date, shown.usage_name)


def _fresh():
    return {"once": "0123456789abcdefghij"}
