# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is told what, by the job that drains the outbox, outside any request."""

from email import message_from_bytes, policy

from civic.follows.models import Follow
from civic.jobs.outbox import drain
from civic.people.models import Account
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform
from modules.proposals.services import Content, cycle_of, start_draft, submit_proposal
from tests.civic.people.making import AT, actor_for, make_account, make_staff, writing
from tests.databases import both_databases


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
