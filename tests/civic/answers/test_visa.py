# SPDX-License-Identifier: AGPL-3.0-or-later
"""The visa of an answer: draft, review, signature; nothing public before; every way a signature is refused."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from civic.answers.corrections import correct_answer
from civic.answers.guards import digest
from civic.answers.models import Answer
from civic.answers.queries import corrections, signed_answer
from civic.answers.services import AnswerContent, AnswerText, draft_answer, edit_answer, move_answer
from civic.answers.signature import return_answer, sign_answer
from civic.items.models import Item
from civic.jobs.outbox import drain
from civic.journal.models import JournalEntry
from civic.people.absences import record_absence
from civic.people.delegations import record_delegation
from civic.people.models import Account, Department
from civic.permissions.decision import Denied, Missing, Refused, StaleVersion
from civic.settings.workflows import lifecycle
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform
from modules.proposals.models import Proposal
from modules.proposals.permissions import PROPOSAL_POLICY
from modules.proposals.services import Content, start_draft, submit_proposal
from modules.proposals.workflow import PROPOSAL
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_staff, writing
from tests.databases import both_databases
from tests.modules.proposals.making import switch_on

pytestmark = both_databases

ZONE = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
BODY = "Oui, en partie : la moitié nord sera plantée cet hiver, la moitié sud attend le réseau d’eau."


class Town:
    """Ids of who and what a test needs; each test takes actors afresh inside its own write."""

    def __init__(self, session):
        service = Department(slug="parks", name={"fr": "Espaces verts"})
        session.add(service)
        session.flush()
        self.department = service.id
        self.agent = make_staff(session, "agent", "Ana Agente", department_id=service.id).id
        self.clerk = make_staff(session, "clerk", "Léa Greffe").id
        self.official = make_staff(session, "official", "Claire Morel").id
        self.deputy = make_staff(session, "official", "Hugo Adjoint").id
        self.resident = make_account(session, "Inès Durand").id
        content = Content(title="Planter la <b>cour</b>", body="La cour est un parking d’asphalte.")
        author = self.actor(session, "resident")
        item = start_draft(session, author, content, None, AT - 9 * DAY)
        submit_proposal(session, author, item, AT - 9 * DAY)
        self.item = item.id
        data = TransitionData(department_id=self.department)
        perform(session, self.cycle(session), self.actor(session, "clerk"), item, "study", at=AT - 8 * DAY, data=data)

    def actor(self, session, who):
        return actor_for(session, session.get_one(Account, getattr(self, who)))

    def cycle(self, session):
        return lifecycle(session, PROPOSAL, PROPOSAL_POLICY)

    def draft(self, session, **changed):
        text = AnswerText(**{"transition": "accept_partly", "body": BODY, "signer_id": self.official, **changed})
        item = session.get_one(Item, self.item)
        return draft_answer(session, self.actor(session, "agent"), item, PROPOSAL, text, AT)

    def step(self, session, answer, act, who, comment=""):
        return move_answer(
            session, self.actor(session, who), answer.id, act, version=answer.version, comment=comment, at=AT
        )

    def give_back(self, session, answer, who, comment):
        actor = self.actor(session, who)
        return return_answer(session, actor, answer.id, version=answer.version, comment=comment, at=AT, zone=ZONE)

    def to_sign(self, session, **changed):
        answer = self.draft(session, **changed)
        self.step(session, answer, "submit", "agent")
        self.step(session, answer, "approve", "clerk")
        return answer

    def sign(self, session, answer, who="official", version=None, at=AT):
        version = answer.version if version is None else version
        actor = self.actor(session, who)
        return sign_answer(session, actor, answer.id, self.cycle(session), version=version, at=at, zone=ZONE)


@pytest.fixture
def town(app):
    with writing(app) as session:
        return Town(session)


def test_an_answer_goes_from_draft_to_signature_and_moves_its_proposal(app, town):
    with writing(app) as session:
        answer = town.to_sign(session)
        assert signed_answer(session, town.item) is None
        town.sign(session, answer)
        item = session.get_one(Item, town.item)
        assert (answer.state, item.state) == ("signed", "accepted_partly")
        public = signed_answer(session, town.item)
        assert public is not None
        assert (public.body, public.signer_name) == (BODY, "Claire Morel")
        acts = session.scalars(select(JournalEntry.act).where(JournalEntry.subject_kind == "civic.answer")).all()
        assert acts == ["create", "submit", "approve", "sign"]


def test_only_one_answer_is_prepared_at_a_time(app, town):
    with writing(app) as session:
        town.draft(session)
        with pytest.raises(Refused, match="already_drafted"):
            town.draft(session)
        assert session.scalar(select(func.count()).select_from(Answer)) == 1


def test_the_agent_of_another_department_does_not_draft(app, town):
    with writing(app) as session:
        other = Department(slug="roads", name={"fr": "Voirie"})
        session.add(other)
        session.flush()
        stranger = make_staff(session, "agent", "Sam Voirie", department_id=other.id)
        item = session.get_one(Item, town.item)
        text = AnswerText(transition="accept", body=BODY, signer_id=town.official)
        with pytest.raises(Denied, match="not_in_charge"):
            draft_answer(session, actor_for(session, stranger), item, PROPOSAL, text, AT)


def test_an_edit_after_the_review_makes_the_review_fall(app, town):
    with writing(app) as session:
        answer = town.to_sign(session)
        text = AnswerText(transition="accept_partly", body=BODY + " Douze arbres.", signer_id=town.official)
        edit_answer(session, town.actor(session, "agent"), answer.id, PROPOSAL, text, version=answer.version, at=AT)
        assert (answer.state, answer.reviewed_digest) == ("review", "")
        with pytest.raises(Refused, match="wrong_state"):
            town.sign(session, answer)
        assert answer.body.endswith("Douze arbres.")


def test_a_text_changed_behind_the_engine_is_not_signed(app, town):
    with writing(app) as session:
        answer = town.to_sign(session)
        answer.body = "Autre chose que ce qui a été relu par le service."
        session.flush()
        with pytest.raises(Refused, match="review_fell"):
            town.sign(session, answer)


def test_a_deputy_signs_under_a_delegation_that_holds_and_the_page_says_so(app, town):
    with writing(app) as session:
        grant(session, town, TODAY - 10 * DAY, TODAY + 10 * DAY)
        answer = town.to_sign(session)
        town.sign(session, answer, "deputy")
        assert answer.signer_name == "Hugo Adjoint"
        assert "par délégation de Claire Morel (2026-014)" in answer.signer_title


def test_a_delegation_that_expired_yesterday_signs_nothing(app, town):
    with writing(app) as session:
        grant(session, town, TODAY - 10 * DAY, TODAY - DAY)
        answer = town.to_sign(session)
        with pytest.raises(Denied, match="delegation_expired"):
            town.sign(session, answer, "deputy")
        assert session.get_one(Item, town.item).state == "studied"


def test_an_absent_official_without_replacement_is_said(app, town):
    with writing(app) as session:
        away(session, town, None)
        answer = town.to_sign(session)
        with pytest.raises(Denied, match="nobody_replaces"):
            town.sign(session, answer, "deputy")


def test_a_replacement_signs_only_with_a_delegation(app, town):
    with writing(app) as session:
        away(session, town, town.deputy)
        answer = town.to_sign(session)
        with pytest.raises(Denied, match="replaces_without_delegation"):
            town.sign(session, answer, "deputy")
        grant(session, town, TODAY, TODAY + DAY)
        town.sign(session, answer, "deputy")
        assert answer.state == "signed"


def test_only_who_may_sign_or_stands_in_sends_it_back(app, town):
    with writing(app) as session:
        answer = town.to_sign(session)
        with pytest.raises(Denied, match="not_signer"):
            town.give_back(session, answer, "deputy", "Le coût manque.")
        with pytest.raises(Refused, match="wrong_way"):
            town.step(session, answer, "return_review", "deputy", "Le coût manque.")
        away(session, town, town.deputy)
        town.give_back(session, answer, "deputy", "Le coût manque.")
        assert (answer.state, answer.reviewed_digest) == ("draft", "")


def test_a_proposal_moved_meanwhile_refuses_the_signature_and_keeps_the_text(app, town):
    with writing(app) as session:
        answer = town.to_sign(session)
        item = session.get_one(Item, town.item)
        perform(session, town.cycle(session), town.actor(session, "clerk"), item, "put_to_decision", at=AT)
        with pytest.raises(Refused, match="item_moved"):
            town.sign(session, answer)
        assert (answer.state, answer.body) == ("to_sign", BODY)
        town.give_back(session, answer, "official", "Le dossier a avancé.")
        text = AnswerText(transition="accept_partly", body=BODY, signer_id=town.official)
        edit_answer(session, town.actor(session, "agent"), answer.id, PROPOSAL, text, version=answer.version, at=AT)
        town.step(session, answer, "submit", "agent")
        town.step(session, answer, "approve", "clerk")
        town.sign(session, answer)
        assert item.state == "accepted_partly"


def test_a_stale_signature_is_told(app, town):
    with writing(app) as session:
        answer = town.to_sign(session)
        with pytest.raises(StaleVersion):
            town.sign(session, answer, version=answer.version - 1)


def test_each_way_back_needs_a_comment(app, town):
    with writing(app) as session:
        answer = town.draft(session)
        town.step(session, answer, "submit", "agent")
        with pytest.raises(Missing):
            town.step(session, answer, "return_draft", "clerk")
        town.step(session, answer, "return_draft", "clerk", "Donner le coût.")
        assert answer.state == "draft"


def test_each_step_has_a_deadline(app, town):
    with writing(app) as session:
        answer = town.draft(session)
        assert answer.due_at is not None
        town.step(session, answer, "submit", "agent")
        assert answer.due_at is not None
        town.step(session, answer, "approve", "clerk")
        assert answer.due_at is not None


def correct(session, town, answer, who="clerk", reason="La date manquait.", **changed):
    """One correction, of the answer's present content but for what is given."""
    names = ("body", "cost_eur", "decision_reference", "planned_for")
    content = AnswerContent(**{name: getattr(answer, name) for name in names} | changed)
    actor = town.actor(session, who)
    return correct_answer(session, actor, answer.id, content, reason=reason, version=answer.version, at=AT)


def test_a_published_error_is_corrected_in_public(app, town):
    with writing(app) as session:
        answer = town.to_sign(session)
        with pytest.raises(Refused, match="not_published"):
            correct(session, town, answer, body=BODY + " En mars.")
        town.sign(session, answer)
        answer_id = answer.id
    for wrong in ({"reason": "", "body": BODY + " En mars."}, {}, {"cost_eur": -1}, {"body": "Oui."}):
        with pytest.raises(Missing), writing(app) as session:
            correct(session, town, session.get_one(Answer, answer_id), **wrong)
    with pytest.raises(Denied), writing(app) as session:
        correct(session, town, session.get_one(Answer, answer_id), "agent", body=BODY + " En mars.")
    with writing(app) as session:
        answer = session.get_one(Answer, answer_id)
        assert corrections(session, answer) == []
        correct(session, town, answer, body=BODY + " En mars.")
        assert answer.body.endswith("En mars.")
        (shown,) = corrections(session, answer)
        assert (shown.reason, shown.former_body, shown.former_facts) == ("La date manquait.", BODY, {})


def test_cost_number_and_planned_date_are_corrected_with_what_was_published_before(app, town):
    switch_on(app)
    with writing(app) as session:
        answer = town.to_sign(session, cost_eur=4200, planned_for="printemps 2026")
        town.sign(session, answer)
        proposal = session.get_one(Proposal, town.item)
        assert proposal.planned_for == "printemps 2026"
        correct(session, town, answer, reason="Un an trop tôt.", planned_for="printemps 2027")
        correct(session, town, answer, reason="Un zéro manquait.", cost_eur=42_000, decision_reference="2026-118")
        first, second = corrections(session, answer)
        assert (first.former_body, first.former_facts) == ("", {"planned_for": "printemps 2026"})
        assert second.former_facts == {"cost_eur": 4200, "decision_reference": ""}
        answer_id = answer.id
        number = session.get_one(Item, town.item).number
    while drain(app):
        pass
    with writing(app) as session:
        assert session.get_one(Proposal, town.item).planned_for == "printemps 2027"
        lines = session.scalars(
            select(JournalEntry.details)
            .where(JournalEntry.subject_kind == "civic.answer", JournalEntry.act == "correct")
            .order_by(JournalEntry.id)
        ).all()
        assert [line["former"] for line in lines] == [first.former_facts, second.former_facts]
        assert lines[-1]["digest"] == digest(session.get_one(Answer, answer_id))
    page = app.test_client().get(f"/proposals/{number}").get_data(as_text=True)
    assert "42\u202f000\u00a0€" in page
    assert "coût\u202f: 4\u202f200\u00a0€\u00a0· décision\u202f: non indiqué" in page
    assert "réalisation prévue\u202f: printemps 2026" in page
    assert "printemps 2027" in page


def test_a_date_told_after_the_answer_is_not_undone_by_its_correction(app, town):
    switch_on(app)
    with writing(app) as session:
        answer = town.to_sign(session, planned_for="printemps 2026")
        town.sign(session, answer)
        data = TransitionData(planned_for="automne 2028")
        item = session.get_one(Item, town.item)
        perform(session, town.cycle(session), town.actor(session, "agent"), item, "plan", at=AT, data=data)
        correct(session, town, answer, planned_for="printemps 2027")
    while drain(app):
        pass
    with writing(app) as session:
        assert session.get_one(Proposal, town.item).planned_for == "automne 2028"


def test_an_answer_gives_only_verdicts_the_workflow_knows(app, town):
    with writing(app) as session:
        for wrong in ("withdraw", "finish", "", "<script>"):
            with pytest.raises(Missing):
                town.draft(session, transition=wrong)


def grant(session, town, from_on, last_day):
    clerk = town.actor(session, "clerk")
    at = AT - 30 * DAY
    return record_delegation(
        session,
        clerk,
        official_id=town.official,
        deputy_id=town.deputy,
        act_reference="2026-014",
        from_on=from_on,
        last_day=last_day,
        at=at,
    )


def away(session, town, replacement_id):
    return record_absence(
        session,
        town.actor(session, "clerk"),
        account_id=town.official,
        replacement_id=replacement_id,
        from_on=TODAY - DAY,
        last_day=TODAY + DAY,
        at=AT,
    )
