# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register: filters, order, pages, export, and what it costs."""

import csv
import gc
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from civic.clock import now
from civic.db.session import db
from civic.items.models import Item, Tag
from civic.testing.factories import make_department, make_process
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform
from modules.proposals.figures import late
from modules.proposals.services import cycle_of
from tests.databases import both_databases
from tests.modules.proposals.making import actor_of, item_numbered, move, propose, someone, writing
from tests.queries import queries

pytestmark = both_databases
SHOWN = re.compile(r'href="/proposals/(\d+)"')


def numbers(text: str) -> list[int]:
    """Public numbers in the order of the page."""
    return [int(found) for found in SHOWN.findall(text)]


def fill(app, component: int, count: int) -> list[int]:
    """So many proposals, each of its own author."""
    return [propose(app, someone(app)[0], component, title=f"Proposition {place}") for place in range(count)]


def set_columns(app, found: list[int], **columns: object) -> None:
    with writing(app) as session:
        session.execute(update(Item).where(Item.number.in_(found)).values(**columns))


def walk(visitor, path: str) -> list[int]:
    """Every page from the first to the last, then back again: the same rows, each once."""
    forth, back = [], []
    visitor.open(path)
    while True:
        forth.append(numbers(visitor.text))
        following = re.search(r'rel="next" href="([^"]+)"', visitor.text)
        if not following:
            break
        visitor.open(following[1].replace("&amp;", "&"))
    while True:
        back.insert(0, numbers(visitor.text))
        preceding = re.search(r'rel="prev" href="([^"]+)"', visitor.text)
        if not preceding:
            break
        visitor.open(preceding[1].replace("&amp;", "&"))
    assert forth == back
    return [number for page in forth for number in page]


def test_pages_lose_and_repeat_nothing_when_every_key_is_equal(app, component, visitor, monkeypatch):
    found = fill(app, component, 11)
    at = now()
    set_columns(app, found, published_at=at, state_at=at, support_count=7)
    monkeypatch.setattr("modules.proposals.queries.page_of_proposals.__defaults__", (4,))
    for sort in ("newest", "supports", "moved"):
        assert walk(visitor, f"/proposals/?sort={sort}") == sorted(found, reverse=True)
        assert walk(visitor, f"/proposals/?sort={sort}&q=proposition") == sorted(found, reverse=True)


def test_each_order_is_the_one_it_says(app, component, visitor):
    first, second, third = fill(app, component, 3)
    set_columns(app, [first], support_count=5)
    set_columns(app, [third], state_at=now() - timedelta(days=9))
    assert numbers(visitor.open("/proposals/").text) == [third, second, first]
    assert numbers(visitor.open("/proposals/?sort=supports").text) == [first, third, second]
    assert numbers(visitor.open("/proposals/?sort=moved").text) == [second, first, third]


def test_filters_stand_in_the_address_and_combine(app, component, visitor):
    waiting, studied, declined = fill(app, component, 3)
    move(app, studied, "study")
    move(app, declined, "study", "decline")
    set_columns(app, [studied], due_at=now() - timedelta(days=1))
    with writing(app) as session:
        session.add(Tag(slug="eau", name={"fr": "Eau & <b>rivière</b>"}))
    assert set(numbers(visitor.open("/proposals/?state=open").text)) == {waiting, studied}
    assert numbers(visitor.open("/proposals/?state=declined").text) == [declined]
    assert numbers(visitor.open("/proposals/?late=1").text) == [studied]
    assert numbers(visitor.open("/proposals/?late=1&state=declined").text) == []
    assert numbers(visitor.open("/proposals/?tag=eau").text) == []
    assert "Eau &amp; &lt;b&gt;" in visitor.text
    assert waiting in numbers(visitor.open(f"/proposals/?q={waiting}").text)


def test_what_stands_in_a_hidden_space_is_in_no_list_and_has_no_page(app, component, visitor):
    number = fill(app, component, 1)[0]
    with writing(app) as session:
        hidden = make_process(session, at=now(), slug="cache", visibility="staff")
        session.execute(update(Item).where(Item.number == number).values(space_id=hidden.id))
    visitor.open(f"/proposals/{number}", status=404)
    assert numbers(visitor.open("/proposals/").text) == []
    assert f"\n{number}," not in visitor.open("/proposals/export.csv").text


def test_a_filtered_list_says_how_many_it_holds_and_looks_no_farther_than_a_thousand(
    app, component, visitor, monkeypatch
):
    found = fill(app, component, 5)
    move(app, found[0], "study", "decline")
    set_columns(app, found[1:3], due_at=now() - timedelta(days=1))

    def said(address: str) -> str:
        told = re.search(r'<p class="list-count">([^<]+)', visitor.open(f"/proposals/{address}").text)
        return told[1].replace("\u00a0", " ") if told else ""

    assert said("") == said("?sort=supports") == ""
    assert said("?state=open") == said("?state=open&sort=supports") == "4 propositions"
    assert said("?state=declined") == "1 proposition"
    assert said("?q=proposition") == "5 propositions"
    assert said("?state=open&late=1") == said("?late=1") == "2 propositions"
    assert said("?tag=personne") == ""
    monkeypatch.setattr("civic.items.counting.LOOKED_AT", 3)
    assert said("?state=open") == "4 propositions"  # the page holds them all
    assert said("?state=declined") == "1 proposition"
    monkeypatch.setattr("modules.proposals.queries.page_of_proposals.__defaults__", (2,))
    assert said("?state=open") == "Au moins 3 propositions"


def test_a_list_costs_six_queries_for_1_row_and_for_25_with_an_account_or_without(app, component, author, visitor):
    _account, mine = author
    fill(app, component, 1)
    plain, searched = set(), set()
    for reader in (visitor, mine):
        reader.open("/proposals/")  # what each may filter by is read once, then kept
    for rows in (1, 26):
        fill(app, component, rows - 1)
        for reader in (visitor, mine):
            for counts, path in (
                (plain, "/proposals/?state=open&sort=supports"),
                (searched, "/proposals/?q=proposition"),
            ):
                reader.open(path)
                with queries(app) as sent:
                    reader.open(path)
                counts.add(len(sent))
    assert len(plain) == 1, plain
    assert max(plain) <= 6
    assert searched == {max(plain) + 1}  # whether the words are rare is one query more


def test_a_page_costs_the_same_with_comments_and_without(app, component, visitor):
    number = fill(app, component, 1)[0]
    visitor.open(f"/proposals/{number}")
    with queries(app) as bare:
        visitor.open(f"/proposals/{number}")
    for place in range(3):
        someone(app)[1].open(f"/proposals/{number}").send(f"/items/{number}/comment", body=f"Avis {place}")
    with queries(app) as full:
        visitor.open(f"/proposals/{number}")
    assert len(bare) == len(full) <= 16, bare


def test_the_export_holds_the_filtered_rows_and_no_formula(app, component, visitor):
    account_id, _browser = someone(app)
    number = propose(app, account_id, component, title='=HYPERLINK("http://mal.example")', place="+33")
    fill(app, component, 2)
    visitor.open(f"/proposals/export.csv?q={number}")
    assert visitor.answer.mimetype == "text/csv"
    [row] = [row for row in csv.DictReader(io.StringIO(visitor.text)) if row["number"] == str(number)]
    assert row["title"].startswith("'=HYPERLINK")
    assert row["place"] == "'+33"
    assert len(list(csv.reader(io.StringIO(visitor.open("/proposals/export.csv").text)))) == 4
    assert "Zoé" not in visitor.text


def test_the_page_tells_each_step_by_function_and_never_the_clerk_by_name(app, component, visitor):
    number = fill(app, component, 1)[0]
    clerk, _browser = someone(app, role="clerk")
    with writing(app) as session:
        item = session.query(Item).filter_by(number=number).one()
        data = TransitionData(department_id=make_department(session, name="Voirie & <i>").id, reason="Visite prévue")
        perform(session, cycle_of(session), actor_of(session, clerk), item, "study", at=now(), data=data)
    page = visitor.open(f"/proposals/{number}").text
    assert "Visite prévue" in page
    assert "Voirie &amp; &lt;i&gt;" in page
    history = page.partition('id="history"')[2]
    assert history.count("Zoé") == 1  # its author, at the first step
    assert item_numbered(app, number).due_at is not None


def test_a_proposal_withdrawn_before_any_study_is_not_shown_as_studied(app, component, author, visitor):
    account, browser = author
    number = propose(app, account, component)
    browser.open(f"/proposals/{number}/withdraw").send("/withdraw", reason="")
    assert item_numbered(app, number).state == "withdrawn"
    visitor.open("/proposals/?state=withdrawn")
    assert numbers(visitor.text) == [number]
    passed = re.findall(r'<li class="(\w+)">\s*<span class="unseen">([^<]+)', visitor.text)
    assert passed == [("past", "Déposée"), ("ended", "Retirée par son auteur")]
    track = re.findall(r'<li class="(\w+)"><span class="line-name">([^<]+)', visitor.open(f"/proposals/{number}").text)
    assert track == passed
    assert '"refused"' not in visitor.text


def test_the_author_s_own_days_are_never_late_and_the_town_s_are_late_everywhere_alike(app, component, visitor):
    back, study, accepted, done = fill(app, component, 4)
    move(app, back, "send_back")
    move(app, study, "study")
    move(app, accepted, "study", "accept")
    move(app, done, "study", "decline")
    set_columns(app, [back, study, accepted, done], due_at=now() - timedelta(days=1))
    visitor.open("/proposals/?late=1")
    assert sorted(numbers(visitor.text)) == sorted([study, accepted])
    assert visitor.text.count('<span class="deadline late">') == 2
    visitor.open("/proposals/export.csv?late=1")
    assert len(list(csv.DictReader(io.StringIO(visitor.text.lstrip("\ufeff"))))) == 2
    visitor.open("/")
    assert re.search(r'<li class="late"><b>2</b>', visitor.text)
    set_columns(app, [accepted], published_at=now() - timedelta(days=400))
    visitor.open("/")
    assert re.search(r'<li class="late"><b>1</b>', visitor.text)  # of this year, as all that stands beside it
    assert "1 dossier des années précédentes" in visitor.text
    visitor.open(f"/proposals/{back}")
    assert "À compléter par son auteur avant la fin du" in visitor.text
    assert "rochaine nouvelle" not in visitor.text
    assert "En retard" not in visitor.text
    visitor.open(f"/proposals/{study}")
    assert "En retard" in visitor.text
    with app.app_context():
        assert late(db.session()) == 2
        db.session.remove()


@pytest.mark.parametrize("path", ["/proposals/export.csv", "/data/proposals.csv"])
def test_a_file_gives_its_connection_back_read_to_its_end_or_not(app, component, path):
    fill(app, component, 3)
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            answer = app.test_client().get(path)
            answer.get_data()
            assert taken(app) == 0
            unread = app.test_client().get(path)
            next(unread.iter_encoded())
            unread.close()
            assert taken(app) == 0
    finally:
        gc.enable()


def taken(app) -> int:
    """Connections that nobody has given back."""
    with app.app_context():
        return sum(pool.checkedout() for pool in {engine.pool for engine in db.engines.values()})
