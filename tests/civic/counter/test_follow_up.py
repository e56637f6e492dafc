# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a receipt opens without an account, and what it never tells."""

import re

from sqlalchemy import delete, select

from civic.clock import now
from civic.counter.codes import LENGTH, code_hash, code_of, typed
from civic.counter.models import CounterAct
from civic.db.session import db
from civic.erasure import erasers_of
from civic.paper_codes import LETTERS
from civic.people.erasure import erase_person
from civic.permissions.actor import SYSTEM
from civic.registry import current_registry
from civic.supports.models import Support
from tests.civic.counter.making import a_proposal, begin, counter, end, support
from tests.civic.counter.making import code_of as printed
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import move, writing


def receipt(app) -> tuple[Visitor, int, str]:
    """A support for someone: the helper, the number, the code."""
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)
    support(helper, sitting, number)
    return helper, number, printed(helper, sitting)


@both_databases
def test_a_support_stands_and_once_taken_back_it_says_so(app):
    helper, number, code = receipt(app)
    stranger = Visitor(app.test_client())
    page = stranger.open(f"/follow-up?code={code}")
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.answer.headers["X-Robots-Tag"]
    assert "est compté, une fois" in page.text
    assert "Durand" not in page.text and "Rose" not in page.text
    move(app, number, "study")
    assert "À l’étude" in stranger.open(f"/follow-up?code={code}").text or "étude" in stranger.text
    move_back = helper.open(helper.path.removesuffix("/receipt"))
    move_back.send("/withdraw")
    assert "ne compte plus" in stranger.open(f"/follow-up?code={code}").text


@both_databases
def test_a_support_taken_back_online_stands_no_more_and_has_no_receipt(app):
    helper, _number, code = receipt(app)
    sitting = helper.path.removesuffix("/receipt")
    with writing(app) as session:
        session.execute(delete(Support))  # the person has an account, or a code
    assert "ne compte plus" in Visitor(app.test_client()).open(f"/follow-up?code={code}").text
    page = helper.open(sitting).text
    assert "retiré" in page and "/withdraw" not in page
    assert code not in helper.open(f"{sitting}/receipt").text


def test_the_receipt_can_be_printed_at_any_size_and_names_nobody(app):
    helper, number, code = receipt(app)
    [drawn] = re.findall(r"<svg[^>]*segno[^>]*>", helper.text)
    assert "viewBox" in drawn
    assert "width=" not in drawn
    slip = re.search(r'<article class="receipt">.*?</article>', helper.text, re.DOTALL)[0]
    assert code in slip
    assert str(number) in slip
    assert "Durand" not in slip and "Rose" not in slip


def test_a_code_needs_its_own_number_and_no_other(app):
    _helper, number, code = receipt(app)
    stranger = Visitor(app.test_client())
    for wrong in ({"code": "AAAAA AAAAA"}, {"code": code, "number": str(number + 7)}, {"code": "x' or 1=1 --"}):
        stranger.open("/follow-up").send("/follow-up", **wrong, status=422)
        assert "Aucun reçu" in stranger.text
    stranger.open("/follow-up").send("/follow-up", code=code.replace(" ", "-").lower(), number=f"n° {number}")
    assert "est compté" in stranger.text


def test_guessing_is_stopped(app):
    stranger = Visitor(app.test_client())
    for place in range(125):
        answer = stranger.client.get(f"/follow-up?code=AAAAAAAA{LETTERS[place % 25]}{LETTERS[place // 25]}")
    assert answer.status_code == 429


def test_what_the_database_holds_gives_no_code(app):
    _helper, _number, code = receipt(app)
    with app.app_context():
        act = db.session.scalars(select(CounterAct)).one()
        values = {str(getattr(act, column.key)) for column in CounterAct.__table__.columns}
        assert not any(typed(code) in value for value in values)
        assert act.code_hash == code_hash(typed(code))
        assert typed(code) == code_of(act.nonce)
        assert len(typed(code)) == LENGTH and set(typed(code)) <= set(LETTERS)
        assert not set("01258BILOSVZ") & set(LETTERS) - {"Z"}


@both_databases
def test_an_erased_person_leaves_the_support_and_no_way_back_to_them(app):
    helper, number, code = receipt(app)
    end(helper, int(helper.path.split("/")[3]))
    with writing(app) as session:
        person = session.scalars(select(CounterAct.person_id)).one()
        erase_person(session, SYSTEM, person, erasers_of(current_registry()), at=now())
    Visitor(app.test_client()).open(f"/follow-up?code={code}", status=422)
    with app.app_context():
        act = db.session.scalars(select(CounterAct)).one()
        assert (act.paper_reference, act.nonce, act.withdrawn_at) == ("", "", None)
    assert f"/proposals/{number}" in helper.open(f"/proposals/{number}").path
