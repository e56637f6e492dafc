# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file that was taken away by mistake is put back, as long as it is kept; what its author removed stays removed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.db.session import db, write
from civic.events.models import OutboxMessage
from civic.files.jobs import destroy_removed
from civic.files.models import StoredFile
from civic.journal.models import JournalEntry, JournalText
from tests.civic.files import samples
from tests.civic.files.sending import addresses, rows, send_file, stored, work
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import BODY, item_numbered, someone

pytestmark = both_databases


@pytest.fixture
def shown(app, author) -> int:
    """A public proposal with a picture; gives its number."""
    mine = author[1]
    mine.open("/proposals/new")
    send_file(mine, "banc.jpg", samples.with_place(), title="Un banc", body=BODY, file_alternative="Le banc")
    mine.send("/proposals/drafts/")
    work(app)
    return int(mine.path.rsplit("/", 1)[1])


def take_away(app, number: int):
    """A clerk takes the picture away; gives the clerk's browser and the way back."""
    clerk = someone(app, role="clerk")[1]
    [file] = rows(app)
    clerk.open(f"/items/{number}/files/{file.id}/remove").send("/remove", reason="On y reconnaît un enfant.")
    work(app)
    return clerk, f"/desk/files/{file.id}/restore"


def test_what_was_taken_away_by_mistake_is_put_back_with_a_reason(app, author, shown):
    visitor = Visitor(app.test_client())
    clerk, way = take_away(app, shown)
    assert addresses(visitor.open(f"/proposals/{shown}").text) == []
    desk = f"/desk/items/{item_numbered(app, shown).id}"
    assert way in clerk.open(desk).text
    clerk.open(way).send("/restore", status=422)
    clerk.send("/restore", reason="C’était une statue.")
    assert clerk.path == desk
    assert way not in clerk.text
    history = clerk.open(f"/en{desk}").text
    assert "Picture or document removed" in history
    assert "Picture or document put back" in history
    assert "restore_file" not in history
    with app.app_context():
        mails = select(OutboxMessage.payload).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.id.desc())
        assert "C’était une statue." in db.session.scalars(mails).first()["body"]
        db.session.remove()
    before = addresses(visitor.open(f"/proposals/{shown}").text)
    assert before and visitor.client.get(before[0]).status_code == 200
    work(app)
    again = addresses(visitor.open(f"/proposals/{shown}").text)
    assert visitor.client.get(again[0]).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert stored(app)["private"] == []
    with app.app_context():
        told = select(JournalText.text).join(JournalEntry, JournalEntry.uid == JournalText.entry_uid)
        assert db.session.scalars(told.where(JournalEntry.act == "restore_file")).all() == ["C’était une statue."]
    clerk.open(way, status=404)


def test_what_its_author_removed_is_nobody_s_to_put_back(app, author, shown):
    mine, [file] = author[1], rows(app)
    mine.open(f"/proposals/{shown}/edit").send("/edit", **{f"remove-{file.id}": "1"})
    clerk = someone(app, role="clerk")[1]
    assert "restore" not in clerk.open(f"/desk/items/{item_numbered(app, shown).id}").text
    clerk.open(f"/desk/files/{file.id}/restore", status=404)


def test_only_whoever_moderates_files_puts_them_back(app, author, shown):
    _clerk, way = take_away(app, shown)
    someone(app, role="auditor")[1].open(way, status=403)
    author[1].open(way, status=403)
    someone(app, role="moderator")[1].open(way)


def test_after_the_delay_it_is_too_late(app, shown):
    clerk, way = take_away(app, shown)
    clerk.open(way)
    with app.app_context(), write() as session:
        session.scalars(select(StoredFile)).one().removed_at = now() - timedelta(days=30, minutes=1)
    clerk.send("/restore", status=422, reason="Trop tard")
    with app.app_context(), write() as session:
        destroy_removed(session, now())
    clerk.open(way, status=404)


def test_a_file_of_a_process_is_put_back_where_it_was(app):
    clerk = someone(app, role="clerk")[1]
    clerk.open("/desk/processes/new").send("/desk/processes/new", title="Les rives", slug="rives")
    home = clerk.path.removesuffix("/edit")
    clerk.open(f"{home}/documents/new")
    send_file(clerk, "étude.txt", b"Une phrase.", title="L’étude", nature="document", body="Le texte")
    clerk.send("/documents/new")
    [file] = rows(app)
    clerk.open(f"{home}/documents/{file.document_id}").send("/documents/", **{f"remove-{file.id}": "1"})
    assert addresses(clerk.open("/processes/rives").text) == []
    way = f"/desk/files/{file.id}/restore"
    assert way in clerk.open(home).text
    clerk.open(way).send("/restore", reason="C’était la bonne.")
    assert clerk.path == home
    assert len(addresses(clerk.open("/processes/rives").text)) == 1
    clerk.open(f"{home}/documents/{file.document_id}").send("/documents/", **{f"remove-{file.id}": "1"})
    clerk.open(home).send(f"/documents/{file.document_id}/remove")
    assert way not in clerk.open(home).text
