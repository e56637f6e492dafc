# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that come with a document of a process: from the desk to its public page, and gone with it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.db.session import db, write
from civic.erasure import erasers_of
from civic.files.jobs import destroy_removed
from civic.files.models import StoredFile
from civic.items.models import Document
from civic.journal.models import JournalEntry
from civic.people.erasure import erase_person
from civic.people.models import Account
from civic.permissions.actor import SYSTEM
from civic.registry import current_registry
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS
from civic.spaces.models import Space
from tests.civic.files import samples
from tests.civic.files.sending import addresses, rows, send_file, stored, work
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import someone
from tests.queries import queries

pytestmark = both_databases
STUDY = b"Etude des rives.\nTrois hectares de prairie."
TITLE = "L’étude des rives"


@pytest.fixture
def clerk(app):
    return someone(app, role="clerk")


@pytest.fixture
def home(app, clerk) -> str:
    """A process in preparation, at the desk."""
    mine = clerk[1]
    mine.open("/desk/processes/new").send("/desk/processes/new", title="Les rives", slug="rives")
    return mine.path.removesuffix("/edit")


def opened(mine, home) -> None:
    """The frame is written, and the process open to everyone."""
    texts = {name: f"Texte de {name}" for name in (*FRAME_FIELDS, *LEGAL_FIELDS)}
    mine.open(f"{home}/edit").send("/edit", level="consult", **texts)
    mine.open(f"{home}/move/open").send("/move/open")


def with_study(mine, home) -> None:
    """The study is published with its file."""
    mine.open(f"{home}/documents/new")
    send_file(mine, "étude.txt", STUDY, title=TITLE, nature="document")
    assert "Conservé" in mine.text, "the form comes back with the file, before anything is published"
    mine.send("/documents/new")
    assert mine.path == home


def test_a_file_goes_from_the_desk_to_the_public_page(app, clerk, home):
    mine, visitor = clerk[1], Visitor(app.test_client())
    with_study(mine, home)
    [file] = rows(app)
    assert (file.owner_id, file.account_id) == (None, clerk[0])
    [address] = addresses(mine.open("/processes/rives").text)
    assert visitor.client.get(address).status_code == 404
    assert mine.client.get(address).data == STUDY
    opened(mine, home)
    work(app)
    [address] = addresses(visitor.open("/processes/rives").text)
    assert visitor.client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    link = visitor.text.partition(address)[2].partition("</a>")[0]
    assert "étude.txt" in link and "(texte simple, 1\xa0ko)" in link, "type and size stand in the link's text"


def test_a_preview_link_opens_the_files_too(app, clerk, home):
    mine, visitor = clerk[1], Visitor(app.test_client())
    with_study(mine, home)
    with app.app_context():
        token = db.session.scalars(select(Space.preview_token).where(Space.slug == "rives")).one()
    [address] = addresses(visitor.open(f"/processes/rives?preview={token}").text)
    assert f"{address}?preview={token}" in visitor.text
    assert visitor.client.get(f"{address}?preview={token}").headers["Cache-Control"] == "private, no-store"
    assert visitor.client.get(f"{address}?preview=x").status_code == 404


def test_a_picture_must_be_described(app, clerk, home):
    mine = clerk[1]
    mine.open(f"{home}/documents/new")
    send_file(mine, "rive.jpg", samples.with_place(), title="La rive", button=None, status=422)
    assert 'id="alternative-k0-error"' in mine.text
    mine.send("/documents/new", **{"alternative-k0": "La rive sous la neige"})
    work(app)
    assert 'alt="La rive sous la neige"' in mine.open("/processes/rives").text


def test_a_document_may_be_a_file_alone_and_never_nothing(app, clerk, home):
    mine = clerk[1]
    mine.open(f"{home}/documents/new").send("/documents/new", status=422, title=TITLE, nature="document")
    assert 'id="url-error"' in mine.text
    with_study(mine, home)


def test_what_is_no_document_is_refused_and_nothing_typed_is_lost(app, clerk, home):
    mine = clerk[1]
    mine.open(f"{home}/documents/new")
    send_file(mine, "vue.png", b"Bonjour", title=TITLE, body="Le texte", status=422)
    assert "ce n’est pas une image" in mine.text
    assert "Le texte" in mine.text
    assert rows(app) == []


def test_a_document_is_corrected_and_its_file_taken_away(app, clerk, home):
    mine = clerk[1]
    with_study(mine, home)
    [file] = rows(app)
    with app.app_context():
        document = db.session.scalars(select(Document.id)).one()
    mine.open(f"{home}/documents/{document}")
    mine.send("/documents/", title="L’étude, corrigée", body="Le résumé", **{f"remove-{file.id}": "1"})
    page = mine.open("/processes/rives").text
    assert "L’étude, corrigée" in page
    assert addresses(page) == []
    other = mine.open(f"{home}/documents/{document + 1}", status=404)
    assert other.text
    with app.app_context():
        acts = db.session.scalars(select(JournalEntry.act).where(JournalEntry.act.like("%_file"))).all()
    assert sorted(acts) == ["attach_file", "remove_file"]


def test_a_withdrawn_document_takes_its_files_with_it(app, clerk, home):
    mine = clerk[1]
    with_study(mine, home)
    [address] = addresses(mine.open("/processes/rives").text)
    mine.open(home).send("/remove")
    assert mine.client.get(address).status_code == 404
    with app.app_context(), write() as session:
        session.scalars(select(StoredFile)).one().removed_at = now() - timedelta(days=31)
        session.flush()
        destroy_removed(session, now())
    work(app)
    assert rows(app) == []
    assert stored(app) == {"private": [], "public": []}


def test_the_town_keeps_its_documents_when_the_clerk_s_data_is_erased(app, clerk, home):
    with_study(clerk[1], home)
    with app.app_context(), write() as session:
        person = session.get_one(Account, clerk[0]).person_id
        erase_person(session, SYSTEM, person, erasers_of(current_registry()), at=now())
    assert len(rows(app)) == 1


def test_many_files_cost_no_more_queries_than_one(app, clerk, home):
    mine = clerk[1]
    with_study(mine, home)
    with queries(app) as one:
        mine.open("/processes/rives")
    for number in range(3):
        mine.open(f"{home}/documents/new")
        send_file(mine, f"{number}.txt", STUDY + str(number).encode(), title=f"Étude {number}")
        mine.send("/documents/new")
    with queries(app) as four:
        mine.open("/processes/rives")
    assert len(four) == len(one)
