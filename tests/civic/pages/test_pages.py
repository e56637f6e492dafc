# SPDX-License-Identifier: AGPL-3.0-or-later
"""The core's public pages, over the demonstration town: what they say, what they never say, what they cost."""

import base64
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.answers.models import Answer
from civic.app import create_app
from civic.clock import now
from civic.db.session import db, write
from civic.delays.lateness import late as is_late
from civic.items.models import Item
from civic.pages.queries import open_only, processes
from civic.pages.words import days_left, open_title
from civic.permissions.actor import SYSTEM, VISITOR, Actor, Grant
from civic.registry import current_registry
from civic.settings.store import switch_module
from civic.spaces.models import Space
from civic.spaces.services import FrameData, create_process, edit_frame
from civic.territory.models import Quartier
from civic.territory.services import QuartierData, split_quartier
from civic.web.csvfile import cell
from tests.conftest import close
from tests.databases import BACKENDS, DEMONSTRATION, drop_database
from tests.forms import Visitor
from tests.queries import queries

PAGES = (
    "/", "/processes", "/processes/berges-de-la-merelle", "/processes/marcher-et-pedaler",
    "/processes/des-cours-d-ecole-a-l-ombre", "/decided", "/decided?outcome=no", "/decided?quartier=les-tanneries",
    "/quartiers", "/quartiers/les-tanneries", "/find", "/find?q=rue", "/n/", "/search?q=jardin", "/search",
    "/how-it-works", "/accessibility", "/privacy", "/offline", "/data",
)  # fmt: skip


@pytest.fixture(scope="module", params=BACKENDS)
def town(request, templates, tmp_path_factory):
    """The demonstration town, read only, on each database."""
    instance = templates.copy(request.param, tmp_path_factory.mktemp("town") / "instance", *DEMONSTRATION)
    app = create_app(instance, {"base_url": "http://127.0.0.1"})
    app.testing = True
    yield app
    close(app)
    drop_database(templates, instance)


@pytest.fixture(params=BACKENDS)
def own_town(request, templates, tmp_path):
    """A town of the test's own, to change, on each database."""
    instance = templates.copy(request.param, tmp_path / "instance", *DEMONSTRATION)
    app = create_app(instance, {"base_url": "http://127.0.0.1"})
    app.testing = True
    yield app
    close(app)
    drop_database(templates, instance)


def read(app, path, status=200):
    return Visitor(app.test_client()).open(path, status).text


@pytest.mark.parametrize("path", PAGES)
def test_anonymous_pages_can_be_cached_and_hold_no_token(town, path):
    first = town.test_client().get(path)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" in first.headers["Vary"]
    assert "Set-Cookie" not in first.headers
    assert "csrf_token" not in first.text
    again = town.test_client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", PAGES)
def test_english_pages_answer_too(town, path):
    assert 'lang="en"' in read(town, f"/en{path}")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_inline_style_or_script(town, path):
    html = read(town, path)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html)


def test_a_session_makes_pages_personal(town):
    client = town.test_client()
    with client.session_transaction() as kept:
        kept["anything"] = "1"
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert town.test_client().get("/sign-in").headers["Cache-Control"] == "no-store"


def test_changing_the_town_changes_the_etag(own_town):
    client = own_town.test_client()
    before = client.get("/offline").headers["ETag"]
    with own_town.app_context(), write() as session:
        switch_module(session, SYSTEM, "proposals", is_on=True, at=now())
    assert client.get("/offline").headers["ETag"] != before


def test_home_says_what_is_open_what_was_decided_and_what_is_late(town):
    html = read(town, "/")
    assert "Les berges de la Mérelle, demain" in html
    assert "Marcher et pédaler à Rive" in html
    assert "Nos bâtiments, notre énergie" not in html, "kept for staff"
    with town.app_context():
        late = select(Item.id).where(Item.visible, is_late(now()), Item.kind == "proposals.proposal")
        assert db.session.scalars(late).all(), "the demonstration has late files"
    assert re.search(r'<li class="late"><b>[1-9]', html)


def test_figures_count_every_published_file_of_the_year_once(town):
    html = read(town, "/")
    counted = [int(count) for count in re.findall(r'<li class="[a-z]+"><b>(\d+)</b>', html)]
    with town.app_context():
        year = now().year
        published = [
            item
            for item in db.session.scalars(select(Item).where(Item.kind == "proposals.proposal", Item.visible))
            if item.published_at.year == year
        ]
    assert sum(counted) == len(published)


def test_only_signed_answers_are_read(town):
    with town.app_context():
        unsigned = db.session.scalars(select(Answer.body).where(Answer.state != "signed")).all()
    assert unsigned
    pages = [read(town, path) for path in ("/", "/decided")]
    for body in unsigned:
        words = body[:60].replace("’", "’")
        assert all(words not in page for page in pages)


def test_staff_only_process_and_its_files_do_not_exist_for_visitors(town):
    with town.app_context():
        space = db.session.scalars(select(Space).where(Space.visibility == "staff")).one()
        slug = space.slug
        inside = db.session.scalars(
            select(Item.number).where(Item.space_id == space.id, Item.number.is_not(None))
        ).all()
    read(town, f"/processes/{slug}", 404)
    assert slug not in read(town, "/processes") + read(town, "/sitemap.xml")
    for number in inside:
        read(town, f"/n/{number}", 404)


def test_closed_process_shows_frame_and_outcome_side_by_side(town):
    html = read(town, "/processes/des-cours-d-ecole-a-l-ombre")
    assert html.index('id="account"') < html.index('id="phases"') < html.index('id="frame"')


def test_preview_link_shows_a_process_in_preparation_and_nothing_else_does(own_town):
    with own_town.app_context(), write() as session:
        clerk = Actor(grants=(Grant("clerk"),), second_factor=True)
        token = create_process(session, clerk, "secret", {"fr": "Rien à voir"}, now()).preview_token
    read(own_town, "/processes/secret", 404)
    read(own_town, "/processes/secret?preview=wrong", 404)
    answer = own_town.test_client().get(f"/processes/secret?preview={token}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Rien à voir" in answer.text
    assert "Rien à voir" not in read(own_town, "/processes")


def test_former_address_of_a_process_redirects(own_town):
    with own_town.app_context(), write() as session:
        clerk = Actor(grants=(Grant("clerk"),), second_factor=True)
        space = session.scalars(select(Space).where(Space.slug == "berges-de-la-merelle")).one()
        edit_frame(session, clerk, space.id, FrameData("rives", {"fr": "Les rives"}), version=None, at=now())
    answer = own_town.test_client().get("/processes/berges-de-la-merelle")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/processes/rives")


@pytest.mark.parametrize(
    ("typed", "place"),
    [("Les Tanneries", "/quartiers/les-tanneries"), ("les tanneries", "/quartiers/les-tanneries")],
)
def test_a_quartier_is_found_by_name(town, typed, place):
    answer = town.test_client().get("/find", query_string={"q": typed})
    assert (answer.status_code, answer.headers["Location"]) == (302, place)


def test_an_address_leads_to_its_quartier_and_an_ambiguous_one_to_a_choice(town):
    answer = town.test_client().get("/find", query_string={"q": "14 quai du Moulin"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/quartiers/les-tanneries?address=14+quai+du+Moulin")
    assert read(town, "/find?q=rue").count("?address=") > 1
    assert "?address=" not in read(town, "/find?q=zzzzz")


@pytest.mark.parametrize("typed", ["3", " n° 3 ", "No. 3", "#3", "n°3"])
def test_a_number_leads_to_its_file_in_one_step(town, typed):
    answer = town.test_client().get("/n/", query_string={"number": typed}, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == "/proposals/3"
    assert town.test_client().get("/search", query_string={"q": typed}).headers["Location"] == "/n/3"


@pytest.mark.parametrize(
    "path", ["/n/999999", "/n/99999999999999999999", "/processes/x", "/quartiers/x", "/data/x.csv"]
)
def test_what_does_not_exist_is_not_found(town, path):
    read(town, path, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/decided?after=%00&outcome=%F0%9F%98%80&quartier=%27", "/decided?before=e30&after=e30",
        "/search?q=%22*%20OR%20NEAR(&after=zzz", "/search?q=" + "a" * 3000, "/find?q=%00%27%22%3Cb%3E",
        "/quartiers/les-tanneries?after=WzEsMl0&address=%3Cscript%3E", "/n/?number=%D9%A3", "/n/?number=-1",
        "/processes/berges-de-la-merelle?preview=%C3%A9", "/desk/items/" + "9" * 30, "/theme/" + "9" * 30 + ".css",
        "/items/99999999999/history", "/proposals/99999999999", "/processes/%00", "/quartiers/%00", "/%00",
    ],
)  # fmt: skip
def test_bad_addresses_break_nothing(town, path):
    answer = town.test_client().get(path)
    assert answer.status_code in {200, 302, 404}
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/decided", "/search?q=parc", "/proposals/", "/quartiers/les-tanneries"])
@pytest.mark.parametrize(
    "cursor",
    [
        '["2026-01-01T00:00:00+00:00", 1e400]', '["0001-01-01T00:00:00+23:00", 1]', '["\\u0000", 1]', "[" * 20_000,
        "[1e400]", "[null, null]", '{"a": 1}', '["2026-01-01T00:00:00", 1]',
    ],
)  # fmt: skip
def test_a_forged_cursor_breaks_nothing(town, path, cursor):
    forged = base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")
    join = "&" if "?" in path else "?"
    for name in ("after", "before"):
        assert town.test_client().get(f"{path}{join}{name}={forged}").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "[::1", "a b", "127.0.0.1:99999", "127.0.0.1@evil.example"])
def test_a_name_that_is_not_the_portal_s_is_refused_in_a_sentence(town, host):
    answer = town.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "base_url" in answer.text
    assert "evil" not in answer.text


def test_module_off_hides_its_files_and_keeps_their_number(own_town):
    with own_town.app_context(), write() as session:
        switch_module(session, SYSTEM, "proposals", is_on=False, at=now())
    assert "De l’ombre aux Saules" in read(own_town, "/n/1")
    for path in ("/", "/decided", "/quartiers/les-tanneries", "/search?q=ombre"):
        assert "/proposals/1" not in read(own_town, path)


def test_decisions_filter_and_page_without_losing_or_repeating_one(town):
    with town.app_context():
        signed = db.session.scalars(
            select(Item.number).join(Answer, Answer.item_id == Item.id).where(Answer.state == "signed", Item.visible)
        ).all()
    visitor, seen, path = Visitor(town.test_client()), [], "/decided"
    while path:
        html = visitor.open(path).text
        seen += [int(number) for number in re.findall(r'<h2><a href="/proposals/(\d+)"', html)]
        following = re.search(r'rel="next" href="([^"]+)"', html)
        path = following.group(1).replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen))
    assert set(seen) <= set(signed)
    assert len(seen) >= len(signed) - 3  # those of the staff's own process are not listed


def test_a_split_quartier_keeps_its_page_and_names_its_successors(own_town):
    with own_town.app_context(), write() as session:
        old = session.scalars(select(Quartier).where(Quartier.slug == "les-tanneries")).one()
        today = now().date()
        parts = [
            QuartierData(f"tanneries-{side}", {"fr": f"Tanneries {side}"}, old.geometry) for side in ("est", "ouest")
        ]
        split_quartier(session, SYSTEM, old.id, parts, on=today, at=now())
    html = read(own_town, "/quartiers/les-tanneries")
    assert "/quartiers/tanneries-est" in html
    assert "/quartiers/les-tanneries" in read(own_town, "/quartiers/tanneries-ouest")
    assert "les-tanneries" not in read(own_town, "/quartiers")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/processes", 2), ("/decided", 3), ("/quartiers", 2), ("/search?q=jardin", 4), ("/how-it-works", 1),
        ("/accessibility", 1), ("/offline", 1), ("/n/", 1), ("/", 6), ("/quartiers/les-tanneries", 8),
        ("/processes/berges-de-la-merelle", 8),
    ],
)  # fmt: skip
def test_pages_ask_few_queries(town, path, most):
    client = town.test_client()
    client.get(path)
    with queries(town) as sent:
        assert client.get(path).status_code == 200
    assert len(sent) <= most, "\n".join(sent)


def test_more_rows_ask_no_more_queries(own_town):
    client = own_town.test_client()
    paths = ("/", "/decided", "/quartiers/les-tanneries", "/search?q=ombre")
    counts = {}
    for path in paths:
        client.get(path)
        with queries(own_town) as sent:
            client.get(path)
        counts[path] = len(sent)
    with own_town.app_context(), write() as session:
        hidden = session.scalars(select(Item).where(Item.kind == "proposals.proposal", Item.visible)).all()
        for item in hidden[3:]:
            item.visible = False
    for path in paths:
        with queries(own_town) as sent:
            client.get(path)
        assert len(sent) == counts[path], path


def test_how_it_works_draws_and_tells_every_state(town):
    html = read(town, "/how-it-works")
    assert html.count('<svg class="diagram"') == 3
    with town.app_context():
        for _kind, resource in current_registry().resources():
            assert html.count("<tr") > len(resource.workflow.states)


def test_data_set_is_a_csv_without_formulas(town):
    link = re.search(r'href="(/data/[^"]+\.csv)"', read(town, "/data"))
    assert link, "the proposals publish a data set"
    answer = town.test_client().get(link.group(1))
    assert answer.mimetype == "text/csv"
    lines = answer.text.splitlines()
    assert len(lines) > 10
    assert not any(line.startswith(("=", "+", "@")) for line in lines)


@pytest.mark.parametrize(
    ("value", "written"),
    [("=1+1", "'=1+1"), (" @x", "' @x"), ("-3", "'-3"), (-3, -3), (None, ""), ("abc", "abc"), ("a=b", "a=b")],
)
def test_cells_are_never_run_by_a_spreadsheet(value, written):
    assert cell(value) == written


def test_days_left_and_titles_follow_the_clock(town):
    with town.test_request_context():
        [first, *_rest] = processes(db.session(), VISITOR, now(), open_only())
        last = first.present.closes_at - timedelta(hours=1)
        [again, *_rest] = processes(db.session(), VISITOR, last, open_only())
        assert days_left(again)[0] == "0"
        nobody = processes(db.session(), VISITOR, last + timedelta(days=900), open_only())
        assert not any(card.is_running for card in nobody)
        assert open_title([]) != open_title([first])
