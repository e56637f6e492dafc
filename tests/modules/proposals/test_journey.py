# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the form to the page, as its author, a neighbour and a stranger live it, by HTTP and without script."""

from sqlalchemy import select

from civic.db.session import db
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.testing.factories import HOSTILE
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import BODY, browser_of, item_numbered, move, propose, someone

pytestmark = both_databases


def test_a_proposal_is_written_submitted_found_and_read_by_anyone(app, author, visitor):
    _account, mine = author
    mine.open("/proposals/new").send("/proposals/new", title=HOSTILE, body=BODY, place="12 rue des Acacias")
    number = mine.path.rsplit("/", 1)[1]
    assert mine.path == f"/proposals/{number}"
    page = visitor.open(f"/proposals/{number}").text
    assert "Un banc à l’ombre &amp; &lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<b>écrit</b>" not in page
    assert "12 rue des Acacias" in page
    assert f"/proposals/{number}" in visitor.open("/proposals/?q=l'OMBRE").text
    assert f"/proposals/{number}" not in visitor.open("/proposals/?q=piscine").text


def test_a_draft_is_seen_by_its_author_alone_and_keeps_its_half_written_text(app, author, visitor):
    _account, mine = author
    mine.open("/proposals/new").send("/proposals/new", button="1", title="", body="À moitié éc")
    assert mine.path.startswith("/proposals/drafts/")
    assert "À moitié éc" in mine.text
    someone(app)[1].open(mine.path, status=404)
    visitor.client.get(mine.path)
    assert "/sign-in" in visitor.client.get(mine.path).location
    assert "À moitié" not in visitor.open("/proposals/").text
    mine.send("/proposals/drafts/", title="Un titre enfin")
    assert mine.path.startswith("/proposals/") and "drafts" not in mine.path


def test_saving_while_typing_keeps_one_draft_per_form_and_submitting_uses_it(app, author):
    _account, mine = author
    mine.open("/proposals/new")
    form = dict(mine.form("/proposals/new").values)
    for typed in ("U", "Un ba", "Un banc"):
        answer = mine.client.post("/proposals/draft", data={**form, "title": typed})
        assert answer.status_code == 200
    with app.app_context():
        assert [item.title for item in db.session.scalars(select(Item).where(Item.state == "draft"))] == [
            {"fr": "Un banc"}
        ]
    mine.send("/proposals/new", title="Un banc", body=BODY)
    with app.app_context():
        kept = db.session.scalars(select(Item).where(Item.kind == "proposals.proposal")).all()
        assert [item.state for item in kept] == ["submitted"]


def test_a_draft_is_deleted_with_its_text(app, author):
    _account, mine = author
    mine.open("/proposals/new").send("/proposals/new", button="1", title="À jeter", body=BODY)
    mine.send("/delete")
    assert mine.path == "/proposals/"
    with app.app_context():
        assert db.session.scalars(select(Item).where(Item.kind == "proposals.proposal")).all() == []
        assert "discard" in db.session.scalars(select(JournalEntry.act)).all()


def test_what_is_sent_back_says_why_and_comes_back_completed_under_the_same_number(app, author, component, visitor):
    account_id, mine = author
    number = propose(app, account_id, component, title="Un skatepark")
    move(app, number, "send_back", reason="Il manque l’endroit précis.")
    assert "Il manque l’endroit précis." in visitor.open(f"/proposals/{number}").text
    assert f"/proposals/{number}/edit" not in visitor.text
    mine.open(f"/proposals/{number}")
    assert f"/proposals/{number}/edit" in mine.text
    mine.open(f"/proposals/{number}/edit").send("/edit", place="Derrière le gymnase Colette")
    assert item_numbered(app, number).state == "submitted"
    assert "Derrière le gymnase Colette" in visitor.open(f"/proposals/{number}").text


def test_the_author_corrects_within_the_time_allowed_and_the_history_says_so(app, author, component):
    account_id, mine = author
    number = propose(app, account_id, component, title="Un banc")
    mine.open(f"/proposals/{number}/edit").send("/edit", title="Deux bancs")
    assert "Deux bancs" in mine.text
    with app.app_context():
        [entry] = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "edit"))
        assert entry.details == {"fields": ["title"]}
    move(app, number, "study")
    mine.open(f"/proposals/{number}/edit")
    assert 'name="body"' not in mine.text


def test_a_proposal_is_withdrawn_by_its_author_alone_and_its_page_stays(app, author, component):
    account_id, mine = author
    number = propose(app, account_id, component)
    _other, stranger = someone(app)
    stranger.open(f"/proposals/{number}/withdraw", status=403)
    mine.open(f"/proposals/{number}/withdraw").send("/withdraw", reason="Le voisin l’a déjà fait <i>!</i>")
    assert item_numbered(app, number).state == "withdrawn"
    assert "Le voisin l’a déjà fait &lt;i&gt;!&lt;/i&gt;" in stranger.open(f"/proposals/{number}").text
    mine.open(f"/proposals/{number}/withdraw")
    assert 'name="reason"' not in mine.text


def test_someone_without_an_account_comes_back_with_all_that_was_typed(app, author, visitor):
    account_id, _browser = author
    visitor.open("/proposals/new").send("/proposals/new", title=HOSTILE, body=BODY, place="Place du Marché")
    assert visitor.path.startswith("/sign-in")
    pending = visitor.client.get_cookie("civic_pending")
    assert pending is not None
    signed_in = browser_of(app, account_id)
    signed_in.client.set_cookie("civic_pending", pending.value)
    signed_in.open("/proposals/new")
    values = dict(signed_in.form("/proposals/new").values)
    assert (values["title"], values["body"].strip(), values["place"]) == (
        HOSTILE,
        BODY,
        "Place du Marché",
    )
    signed_in.send("/proposals/new")
    assert "drafts" not in signed_in.path and signed_in.path != "/proposals/new"
    assert signed_in.client.get_cookie("civic_pending") is None


def test_support_follow_and_comment_each_return_to_the_page(app, author, component):
    number = propose(app, author[0], component)
    _other, neighbour = someone(app)
    neighbour.open(f"/proposals/{number}").send(f"/items/{number}/support")
    assert neighbour.path.startswith(f"/proposals/{number}")
    assert f"/items/{number}/support/withdraw" in neighbour.text
    neighbour.send(f"/items/{number}/follow")
    assert f"/items/{number}/unfollow" in neighbour.text
    neighbour.send(f"/items/{number}/comment", body="Oui ! <script>1</script>")
    assert "Oui ! &lt;script&gt;" in neighbour.text
    neighbour.send("/support/withdraw")
    assert f'action="/items/{number}/support"' in neighbour.text


def test_the_page_of_a_visitor_holds_no_form_and_can_be_cached(app, author, component, visitor: Visitor):
    number = propose(app, author[0], component)
    visitor.open(f"/proposals/{number}")
    assert 'method="post"' not in visitor.text
    assert "Set-Cookie" not in visitor.answer.headers


def test_no_step_stands_bare_where_nobody_typed_a_reason(app, author, component, visitor):
    account_id, mine = author
    number = propose(app, account_id, component)
    move(app, number, "study")
    move(app, number, "put_to_decision", reason="Le coût est connu <b>!</b>")
    move(app, number, "accept")
    mine_too = propose(app, account_id, component, title="Une deuxième idée")
    mine.open(f"/proposals/{mine_too}/withdraw").send("/withdraw", reason="")
    for page in (f"/proposals/{number}", f"/items/{number}/history"):
        html = visitor.open(page).text
        steps = html.split('<ol class="history">')[1].split("</ol>")[0].split("<li>")[1:]
        assert len(steps) == 4, page
        for step, said in zip(
            steps,
            ("dit qui l’étudie", "Un service", "Le coût est connu &lt;b&gt;!", "La ville le fera"),
            strict=True,
        ):
            assert said in step, (page, step)
        assert "Délai que se donne la ville\u202f: avant la fin du" in steps[0]
        assert "Délai que se donne" not in steps[2]
    assert "Son auteur l’a retirée." in visitor.open(f"/proposals/{mine_too}").text
