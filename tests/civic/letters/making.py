# SPDX-License-Identifier: AGPL-3.0-or-later
"""Someone without e-mail, files that the town answers, letters read back from their PDF, codes written by their readers."""

import io
import re
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

from pypdf import PdfReader
from sqlalchemy import select

from civic.answers.models import Answer
from civic.answers.services import AnswerText, draft_answer, move_answer
from civic.answers.signature import sign_answer
from civic.clock import now
from civic.db.session import db
from civic.items.models import Item
from civic.jobs.outbox import drain
from civic.letters.models import Letter
from civic.people.models import Account
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform
from modules.proposals.services import cycle_of
from modules.proposals.workflow import PROPOSAL
from tests.civic.counter.making import ROSE, begin, end
from tests.civic.people.making import actor_for, make_department, make_staff, writing
from tests.forms import Visitor

ADDRESS = "7 rue du Lavoir\n00000 Rive"
ANSWER = "Le banc existe **déjà**, à trente mètres.\n\n- à l’ombre #strong[x]\n- depuis *2019* $x$"
PARIS = ZoneInfo("Europe/Paris")
PAGE = "/en/account/letter-code"
CODE = re.compile(r"\b([A-Z0-9]{5} [A-Z0-9]{5})\b")


def proposes(helper, title="Un banc <b>à l’ombre</b> #panic()", **who) -> int:
    """Someone proposes at the counter; gives the item's id."""
    sitting = begin(helper, **{"address": ADDRESS, **who})
    helper.open(f"/desk/counter/{sitting}/new/proposals.proposal")
    helper.send("/new/proposals.proposal", title=title, body="Pour se reposer.")
    end(helper, sitting)
    with helper.client.application.app_context():
        return db.session.scalars(select(Item.id).order_by(Item.id.desc())).first()


def send_back(app, item_id, reason="Dites combien d’arbres."):
    """The town sends a file back to its author."""
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk", "Léa Greffe"))
        item = session.get_one(Item, item_id)
        perform(session, cycle_of(session), clerk, item, "send_back", at=now(), data=TransitionData(reason=reason))
    settle(app)


def answer(app, item_id, body=ANSWER) -> int:
    """The town declines, by a signed answer; gives its id."""
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk", "Léa Greffe"))
        official = make_staff(session, "official", "Anne Maire")
        item, department = session.get_one(Item, item_id), make_department(session, f"d{item_id}")
        data = TransitionData(department_id=department.id)
        perform(session, cycle_of(session), clerk, item, "study", at=now(), data=data)
        text = AnswerText(transition="decline", body=body, signer_id=official.id)
        drafted = draft_answer(session, clerk, item, PROPOSAL, text, now())
        for step in ("submit", "approve"):
            move_answer(session, clerk, drafted.id, step, version=drafted.version, comment="", at=now())
        signer = actor_for(session, session.get_one(Account, official.id))
        cycle = cycle_of(session)
        sign_answer(session, signer, drafted.id, cycle, version=drafted.version, at=now(), zone=PARIS)
        answer_id = session.get_one(Answer, drafted.id).id
    settle(app)
    return answer_id


def settle(app):
    """The jobs deliver everything that was announced."""
    while drain(app):
        pass


def letters(app) -> list[Letter]:
    """Every letter, oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def mailed(app, instance, address) -> list[str]:
    """Subjects of the mails an address received."""
    settle(app)
    files = sorted((instance / "mail").glob("*.eml"))
    read_ones = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [mail["Subject"] for mail in read_ones if mail["To"] == address]


def pdf_of(helper, batch_id) -> bytes:
    """The file of a batch, as a clerk downloads it."""
    page = helper.client.get(f"/desk/letters/{batch_id}/letters.pdf")
    assert page.status_code == 200, page.get_data(as_text=True)
    assert page.mimetype == "application/pdf"
    assert page.headers["Cache-Control"] == "no-store"
    return page.data


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def words(data: bytes) -> str:
    """The text of all pages, lines joined."""
    return " ".join(" ".join(page.extract_text().split()) for page in read(data).pages)


def issue(helper, **who) -> str:
    """A clerk issues a code for one person and downloads the letter; gives the code that it carries."""
    one = {"address": ADDRESS, **ROSE, **who}
    helper.open("/desk/letters/codes").send("/desk/letters/codes/one", **one)
    batch = int(re.search(r"/desk/letters/(\d+)$", helper.path)[1])
    return CODE.search(words(pdf_of(helper, batch)))[1]


def use(visitor, code, born=ROSE["birth_date"], status=200, **more) -> Visitor:
    """Someone writes the code of a letter."""
    return visitor.open(PAGE).send("/account/letter-code", code=code, born=born, status=status, **more)


def passer_by(app) -> Visitor:
    return Visitor(app.test_client())


def is_out(visitor) -> bool:
    """Whether nobody is signed in in this browser."""
    return visitor.client.get("/account").status_code == 303
