# SPDX-License-Identifier: AGPL-3.0-or-later
"""A minor at the counter or on a sheet: nothing is counted before a parent has signed, and the helper reads why."""

from sqlalchemy import select

from civic.clock import now
from civic.db.session import db
from civic.people.minor import Minor
from tests.civic.counter.making import a_proposal, begin, counter, end, support
from tests.civic.counter.test_sheets import counted, open_sheet, send_line
from tests.databases import both_databases

WAY = 'href="/desk/authorisations"'


def only_minor(app) -> int:
    with app.app_context():
        return db.session.scalars(select(Minor.id)).one()


@both_databases
def test_one_who_comes_waits_for_a_parent_then_supports(app):
    helper, number = counter(app), a_proposal(app)
    born = f"{now().year - 12}-05-04"
    sitting = begin(helper, birth_date=born)
    assert WAY in helper.text
    helper.open(f"/desk/counter/{sitting}/files/{number}")
    assert f"/files/{number}/support" not in helper.text
    end(helper, sitting)
    minor = only_minor(app)
    helper.open(f"/desk/authorisations/{minor}").send(
        f"/authorisations/{minor}", guardian="Anne Durand", signed_on=now().date().isoformat(), reference="Boîte 4"
    )
    sitting = begin(helper, birth_date=born)
    assert WAY not in helper.text
    support(helper, sitting, number)
    assert counted(app) == 1


def test_a_line_of_a_sheet_says_why_it_is_not_counted(app):
    helper, number = counter(app), a_proposal(app)
    sheet = open_sheet(helper, number)
    answer = send_line(helper, sheet, surname="Petit", first_names="Léa", born=f"4/5/{now().year - 9}")
    assert answer["state"] == "refused"
    assert "parent" in answer["words"]
    assert counted(app) == 0
    assert send_line(helper, sheet)["state"] != "refused"
    assert counted(app) == 1
