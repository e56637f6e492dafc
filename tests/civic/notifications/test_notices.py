# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is told what, by the job that drains the outbox, outside any request."""

from datetime import timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

from sqlalchemy import select

from civic.answers.corrections import correct_answer
from civic.answers.models import Answer
from civic.answers.services import AnswerContent, AnswerText, draft_answer, move_answer
from civic.answers.signature import sign_answer
from civic.db.session import db
from civic.events.models import OutboxMessage
from civic.follows.models import Follow
from civic.jobs.outbox import drain
from civic.people.models import Absence, Account, Delegation
from civic.permissions.actor import SYSTEM
from civic.settings.store import save_settings
from civic.settings.workflows import WorkflowSettings, workflow_scope
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform
from modules.proposals.services import Content, cycle_of, start_draft, submit_proposal
from modules.proposals.workflow import KIND, PROPOSAL
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_department, make_staff, writing
from tests.databases import both_databases

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


def mails(instance):
    """Subject, address and text of every mail, oldest first."""
    read = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted((instance / "mail").glob("*.eml"))
    ]
    return [(mail["To"], mail["Subject"], mail.get_content()) for mail in read]


@both_databases
def test_author_and_followers_are_told_once_each_in_their_language_with_the_reason(app, instance):
    with writing(app) as session:
        author = make_account(session, "Inès Durand", email="ines@rive.example")
        follower = make_account(session, "Sam Follow", email="sam@rive.example", language="en")
        clerk = actor_for(session, make_staff(session, "clerk", "Léa Greffe"))
        content = Content(title="Planter la <b>cour</b>", body="La cour est un parking d’asphalte.")
        item = start_draft(session, actor_for(session, author), content, None, AT)
        submit_proposal(session, actor_for(session, author), item, AT)
        for account in (author, follower):
            session.merge(Follow(item_id=item.id, account_id=account.id, at=AT))
        session.flush()
        data = TransitionData(reason="Dites combien d’arbres.")
        perform(session, cycle_of(session), clerk, item, "send_back", at=AT, data=data)
        number = item.number
    for _ in range(6):
        drain(app)
    told = [mail for mail in mails(instance) if "Dites combien" in mail[2]]
    assert sorted(mail[0] for mail in told) == ["ines@rive.example", "sam@rive.example"]
    french, english = sorted(told, key=lambda mail: mail[0])
    assert french[1] == f"n°\u00a0{number}\u202f: Ne peut pas être étudiée en l’état"
    assert english[1] == f"No. {number}: Cannot be studied as it is"
    assert "Planter la <b>cour</b>" in french[2]
    assert f"/en/proposals/{number}" in english[2]


@both_databases
def test_nobody_is_told_of_a_draft(app, instance):
    with writing(app) as session:
        author = make_account(session, "Inès Durand", email="ines@rive.example")
        start_draft(session, actor_for(session, author), Content(title="Brouillon"), None, AT)
        assert session.get_one(Account, author.id).email == "ines@rive.example"
    for _ in range(4):
        drain(app)
    assert mails(instance) == []


@both_databases
def test_mails_name_a_stage_as_the_town_does(app, instance):
    with writing(app) as session:
        author = make_account(session, "Inès Durand", email="ines@rive.example")
        names = {"submitted": {"fr": "Sur notre bureau"}}
        save_settings(session, SYSTEM, workflow_scope(KIND), WorkflowSettings(labels=names), AT)
        item = start_draft(session, actor_for(session, author), Content(title="Un banc", body="Là."), None, AT)
        submit_proposal(session, actor_for(session, author), item, AT)
    for _ in range(4):
        drain(app)
    [(_to, subject, text)] = mails(instance)
    assert subject.endswith("Sur notre bureau")
    assert "Sur notre bureau" in text


@both_databases
def test_a_correction_is_told_with_its_reason_and_an_absent_official_s_deputy_is_told_to_sign(app, instance):
    with writing(app) as session:
        author = make_account(session, "Inès Durand", email="ines@rive.example")
        clerk = actor_for(session, make_staff(session, "clerk", "Léa Greffe"))
        official, deputy = (make_staff(session, "official", name) for name in ("Anne Maire", "Hugo Adjoint"))
        department = make_department(session)
        content = Content(title="Un banc", body="À l’ombre.")
        item = start_draft(session, actor_for(session, author), content, None, AT)
        submit_proposal(session, actor_for(session, author), item, AT)
        follower, silent = make_account(session, "Sam", email="sam@rive.example"), make_account(session)
        session.add_all(Follow(item_id=item.id, account_id=one.id, at=AT) for one in (follower, silent))
        substitute = make_staff(session, "official", "Pia Suppléante")
        silent.email = substitute.email = ""  # signs in through a provider that gave no address
        perform(
            session, cycle_of(session), clerk, item, "study", at=AT, data=TransitionData(department_id=department.id)
        )
        on, until = TODAY - DAY, TODAY + DAY
        session.add(Absence(account_id=official.id, from_on=on, until_on=until, replacement_id=substitute.id))
        session.add(
            Delegation(official_id=official.id, deputy_id=deputy.id, act_reference="12", from_on=on, until_on=until)
        )
        session.flush()
        text = AnswerText(
            transition="decline", body="Le banc existe déjà, à trente mètres, depuis 2019.", signer_id=official.id
        )
        answer = draft_answer(session, clerk, item, PROPOSAL, text, AT)
        for step in ("submit", "approve"):
            move_answer(session, clerk, answer.id, step, version=answer.version, comment="", at=AT)
        answer_id, addresses = answer.id, {official.email, deputy.email}
    for _ in range(6):
        drain(app)
    assert {to for to, _subject, text in mails(instance) if "/desk/answers/" in text} == addresses
    with writing(app) as session:
        answer, cycle = session.get_one(Answer, answer_id), cycle_of(session)
        signer = actor_for(session, session.get_one(Account, deputy.id))
        sign_answer(session, signer, answer_id, cycle, version=answer.version, at=AT, zone=PARIS)
        body = "Le banc existe déjà, à trente mètres, depuis 2021."
        correct_answer(
            session, clerk, answer_id, AnswerContent(body=body), reason="Année fausse", version=answer.version, at=AT
        )
    for _ in range(8):
        drain(app)
    told = [mail for mail in mails(instance) if "Année fausse" in mail[2]]
    assert sorted(to for to, _subject, _text in told) == ["ines@rive.example", "sam@rive.example"]
    assert all("/proposals/" in text for _to, _subject, text in told)
    with app.app_context():
        sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).all()
    assert [(one.error, one.failed_at) for one in sent if one.error or one.done_at is None] == []
    assert len(sent) == len(mails(instance))
