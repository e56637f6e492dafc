# SPDX-License-Identifier: AGPL-3.0-or-later
"""An organisation is asked for, checked, spoken for by those who were let in, closed; its number is one."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.comments.erasure import erase_comments
from civic.comments.queries import thread_page
from civic.comments.services import write_comment
from civic.events.models import OutboxMessage
from civic.journal.models import JournalEntry
from civic.organisations.erasure import erase_memberships
from civic.organisations.members import (
    INVITATION,
    MOST,
    accept_invitation,
    add_speaker,
    decline_invitation,
    end_membership,
    forget_invitations,
    invite,
)
from civic.organisations.models import Organisation, OrganisationMember
from civic.organisations.queries import invitations_of, organisations_of
from civic.organisations.services import (
    MOST_WAITING,
    Wanted,
    accept_organisation,
    close_organisation,
    refuse_organisation,
    reopen_organisation,
    request_organisation,
    withdraw_request,
)
from civic.organisations.speaking import require_speaker, speaks_for
from civic.people.accounts import accounts_at
from civic.people.actors import actor_of_account
from civic.people.merging import merge_persons
from civic.permissions.actor import VISITOR
from civic.permissions.decision import Denied, Missing, Refused
from tests.civic.people.making import actor_for, make_account, make_item, make_staff, writing
from tests.databases import both_databases

pytestmark = both_databases
WANTED = Wanted("association", "W751000123", "Les Amis du Canal & de l’Écluse", "Nous nettoyons les berges.")


@pytest.fixture
def place(app):
    """An open write, someone, another one, a clerk."""
    with writing(app) as session:
        people = [make_account(session, name) for name in ("Élise Œuvrard", "Jean Le Goff")]
        clerk = make_staff(session, "clerk", "Nadia Rahmani")
        yield session, *(actor_for(session, account) for account in (*people, clerk))


def accepted(session, someone, clerk, wanted=WANTED) -> int:
    found = request_organisation(session, someone, wanted, now())
    return accept_organisation(session, clerk, found.id, now()).id


def told(session) -> list[str]:
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.id))
    return [row.payload["to"] for row in rows]


def acts(session) -> list[str]:
    kept = JournalEntry.subject_kind == "civic.organisation"
    return list(session.scalars(select(JournalEntry.act).where(kept).order_by(JournalEntry.id)))


def test_a_request_waits_for_a_clerk_and_says_nothing_before(place):
    session, someone, _other, clerk = place
    found = request_organisation(session, someone, WANTED, now())
    assert found.slug == "les-amis-du-canal-de-l-ecluse"
    assert not speaks_for(session, someone, now())
    with pytest.raises(Refused):
        require_speaker(session, someone, found.id, now())
    accept_organisation(session, clerk, found.id, now())
    assert [one.name for one in speaks_for(session, someone, now())] == [WANTED.name]
    require_speaker(session, someone, found.id, now())
    assert told(session) == [someone.email]
    assert acts(session) == ["request_organisation", "accept_organisation"]


def test_only_a_clerk_decides_once_and_with_a_reason(place):
    session, someone, other, clerk = place
    found = request_organisation(session, someone, WANTED, now())
    for actor in (someone, other, VISITOR):
        with pytest.raises(Denied):
            accept_organisation(session, actor, found.id, now())
    with pytest.raises(Missing):
        refuse_organisation(session, clerk, found.id, "  ", now())
    refuse_organisation(session, clerk, found.id, "Le numéro est celui d’une autre.", now())
    for late in (accept_organisation, reopen_organisation):
        with pytest.raises(Refused):
            late(session, clerk, found.id, now())
    assert acts(session) == ["request_organisation", "refuse_organisation"]


def test_a_number_is_known_once_until_it_is_refused_or_withdrawn(place):
    session, someone, other, clerk = place
    first = request_organisation(session, someone, WANTED, now())
    with pytest.raises(Refused) as refused:
        request_organisation(session, other, WANTED, now())
    assert refused.value.refusals[0].code == "number_taken"
    with pytest.raises(Denied):
        withdraw_request(session, other, first.id, now())
    withdraw_request(session, someone, first.id, now())
    second = request_organisation(session, other, WANTED, now())
    assert second.slug == "les-amis-du-canal-de-l-ecluse-2"
    refuse_organisation(session, clerk, second.id, "Sans papier", now())
    third = accepted(session, someone, clerk)
    close_organisation(session, clerk, third, "Dissoute", now())
    with pytest.raises(Refused):
        request_organisation(session, other, WANTED, now())


def test_two_who_ask_at_once_make_one(app):
    with writing(app) as session:
        accounts = [make_account(session).id for _ in range(2)]
    start, outcomes = Barrier(2), []

    def ask(account_id):
        start.wait()
        try:
            with writing(app) as session:
                request_organisation(session, actor_of_account(session, account_id), WANTED, now())
            outcomes.append("asked")
        except Refused as error:
            outcomes.append(error.refusals[0].code)

    threads = [Thread(target=ask, args=(one,)) for one in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["asked", "number_taken"]
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " . "}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"purpose": "x" * 601}, "purpose"),
        ({"number": "W75"}, "number"),
        ({"kind": "state"}, "kind"),
    ],
)
def test_what_is_wrong_is_told_on_its_field(place, changed, field):
    session, someone, _other, _clerk = place
    with pytest.raises(Missing) as refused:
        request_organisation(session, someone, Wanted(**{**vars(WANTED), **changed}), now())
    assert field in refused.value.fields


def test_one_person_asks_for_few_at_a_time(place):
    session, someone, _other, _clerk = place
    for number in range(MOST_WAITING):
        request_organisation(session, someone, Wanted("association", f"W75100000{number}", "Club"), now())
    with pytest.raises(Refused):
        request_organisation(session, someone, WANTED, now())


def test_an_invitation_is_answered_by_the_owner_of_the_address(place):
    session, someone, other, clerk = place
    found = accepted(session, someone, clerk)
    with pytest.raises(Refused):
        invite(session, other, found, "ailleurs@rive.example", "fr", now())
    member = invite(session, someone, found, f" {other.email.upper()} ", "fr", now())
    assert invite(session, someone, found, other.email, "fr", now()).id == member.id
    assert told(session).count(other.email) == 1
    for stranger in (someone, clerk):
        with pytest.raises(Refused):
            accept_invitation(session, stranger, member.id, now())
    with pytest.raises(Refused):
        accept_invitation(session, other, member.id, now() + INVITATION)
    assert [row.id for row in invitations_of(session, other, now())] == [member.id]
    accept_invitation(session, other, member.id, now())
    assert not member.email
    require_speaker(session, other, found, now())
    again = invite(session, someone, found, other.email, "fr", now())
    decline_invitation(session, other, again.id, now())
    require_speaker(session, other, found, now())


def test_whoever_asked_a_clerk_or_oneself_ends_a_membership(place):
    session, someone, other, clerk = place
    found = accepted(session, someone, clerk)
    assert add_speaker(session, clerk, found, other.email, now())
    mine, others = session.scalars(select(OrganisationMember).order_by(OrganisationMember.id)).all()
    with pytest.raises(Denied):
        end_membership(session, other, mine.id, now())
    end_membership(session, someone, others.id, now())
    with pytest.raises(Refused):
        require_speaker(session, other, found, now())
    with pytest.raises(Refused):
        end_membership(session, clerk, others.id, now())
    add_speaker(session, clerk, found, other.email, now())
    end_membership(session, other, others.id, now())
    assert not speaks_for(session, other, now())
    with pytest.raises(Denied):
        add_speaker(session, someone, found, other.email, now())


def test_a_clerk_invites_where_the_address_is_nobodys_or_shared(place):
    session, someone, other, clerk = place
    found = accepted(session, someone, clerk)
    make_account(session, "Simone", other.email)
    assert len(accounts_at(session, other.email)) == 2
    assert not add_speaker(session, clerk, found, other.email, now())
    assert not add_speaker(session, clerk, found, "nouvelle@rive.example", now())
    assert not speaks_for(session, other, now())


def test_invitations_are_few_and_forgotten(place):
    session, someone, _other, clerk = place
    found = accepted(session, someone, clerk)
    for number in range(MOST - 1):
        invite(session, someone, found, f"{number}@rive.example", "fr", now())
    with pytest.raises(Refused):
        invite(session, someone, found, "trop@rive.example", "fr", now())
    forget_invitations(session, now() + INVITATION + timedelta(minutes=1))
    assert session.scalar(select(func.count()).select_from(OrganisationMember)) == 1


def test_it_comments_in_its_name_and_the_person_is_not_named(place):
    session, someone, other, clerk = place
    found, item = accepted(session, someone, clerk), make_item(session, visible=True)
    question = write_comment(session, other, item, "Quand ?", now(), nature="question")
    written = write_comment(session, someone, item, "Nos bénévoles aideront.", now(), organisation_id=found)
    with pytest.raises(Refused):
        write_comment(session, other, item, "Moi aussi", now(), organisation_id=found)
    with pytest.raises(Refused):
        write_comment(session, other, item, "Moi aussi", now(), organisation_id=99_999)
    add_speaker(session, clerk, found, clerk.email, now())
    reply = write_comment(session, clerk, item, "Nous", now(), parent_id=question.id, organisation_id=found)
    assert not reply.for_town
    rows = {row.id: row for row in thread_page(session, item.id).rows}
    shown = rows[written.id]
    assert (shown.author, shown.signature, shown.organisation) == (WANTED.name, WANTED.name, "association")
    assert rows[question.id].replies[0].signature == WANTED.name
    assert not rows[question.id].organisation


def test_closed_it_stays_readable_and_says_nothing_new_until_opened_again(place):
    session, someone, _other, clerk = place
    found, item = accepted(session, someone, clerk), make_item(session, visible=True)
    write_comment(session, someone, item, "Nos bénévoles", now(), organisation_id=found)
    close_organisation(session, clerk, found, "Dissoute", now())
    assert not speaks_for(session, someone, now())
    with pytest.raises(Refused) as refused:
        write_comment(session, someone, item, "Encore", now(), organisation_id=found)
    assert refused.value.refusals[0].code == "organisation_closed"
    with pytest.raises(Refused):
        invite(session, someone, found, "a@rive.example", "fr", now())
    assert [row.author for row in thread_page(session, item.id).rows] == [WANTED.name]
    reopen_organisation(session, clerk, found, now())
    write_comment(session, someone, item, "Encore", now(), organisation_id=found)


def test_one_who_is_erased_leaves_what_the_organisation_said(place):
    session, someone, _other, clerk = place
    found, item = accepted(session, someone, clerk), make_item(session, visible=True)
    own = write_comment(session, someone, item, "Le mien", now())
    its = write_comment(session, someone, item, "Le sien", now(), organisation_id=found)
    erase_comments(session, someone.person_id, now())
    erase_memberships(session, someone.person_id, now())
    assert (own.body, its.body) == ("", "Le sien")
    assert not speaks_for(session, someone, now())


def test_two_records_of_one_person_keep_one_membership(place):
    session, someone, other, clerk = place
    found = accepted(session, someone, clerk)
    add_speaker(session, clerk, found, other.email, now())
    merge_persons(session, clerk, other.person_id, someone.person_id, now(), proven=True)
    assert [row.member_id is not None for row in organisations_of(session, someone.person_id)] == [True]
    assert session.scalar(select(func.count()).select_from(OrganisationMember)) == 1
