# SPDX-License-Identifier: AGPL-3.0-or-later
"""Under the age the town set: a pseudonym, nothing done before a parent signs, everything again the day the age is reached."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from civic.comments.services import write_comment
from civic.counter.acting import on_behalf
from civic.counter.models import CounterMandate
from civic.journal.models import JournalEntry
from civic.organisations.services import Wanted, request_organisation
from civic.people.actors import actor_of_account
from civic.people.erasure import erase_person
from civic.people.identity import CivilIdentity
from civic.people.jobs import forget_minors
from civic.people.merging import merge_persons
from civic.people.minor import Minor
from civic.people.minors import (
    anniversary,
    minor_of,
    record_authorisation,
    revoke_authorisation,
    say_age,
    typed_code,
)
from civic.people.models import Account, Person
from civic.people.naming import numbered_name
from civic.people.presence import NOT_SHOWN, ShownIdentity, register_present
from civic.people.profile import Profile, change_profile
from civic.people.pseudonyms import is_pseudonym
from civic.people.settings import PEOPLE_SCOPE, PeopleSettings
from civic.people.verification import Proof, verify_residence, verify_upload
from civic.permissions.actor import SYSTEM, VISITOR
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Missing, Refused
from civic.registry import current_registry
from civic.settings.store import save_settings
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_item, make_staff, writing
from tests.databases import both_databases

YOUNG = CivilIdentity("Martin", "Lucas Paul", date(2013, 9, 20))
OF_AGE = date(2028, 9, 20)


@pytest.fixture
def place(app):
    """An open write, a young person's account, a clerk."""
    with writing(app) as session:
        account = make_account(session, "Lucas M.")
        account.person.given_name, account.person.family_name = "Lucas", "Martin"
        clerk = make_staff(session, "clerk", "Nadia Rahmani")
        yield session, account, actor_for(session, clerk)


def told(session, account: Account) -> Minor:
    return say_age(session, actor_for(session, account), 2013, 9, AT)


def sign(session, clerk, minor: Minor, at=AT) -> None:
    record_authorisation(session, clerk, minor.id, guardian="Anne Martin", signed_on=TODAY, reference="Boîte 4", at=at)


def refused(session, account: Account, action: str = "comment:write", at=AT) -> str:
    refusal = CORE_POLICY.refusal(action, actor_for(session, account), None, at)
    return refusal.code if refusal else ""


@both_databases
def test_nothing_is_done_before_a_parent_signs_nor_after_they_take_it_back(place):
    session, account, clerk = place
    assert not refused(session, account)
    minor = told(session, account)
    assert minor.of_age_on == date(2028, 10, 1)
    item = make_item(session, visible=True)
    for action in ("comment:write", "follow:item", "organisation:request"):
        assert refused(session, account, action) == "parent_needed"
    assert not refused(session, account, "account:own")
    with pytest.raises(Denied):
        write_comment(session, actor_for(session, account), item, "Un skatepark", AT)
    sign(session, clerk, minor)
    write_comment(session, actor_for(session, account), item, "Un skatepark", AT)
    before = minor.code
    revoke_authorisation(session, clerk, minor.id, AT)
    assert (minor.guardian, minor.reference, minor.signed_on, minor.recorded_by_id) == ("", "", None, None)
    assert minor.code != before
    assert refused(session, account) == "parent_needed"
    kept = select(JournalEntry.act).where(JournalEntry.subject_id == account.person_id).order_by(JournalEntry.id)
    assert session.scalars(kept).all() == ["say_minor", "record_authorisation", "revoke_authorisation"]
    sign(session, clerk, minor)
    assert not refused(session, account)


@both_databases
def test_the_day_the_age_is_reached_it_lapses_by_itself(place):
    session, account, clerk = place
    minor = told(session, account)
    midnight = datetime(2028, 9, 30, 22, 0, tzinfo=UTC)  # in Paris, the first of October begins
    assert refused(session, account, at=midnight - timedelta(seconds=1)) == "parent_needed"
    assert not refused(session, account, at=midnight)
    sign(session, clerk, minor)
    forget_minors(session, midnight - timedelta(seconds=1))
    assert minor_of(session, account.person_id) is not None
    forget_minors(session, midnight)
    assert minor_of(session, account.person_id) is None
    with pytest.raises(Refused):
        revoke_authorisation(session, clerk, minor.id, midnight)


@both_databases
def test_only_clerks_record_and_only_what_was_signed(place):
    session, account, clerk = place
    minor = told(session, account)
    for actor in (actor_for(session, account), VISITOR):
        with pytest.raises(Denied):
            sign(session, actor, minor)
        with pytest.raises(Denied):
            revoke_authorisation(session, actor, minor.id, AT)
    with pytest.raises(Refused):
        revoke_authorisation(session, clerk, minor.id, AT)
    with pytest.raises(Missing) as missing:
        record_authorisation(
            session, clerk, minor.id, guardian=" ", signed_on=TODAY + timedelta(days=2), reference="x" * 161, at=AT
        )
    assert sorted(missing.value.fields) == ["guardian", "reference", "signed_on"]
    sign(session, clerk, minor)
    with pytest.raises(Refused):
        sign(session, clerk, minor)


@pytest.mark.parametrize(
    ("year", "month", "field"),
    [
        (2011, 5, "year"),  # fifteen on the first of June at the latest: today is the fifteenth
        (2026, 7, "year"),
        (1900, 5, "year"),
        (2013, 0, "month"),
        (2013, 13, "month"),
    ],
)
def test_an_age_that_is_none_or_reached_is_told_on_its_field(place, year, month, field):
    session, account, _clerk = place
    with pytest.raises(Missing) as missing:
        say_age(session, actor_for(session, account), year, month, AT)
    assert list(missing.value.fields) == [field]
    assert minor_of(session, account.person_id) is None


def test_the_month_of_birth_counts_whole(place):
    session, account, _clerk = place
    assert say_age(session, actor_for(session, account), 2011, 6, AT).of_age_on == date(2026, 7, 1)


def test_said_twice_it_is_kept_once_and_december_ends_with_the_year(place):
    session, account, _clerk = place
    first = say_age(session, actor_for(session, account), 2012, 12, AT)
    assert first.of_age_on == date(2028, 1, 1)
    assert say_age(session, actor_for(session, account), 2011, 12, AT) is first
    assert first.of_age_on == date(2028, 1, 1)


@both_databases
def test_a_document_seen_says_it_by_itself_and_corrects_what_was_said(place):
    session, account, clerk = place
    verify_residence(session, clerk, account.person_id, Proof("bill", TODAY), YOUNG, at=AT)
    minor = minor_of(session, account.person_id)
    assert minor is not None
    assert minor.of_age_on == OF_AGE
    assert refused(session, account) == "parent_needed"
    person = session.get_one(Person, account.person_id)
    assert person.display_name == numbered_name(person)
    other = make_account(session, "Zoé")
    told(session, other)
    grown = CivilIdentity("Petit", "Zoé", date(1990, 2, 3))
    verify_upload(session, clerk, other.person_id, Proof("bill", TODAY), grown, sent_at=AT, at=AT)
    assert refused(session, other) == "parent_needed"  # written, not seen: it lifts nothing
    verify_residence(session, clerk, other.person_id, Proof("bill", TODAY), grown, at=AT)
    assert not refused(session, other)


@both_databases
def test_at_the_counter_a_minor_is_one_too(place):
    session, _account, clerk = place
    for document in (NOT_SHOWN, "card"):
        shown = ShownIdentity("Martin", "Lucas Paul", YOUNG.birth_date, document)
        person = register_present(session, clerk, shown, AT).person
    assert is_pseudonym(person.display_name, "Lucas", "Martin")
    mandate = CounterMandate(id=1)
    actor = on_behalf(session, clerk, person, mandate, "desk")
    assert CORE_POLICY.refusal("comment:write", actor, None, AT).code == "parent_needed"
    sign(session, clerk, minor_of(session, person.id))
    actor = on_behalf(session, clerk, person, mandate, "desk")
    assert CORE_POLICY.allows("comment:write", actor, None, AT)


@both_databases
def test_a_minor_keeps_a_pseudonym_with_or_without_authorisation(place):
    session, account, clerk = place
    minor = told(session, account)
    person = session.get_one(Person, account.person_id)
    assert person.display_name == numbered_name(person)
    for signed in (False, True):
        if signed:
            sign(session, clerk, minor)
        actor = actor_for(session, account)
        for own in ("Lucas Martin", "LUCAS", "martin2013", "Lucas M.", "Léo Durand"):
            with pytest.raises(Missing) as missing:
                change_profile(session, actor, Profile("Lucas", "Martin", own), "initial", AT)
            assert list(missing.value.fields) == ["display_name"]
        change_profile(session, actor, Profile("Lucas", "Martin", "Étoile filante"), "full", AT)
        assert person.display_name == "Étoile filante"
        change_profile(session, actor, Profile("Lucas", "Martin"), "full", AT)
        assert person.display_name == numbered_name(person)


def test_a_year_of_birth_under_the_age_is_said_in_its_place(place):
    session, account, _clerk = place
    with pytest.raises(Missing) as missing:
        change_profile(session, actor_for(session, account), Profile(birth_year=2012), "initial", AT)
    assert list(missing.value.fields) == ["birth_year"]
    told(session, account)
    change_profile(session, actor_for(session, account), Profile(birth_year=2013), "initial", AT)
    assert session.get_one(Person, account.person_id).birth_year == 2013


@both_databases
def test_no_organisation_is_spoken_for_even_with_authorisation(place):
    session, account, clerk = place
    sign(session, clerk, told(session, account))
    with pytest.raises(Denied) as denied:
        request_organisation(session, actor_for(session, account), Wanted("company", "732829320", "Club"), AT)
    assert denied.value.refusals[0].code == "own_name_only"


def test_a_town_may_set_another_age_or_none(place):
    session, account, clerk = place
    told(session, account)
    save_settings(session, SYSTEM, PEOPLE_SCOPE, PeopleSettings(minor_age=0), AT)
    assert not refused(session, account)
    with pytest.raises(Refused):
        say_age(session, actor_for(session, account), 2013, 9, AT)
    save_settings(session, SYSTEM, PEOPLE_SCOPE, PeopleSettings(minor_age=13), AT)
    other = make_account(session, "Zoé")
    with pytest.raises(Missing):
        say_age(session, actor_for(session, other), 2013, 5, AT)
    verify_residence(session, clerk, other.person_id, Proof("bill", TODAY), YOUNG, at=AT)
    assert minor_of(session, other.person_id).of_age_on == date(2026, 9, 20)


@both_databases
def test_two_accounts_of_one_minor_and_an_erasure_leave_no_trace(place):
    session, account, clerk = place
    other = make_account(session, "Lucas Martin")
    kept = told(session, account)
    told(session, other)
    sign(session, clerk, kept)
    merge_persons(session, clerk, other.person_id, account.person_id, AT, proven=True)
    assert session.scalar(select(func.count()).select_from(Minor)) == 1
    assert not refused(session, other)
    erase_person(session, clerk, account.person_id, (), at=AT)
    assert session.scalar(select(func.count()).select_from(Minor)) == 0


def test_every_policy_of_the_product_holds_a_minor_back(app):
    """Whatever a policy opens to someone for who they are waits for a parent, but for what it names."""
    with writing(app) as session:
        account = make_account(session)
        told(session, account)
        actor = actor_of_account(session, account.id)
        subject = make_item(session, state="submitted", visible=True, author_id=actor.person_id)
        policies = {policy.name: policy for _kind, one in current_registry().resources() for policy in (one.policy,)}
        policies[CORE_POLICY.name] = CORE_POLICY
        for policy in policies.values():
            for action, rule in policy.table.items():
                personal = any(predicate.personal for alternative in rule for predicate in alternative)
                refusal = policy.refusal(action, actor, subject, AT)
                if personal and action not in policy.without_parent:
                    assert refusal is not None, action
        assert CORE_POLICY.without_parent == {"account:own"}


@pytest.mark.parametrize(
    ("born", "age", "reached"),
    [
        (date(2013, 9, 20), 15, date(2028, 9, 20)),
        (date(2012, 2, 29), 15, date(2027, 3, 1)),
        (date(2012, 2, 29), 16, date(2028, 2, 29)),
    ],
)
def test_an_age_is_reached_on_the_birthday(born, age, reached):
    assert anniversary(born, age) == reached


@pytest.mark.parametrize(
    ("typed", "code"),
    [(" acde fghj ", "ACDEFGHJ"), ("ACDE-FGHJ", "ACDEFGHJ"), ("ACDEFGH", ""), ("ACDEFGHO", ""), ("", "")],
)
def test_a_code_is_read_however_it_is_typed(typed, code):
    assert typed_code(typed) == code


@pytest.mark.parametrize(
    ("name", "stands"),
    [
        ("Étoile filante", True),
        ("Skateur 94", True),
        ("Resident 12", True),
        ("", False),
        ("…", False),
        ("Le Goff", False),
        ("LeGoff78", False),
        ("Éloïse", False),
        ("eloise.l", False),
        ("Thomas Durand", False),
    ],
)
def test_a_pseudonym_holds_nothing_of_ones_name(name, stands):
    assert is_pseudonym(name, "Éloïse", "Le Goff") is stands
