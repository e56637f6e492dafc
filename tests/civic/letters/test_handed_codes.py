# SPDX-License-Identifier: AGPL-3.0-or-later
"""Someone seen at the counter goes home with a printed code: it opens a short session, once, and proves nothing more."""

import re

from sqlalchemy import func, select

from civic.clock import now
from civic.db.session import db
from civic.erasure import erasers_of
from civic.journal.models import JournalEntry
from civic.letters.models import LetterCode
from civic.people.erasure import erase_person
from civic.people.levels import add_verification
from civic.people.models import Account, Person, Verification
from civic.permissions.actor import SYSTEM
from civic.registry import current_registry
from civic.settings.store import save_settings
from civic.supports.models import Support
from modules.proposals.settings import SCOPE, ProposalSettings
from tests.civic.counter.making import ROSE, a_proposal, begin, counter, end, support
from tests.civic.letters.making import CODE, is_out, issue, passer_by, pdf_of, use, words
from tests.civic.people.making import writing
from tests.databases import both_databases
from tests.modules.proposals.making import someone

pytestmark = both_databases
LABEL = "Hand over a code"


def rose_of(app) -> Person:
    with app.app_context():
        return db.session.scalars(select(Person).where(Person.family_name == "Durand")).one()


def seen(app, helper, document="card") -> int:
    """Rose comes to the counter with a document, supports a file and leaves; gives the file's number."""
    number = a_proposal(app)
    sitting = begin(helper, document=document)
    support(helper, sitting, number)
    end(helper, sitting)
    return number


def handed(helper, person_id: int) -> str:
    """The clerk hands a code over from the person's page and prints it; gives it."""
    page = f"/en/desk/people/{person_id}"
    helper.open(page).send(f"/desk/people/{person_id}/code")
    batch = int(re.search(r"/desk/letters/(\d+)$", helper.path)[1])
    printed = words(pdf_of(helper, batch))
    assert "vaut alors pour lui" in printed, "not what a letter says"
    code = CODE.search(printed)[1]
    helper.send(f"/desk/letters/{batch}/sent")
    assert "Marked as handed over" in helper.text
    assert helper.client.get(f"/desk/letters/{batch}/letters.pdf").status_code == 409
    return code


def test_whoever_was_seen_at_the_counter_takes_part_from_home_and_counts_once(app):
    helper = counter(app)
    number, other = seen(app, helper), a_proposal(app, "Une fontaine")
    code = handed(helper, rose_of(app).id)
    rose = use(passer_by(app), code)
    assert "60 minutes" in rose.text
    assert "You support it" in rose.open(f"/en/proposals/{number}").text, "it is her: what the counter entered is hers"
    rose.open(f"/en/proposals/{other}").send(f"/items/{other}/support")
    rose.open("/en/proposals/new").send("/proposals/new", title="Un banc", body="Pour se reposer.")
    with app.app_context():
        assert db.session.scalar(select(func.count(Support.person_id.distinct()))) == 1
        assert db.session.scalar(select(func.count()).select_from(Support)) == 2
        acts = db.session.scalars(select(JournalEntry.act).where(JournalEntry.subject_id == rose_of(app).id)).all()
    assert {"hand_code", "use_handed_code"} <= set(acts)
    assert "verify_by_letter" not in acts
    assert "was used already" in use(passer_by(app), code, status=422).text


def test_it_proves_what_was_seen_and_not_where_one_lives(app):
    helper = counter(app)
    seen(app, helper)
    other = a_proposal(app, "Une fontaine")
    with writing(app) as session:
        save_settings(session, SYSTEM, SCOPE, ProposalSettings(support_level="residence"), now())
    rose = use(passer_by(app), handed(helper, rose_of(app).id), by_post="y")
    assert "whose residence was verified" in rose.open(f"/en/proposals/{other}").text
    with app.app_context():
        assert db.session.scalars(select(Verification.origin)).all().count("letter") == 0
    with writing(app) as session:
        add_verification(session, session.get_one(Person, rose_of(app).id), "residence", "desk", at=now())
    rose.open(f"/en/proposals/{other}").send(f"/items/{other}/support")
    assert "You support it" in rose.text


def test_it_is_for_whoever_was_seen_and_has_no_account(app):
    helper = counter(app)
    seen(app, helper, document="none")
    person, online = rose_of(app).id, someone(app)
    with app.app_context():
        account_of = db.session.get(Account, online[0]).person_id
    for other in (person, account_of):
        page = f"/en/desk/people/{other}"
        assert LABEL not in helper.open(page).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', helper.open("/en/desk/letters/codes").text)[1]
        refused = helper.client.post(f"{page}/code", data={"csrf_token": token}, follow_redirects=True)
        assert refused.request.path == page
        assert ("verify them" if other == person else "has an account") in refused.text
    seen(app, helper)
    code = handed(helper, person)
    second = helper.client.post(f"/en/desk/people/{person}/code", data={"csrf_token": token}, follow_redirects=True)
    assert "batch no." in second.text
    stranger = use(passer_by(app), code, born="1944-02-28", status=422)
    assert is_out(stranger)


def test_signed_in_the_account_becomes_one_with_who_was_seen(app):
    helper = counter(app)
    number = seen(app, helper)
    account, online = someone(app)
    online.open(f"/en/proposals/{number}").send(f"/items/{number}/support")
    use(online, handed(helper, rose_of(app).id))
    assert "now counts for your account" in online.text
    with app.app_context():
        assert db.session.get(Account, account).person_id == rose_of(app).id
        assert db.session.scalar(select(func.count()).select_from(Support)) == 1
        assert rose_of(app).level == "email"
    assert LABEL not in helper.open(f"/en/desk/people/{rose_of(app).id}").text


def test_a_code_of_someone_who_is_known_no_more_serves_no_more(app):
    helper = counter(app)
    seen(app, helper)
    person = rose_of(app).id
    code = handed(helper, person)
    with writing(app) as session:
        kept = session.scalars(select(LetterCode)).one()
        values = {name: getattr(kept, name) for name in ("batch_id", "civil_hash", "birth_hash", "sealed", "nonce", "code_hash", "issued_at", "expires_at")}  # fmt: skip
        erase_person(session, SYSTEM, person, erasers_of(current_registry()), at=now())
        assert session.scalars(select(LetterCode)).all() == []
        session.expunge_all()
        session.add(LetterCode(**values))  # as if it had come back with a backup
    assert "took this code back" in use(passer_by(app), code, status=422).text
    with app.app_context():
        assert db.session.scalars(select(Person).where(Person.family_name == "Durand")).all() == []


def test_a_letter_that_arrives_later_still_proves_the_residence(app):
    helper = counter(app)
    seen(app, helper)
    rose = use(passer_by(app), handed(helper, rose_of(app).id))
    use(rose, issue(helper), born=ROSE["birth_date"])
    assert rose_of(app).level == "residence"
