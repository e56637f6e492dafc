# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets of signatures: each line on its own, once, with or without script."""

import re
import secrets

import pytest
from sqlalchemy import func, select

from civic.counter.days import parse_day
from civic.counter.models import CounterAct, CounterLine, CounterMandate
from civic.db.session import db
from civic.supports.models import Support
from tests.civic.counter.making import CODE, a_proposal, begin, counter, end, support
from tests.databases import both_databases
from tests.forms import Visitor

HEAD = {"channel": "meeting", "occasion": "Marché", "paper_on": "2026-01-05", "paper_reference": "Boîte 4"}
JEAN = {"surname": "Petit", "first_names": "Jean", "born": "3/4/1950", "place": "", "signed": "1"}


def open_sheet(helper, *numbers: int, status: int = 200, **typed: str) -> int:
    helper.open("/desk/counter/sheets/new")
    helper.send("/sheets/new", numbers=", ".join(map(str, numbers)), **{**HEAD, **typed}, status=status)
    return int(helper.path.rsplit("/", 1)[1]) if status == 200 else 0


def send_line(helper, sheet: int, token: str = "", **typed: str):
    form = dict(helper.open(f"/desk/counter/sheets/{sheet}").form(f"/sheets/{sheet}").values)
    data = {**JEAN, **typed, "token": token or secrets.token_urlsafe(24), "csrf_token": form["csrf_token"]}
    return helper.client.post(f"/desk/counter/sheets/{sheet}/lines", data=data).get_json()


def counted(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Support))


@both_databases
def test_without_script_right_lines_are_saved_and_wrong_ones_come_back(app):
    helper, first, second = counter(app), a_proposal(app), a_proposal(app, "Un abri")
    sheet = open_sheet(helper, first, second)
    lines = {f"{name}-0": value for name, value in JEAN.items()}
    lines |= {"surname-1": "Blanc", "first_names-1": "Zoé", "born-1": "45", "signed-1": "1"}
    lines |= {"surname-2": "Noir", "first_names-2": "Ali", "born-2": "04051961"}
    helper.send(f"/sheets/{sheet}", **lines, status=422)
    assert "Petit Jean" in helper.text
    assert 'value="Blanc"' in helper.text and 'value="Noir"' in helper.text
    assert counted(app) == 2
    helper.send(f"/sheets/{sheet}", **{"born-0": "4/5/1945", "signed-1": "1"})
    assert counted(app) == 6
    with app.app_context():
        mandates = db.session.scalars(select(CounterMandate)).all()
        assert {(one.form, one.given_on.isoformat()) for one in mandates} == {("signed", "2026-01-05")}
        acts = db.session.scalars(select(CounterAct)).all()
        assert {(one.channel, one.paper_reference) for one in acts} == {("meeting", "Boîte 4")}
        assert len({one.code_hash for one in acts} - {None}) == 6


@both_databases
def test_a_line_sent_twice_is_answered_twice_and_counted_once(app):
    helper, number = counter(app), a_proposal(app)
    sheet, token = open_sheet(helper, number), secrets.token_urlsafe(24)
    first, second = send_line(helper, sheet, token), send_line(helper, sheet, token)
    assert first == second
    assert first["state"] == "counted"
    assert counted(app) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CounterLine)) == 1


@both_databases
def test_who_supports_already_is_said_with_the_day_and_the_way_and_no_more(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper, surname="Petit", first_names="Jean", birth_date="1950-04-03")
    support(helper, sitting, number)
    end(helper, sitting)
    sheet = open_sheet(helper, number)
    answer = send_line(helper, sheet)
    assert answer["state"] == "already"
    assert "au guichet" in answer["words"]
    assert "Petit" not in answer["words"]
    assert counted(app) == 1


@both_databases
def test_each_line_has_a_receipt_that_opens_without_an_account_and_names_nobody(app):
    helper, first, second = counter(app), a_proposal(app), a_proposal(app, "Un abri")
    sheet = open_sheet(helper, first, second)
    for line in ({}, {"surname": "Blanc", "first_names": "Zoé"}, {}):  # the third is Jean again
        send_line(helper, sheet, **line)
    page = helper.open(f"/desk/counter/sheets/{sheet}/receipt").text
    assert helper.answer.headers["Cache-Control"] == "no-store"
    slips = re.findall(r'<article class="receipt">.*?</article>', page, re.DOTALL)
    assert [len(CODE.findall(slip)) for slip in slips] == [2, 2]
    assert len(set(CODE.findall(page))) == 4
    assert not any(name in slip for slip in slips for name in ("Petit", "Jean", "Blanc", "Zoé"))
    assert "1 ligne n’a pas de reçu" in page
    alone = re.findall(rf"/desk/counter/sheets/{sheet}/receipt/\d+", page)[1]
    assert CODE.findall(helper.open(alone).text) == CODE.findall(slips[1])
    code = CODE.findall(slips[1])[1]
    stranger = Visitor(app.test_client())
    assert "est compté, une fois" in stranger.open(f"/follow-up?code={code}&number={second}").text
    assert "Blanc" not in stranger.text and "Zoé" not in stranger.text


def test_a_receipt_of_a_sheet_is_printed_while_it_stands_and_the_sheet_is_open(app):
    helper, number = counter(app), a_proposal(app)
    sheet = open_sheet(helper, number)
    assert "Aucun reçu" in helper.open(f"/desk/counter/sheets/{sheet}/receipt").text
    send_line(helper, sheet)
    [alone] = re.findall(
        rf"/desk/counter/sheets/{sheet}/receipt/\d+", helper.open(f"/desk/counter/sheets/{sheet}").text
    )
    [code] = CODE.findall(helper.open(alone).text)
    counter(app).open(alone, status=404)
    sitting = begin(helper, surname="Petit", first_names="Jean", birth_date="1950-04-03")
    again = re.search(rf"/desk/counter/{sitting}/receipt/\d+", helper.open(f"/desk/counter/{sitting}").text)[0]
    assert CODE.findall(helper.open(again).text) == [code]  # and prints it again at the counter, with the person
    helper.open(f"/desk/counter/{sitting}").send("/withdraw")
    helper.open(alone, status=404)
    assert not CODE.findall(helper.open(f"/desk/counter/sheets/{sheet}/receipt").text)
    assert counted(app) == 0
    helper.open(f"/desk/counter/sheets/{sheet}").send(f"/sheets/{sheet}/end")
    helper.open(f"/desk/counter/sheets/{sheet}/receipt", status=410)


def test_what_is_missing_is_named_by_field_and_the_line_can_be_sent_again(app):
    helper, number = counter(app), a_proposal(app)
    sheet, token = open_sheet(helper, number), secrets.token_urlsafe(24)
    wrong = send_line(helper, sheet, token, signed="", born="31/2/1950", surname="")
    assert wrong["state"] == "invalid"
    assert set(wrong["fields"]) == {"signed", "born"}
    assert send_line(helper, sheet, token)["state"] == "counted"


def test_a_sheet_needs_its_paper_its_files_and_its_helper(app):
    helper, number = counter(app), a_proposal(app)
    for typed in ({"paper_reference": ""}, {"paper_on": ""}, {"paper_on": "2999-01-01"}, {"numbers": "99999"}):
        helper.open("/desk/counter/sheets/new")
        helper.send("/sheets/new", **{"numbers": str(number), **HEAD, **typed}, status=422)
    sheet = open_sheet(helper, number)
    counter(app).open(f"/desk/counter/sheets/{sheet}", status=404)
    helper.open(f"/desk/counter/sheets/{sheet}").send(f"/sheets/{sheet}/end")
    assert helper.path == "/desk/counter/"
    helper.open(f"/desk/counter/sheets/{sheet}", status=410)
    assert counted(app) == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3/4/1950", "1950-04-03"),
        ("03041950", "1950-04-03"),
        (" 3.4.1950 ", "1950-04-03"),
        ("1950-04-03", "1950-04-03"),
        ("3 4 1950", "1950-04-03"),
        ("3/4/50", None),
        ("31/2/1950", None),
        ("1950", None),
        ("٣/٤/1950", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_type_it(typed, found):
    day = parse_day(typed)
    assert (day.isoformat() if day else None) == found
