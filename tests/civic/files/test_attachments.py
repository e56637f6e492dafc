# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the form to the page: pictures and documents of a proposal, for its author, a visitor, a moderator."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from civic.adapters.pictures import Unreadable
from civic.clock import now
from civic.db.session import db, write
from civic.erasure import erasers_of
from civic.events.models import OutboxMessage
from civic.files.jobs import destroy_removed, place_misplaced
from civic.files.models import StoredFile
from civic.items.models import Item
from civic.people.erasure import erase_person
from civic.people.models import Account
from civic.permissions.actor import SYSTEM
from civic.ports.store import Area
from civic.registry import current_registry
from civic.spaces.models import Component
from tests.civic.files import samples
from tests.civic.files.sending import addresses, bytes_of, rows, send_file, stored, work
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import BODY, browser_of, item_numbered, move, propose, someone

pytestmark = both_databases
PHOTO = samples.with_place()
ALT = "Le banc cassé & l’arbre"


@pytest.fixture
def visitor(app, component):
    return Visitor(app.test_client())


def draft_with_photo(mine: Visitor) -> str:
    """A draft with a photograph; gives its address."""
    mine.open("/proposals/new")
    send_file(mine, "IMG 1.jpg", PHOTO, title="Un banc", body=BODY, file_alternative=ALT)
    assert mine.path.startswith("/proposals/drafts/")
    return mine.path


def test_a_picture_goes_from_the_draft_to_the_public_page(app, author, visitor):
    _account, mine = author
    draft_with_photo(mine)
    assert "En préparation" in mine.text
    assert [name.partition("/")[2] for name in stored(app)["private"]] == ["original"]
    work(app)
    mine.open(mine.path)
    private = addresses(mine.text)
    assert private
    assert stored(app)["public"] == []
    mine.send("/proposals/drafts/")
    number = mine.path.rsplit("/", 1)[1]
    # Public at once, before the runner has moved anything.
    assert visitor.client.get(addresses(visitor.open(f"/proposals/{number}").text)[0]).headers["Cache-Control"] == "private, no-store"  # fmt: skip
    work(app)
    page = visitor.open(f"/proposals/{number}").text
    public = addresses(page)
    assert [address.rsplit("/", 1)[1] for address in public] == sorted(["480.jpg", "480.webp", "800.jpg", "800.webp"])
    assert f'alt="{ALT.replace("&", "&amp;")}"' in page
    assert 'width="800" height="1200"' in page
    assert "480w" in page and "<picture>" in page and "style=" not in page
    assert not set(public) & set(private)
    assert stored(app)["private"] == []
    for address in public:
        answer = visitor.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype == {"jpg": "image/jpeg", "webp": "image/webp"}[address.rsplit(".")[-1]]
        assert b"SECRET" not in answer.data and b"Exif" not in answer.data
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert visitor.client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for address in private:
        assert mine.client.get(address).status_code == 404


def test_a_draft_s_picture_is_its_author_s_alone(app, author, visitor):
    _account, mine = author
    draft_with_photo(mine)
    work(app)
    clerk = someone(app, role="clerk")[1]
    for address in addresses(mine.open(mine.path).text):
        answer = mine.client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
        for other in (visitor, someone(app)[1], clerk):
            assert other.client.get(address).status_code == 404


def test_what_is_hidden_is_private_at_once_and_moved_away(app, author, visitor):
    _account, mine = author
    draft_with_photo(mine)
    mine.send("/proposals/drafts/")
    number = int(mine.path.rsplit("/", 1)[1])
    work(app)
    public = addresses(visitor.open(f"/proposals/{number}").text)
    with app.app_context(), write() as session:
        session.get_one(Item, item_numbered(app, number).id).visible = False
    for address in public:
        assert visitor.client.get(address).status_code == 404
        assert mine.client.get(address).headers["Cache-Control"] == "private, no-store"

    with app.app_context(), write() as session:
        place_misplaced(session, now())
    work(app)
    assert stored(app)["public"] == []
    assert len(stored(app)["private"]) == len(public)
    for address in public:
        assert mine.client.get(address).status_code == 404
    with app.app_context(), write() as session:
        session.get_one(Item, item_numbered(app, number).id).visible = True
        session.flush()
        place_misplaced(session, now())
    work(app)
    again = addresses(visitor.open(f"/proposals/{number}").text)
    assert not set(again) & set(public)
    assert visitor.client.get(again[0]).status_code == 200


def test_a_text_named_as_a_picture_is_refused_by_name_and_nothing_typed_is_lost(app, author):
    _account, mine = author
    mine.open("/proposals/new")
    send_file(mine, "vue.png", b"Bonjour", button=None, status=422, title="Un banc", body=BODY, place="12 rue Haute", file_alternative=ALT)  # fmt: skip
    assert "«\u00a0vue.png\u00a0»" in mine.text
    assert "ce n’est pas une image" in mine.text
    for typed in ("Un banc", "12 rue Haute", "Un second, qui dit pourquoi", ALT.replace("&", "&amp;")):
        assert typed in mine.text
    assert rows(app) == []
    assert stored(app) == {"private": [], "public": []}


@pytest.mark.parametrize(
    "name, content",
    [
        ("grande.jpg", samples.picture("JPEG") + b"\x00" * 30_000_000),
        ("bombe.png", samples.png_bomb),
        ("coupee.jpg", PHOTO[:-300]),
        ("dessin.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("plan.pdf", b"<html><script>alert(1)</script>"),
        ("plan.odt", samples.zip_bomb),
        ("\x00../../x.png", b"\x00"),
    ],
)
def test_hostile_files_come_back_as_a_sentence(app, author, name, content):
    _account, mine = author
    mine.open("/proposals/new")
    send_file(mine, name, content() if callable(content) else content, status=422, title="Un banc", body=BODY)
    assert "n’a pas été pris" in mine.text
    assert "Un second, qui dit pourquoi" in mine.text
    assert stored(app) == {"private": [], "public": []}


def test_a_picture_that_is_right_is_not_sent_twice_when_the_form_is_wrong(app, author):
    _account, mine = author
    mine.open("/proposals/new")
    send_file(mine, "vue.jpg", PHOTO, button=None, status=422, title="", body=BODY, file_alternative=ALT)
    assert "vue.jpg" in mine.text
    assert rows(app) == []
    mine.send("/proposals/new", title="Un banc")
    assert mine.path.startswith("/proposals/") and "new" not in mine.path
    [file] = rows(app)
    assert (file.name, file.alternative) == ("vue.jpg", {"fr": ALT})


def test_a_picture_must_be_described_before_it_is_public(app, author):
    _account, mine = author
    mine.open("/proposals/new")
    send_file(mine, "vue.jpg", PHOTO, button=None, status=422, title="Un banc", body=BODY)
    assert mine.text.count("Décrivez l’image «\u00a0vue.jpg\u00a0» pour qui ne la voit pas.") == 2
    mine.send("/proposals/new", **{"alternative-k0": "Un banc cassé"})
    assert rows(app)[0].alternative == {"fr": "Un banc cassé"}


def test_an_undescribed_draft_is_kept_and_not_submitted(app, author):
    _account, mine = author
    mine.open("/proposals/new")
    send_file(mine, "vue.jpg", PHOTO, title="Un banc", body=BODY)
    draft = mine.path
    mine.send("/proposals/drafts/", status=422)
    assert "pour qui ne la voit pas" in mine.text
    [file] = rows(app)
    mine.open(draft).send("/proposals/drafts/", **{f"alternative-{file.id}": "Un banc"})
    assert "drafts" not in mine.path


def test_a_visitor_s_picture_waits_while_they_sign_in(app, component, visitor):
    visitor.open("/proposals/new")
    send_file(visitor, "vue.jpg", PHOTO, button=None, title="Un banc", body=BODY, file_alternative=ALT)
    assert visitor.path.startswith("/sign-in")
    account_id, _browser = someone(app)
    signed_in = browser_of(app, account_id)
    signed_in.client.set_cookie("civic_pending", visitor.client.get_cookie("civic_pending").value)
    signed_in.open("/proposals/new")
    assert "vue.jpg" in signed_in.text
    signed_in.send("/proposals/new")
    work(app)
    [file] = rows(app)
    assert (file.name, file.state, file.alternative) == ("vue.jpg", "ready", {"fr": ALT})


def test_a_forged_or_foreign_token_brings_nothing(app, author):
    _account, mine = author
    mine.open("/proposals/new")
    form = dict(mine.form("/proposals/new").values)
    forged = {**form, "title": "Un banc", "body": BODY, "keep": "1", "kept": ["x", "a.b.c", "é", ""]}
    assert mine.client.post("/proposals/new", data=forged).status_code == 303
    assert rows(app) == []


def test_the_same_file_sent_again_is_one_file(app, author):
    _account, mine = author
    draft_with_photo(mine)
    send_file(mine, "autre.jpg", PHOTO, file_alternative=ALT)
    assert len(rows(app)) == 1


def test_five_files_and_no_more(app, author):
    _account, mine = author
    draft = draft_with_photo(mine)
    for place in range(4):
        send_file(mine.open(draft), f"note {place}.txt", f"note {place}".encode())
    assert len(rows(app)) == 5
    assert "enlevez-en un" in mine.open(draft).text
    form = dict(mine.form("/proposals/drafts/").values)

    sent = {**form, "attach": "file", "file": (BytesIO(b"une de plus"), "six.txt")}
    answer = mine.client.post(draft, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert len(rows(app)) == 5


def test_a_file_is_removed_and_destroyed_after_the_delay(app, author, visitor):
    _account, mine = author
    draft_with_photo(mine)
    mine.send("/proposals/drafts/")
    number = mine.path.rsplit("/", 1)[1]
    work(app)
    public = addresses(visitor.open(f"/proposals/{number}").text)
    [file] = rows(app)
    mine.open(f"/proposals/{number}/edit").send("/edit", **{f"remove-{file.id}": "1"})
    for address in public:
        assert visitor.client.get(address).status_code == 404
        assert mine.client.get(address).status_code == 404
    assert addresses(visitor.open(f"/proposals/{number}").text) == []
    work(app)
    assert stored(app)["public"] == []
    assert stored(app)["private"] != []

    for days, left in ((29, 1), (31, 0)):
        with app.app_context(), write() as session:
            session.get_one(StoredFile, file.id).removed_at = now() - timedelta(days=days)
            session.flush()
            destroy_removed(session, now())
        work(app)
        assert len(rows(app)) == left
    assert stored(app) == {"private": [], "public": []}


def test_a_document_is_a_download_that_runs_nothing(app, author, visitor):
    _account, mine = author
    mine.open("/proposals/new")
    send_file(mine, "../Étude «1».pdf", samples.pdf(), title="Un banc", body=BODY)
    mine.send("/proposals/drafts/")
    work(app)
    [address] = addresses(visitor.open(mine.path).text)
    answer = visitor.client.get(address)
    assert answer.data == samples.pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "%C3%89tude" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Étude «1».pdf" in visitor.text


def test_a_picture_that_cannot_be_drawn_is_told_to_its_author_alone(app, author, visitor, monkeypatch):
    _account, mine = author
    draft_with_photo(mine)
    mine.send("/proposals/drafts/")

    def fails(content):

        raise Unreadable("a decoder's trouble")

    monkeypatch.setattr("civic.files.work.render", fails)
    work(app)
    assert rows(app)[0].state == "refused"
    assert stored(app) == {"private": [], "public": []}
    assert "IMG 1.jpg" in mine.open(mine.path).text
    assert "IMG 1.jpg" not in visitor.open(mine.path).text


def test_only_the_author_adds_and_only_while_the_text_can_change(app, author):
    account, mine = author
    number = propose(app, account, component_of(app), title="Un banc")
    neighbour = someone(app)[1]
    neighbour.open(f"/proposals/{number}/edit", status=403)
    send_file(mine.open(f"/proposals/{number}/edit"), "vue.jpg", PHOTO, file_alternative=ALT)
    assert mine.path.startswith(f"/proposals/{number}/edit")
    assert len(rows(app)) == 1
    late = dict(mine.form("/edit").values)

    move(app, number, "study")

    sent = {**late, "once": "x" * 20, "file": (BytesIO(b"trop tard"), "tard.txt")}
    answer = mine.client.post(f"/proposals/{number}/edit", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert len(rows(app)) == 1


def component_of(app):

    with app.app_context():
        return db.session.scalar(select(Component.id))


def test_a_moderator_takes_a_picture_away_with_the_reason(app, author, visitor):
    _account, mine = author
    draft_with_photo(mine)
    mine.send("/proposals/drafts/")
    number = mine.path.rsplit("/", 1)[1]
    work(app)
    [file] = rows(app)
    page = f"/items/{number}/files/{file.id}/remove"
    assert visitor.client.get(page).status_code == 303
    someone(app)[1].open(page, status=403)
    moderator = someone(app, role="moderator")[1]
    assert "Retirer" in moderator.open(f"/proposals/{number}").text
    moderator.open(page).send("/remove", reason="On y reconnaît un enfant.")
    assert addresses(visitor.open(f"/proposals/{number}").text) == []
    moderator.open(page, status=404)
    with app.app_context():
        left = select(OutboxMessage.payload).where(OutboxMessage.kind == "mail", OutboxMessage.done_at.is_(None))
        mails = list(db.session.scalars(left))
    assert ["On y reconnaît un enfant." in mail["body"] for mail in mails] == [True]
    assert "IMG 1.jpg" in mails[0]["body"]
    assert f"/n/{number}" in mails[0]["body"]


def test_an_erased_person_leaves_no_file(app, author):
    account, mine = author
    draft_with_photo(mine)
    mine.send("/proposals/drafts/")
    work(app)

    export = mine.client.get("/account/my-data.json").json
    assert [(one["name"], one["alternative"]) for one in export["files"]] == [("IMG 1.jpg", {"fr": ALT})]
    with app.app_context(), write() as session:
        person_id = session.get_one(Account, account).person_id
        erase_person(session, SYSTEM, person_id, erasers_of(current_registry()), at=now())
    work(app)
    assert rows(app) == []
    assert stored(app) == {"private": [], "public": []}


def test_a_deleted_draft_takes_its_files_along(app, author):
    _account, mine = author
    draft_with_photo(mine)
    mine.send("/delete")
    work(app)
    assert rows(app) == []
    assert stored(app) == {"private": [], "public": []}


def test_the_area_of_a_document_follows_too(app, author):
    _account, mine = author
    mine.open("/proposals/new")
    send_file(mine, "plan.pdf", samples.pdf(), title="Un banc", body=BODY)
    [file] = rows(app)
    assert bytes_of(app, Area.PRIVATE, f"{file.key}/document.pdf") == samples.pdf()
    mine.send("/proposals/drafts/")
    work(app)
    [moved] = rows(app)
    assert moved.key != file.key
    assert bytes_of(app, Area.PUBLIC, f"{moved.key}/document.pdf") == samples.pdf()
