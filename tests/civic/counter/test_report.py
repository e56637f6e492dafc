# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report: the same figures on the page and in the file, what to look at first, and always two queries."""

from civic.clock import now
from civic.counter.report import Period, entered_by_day, many_supports
from civic.counter.settings import COUNTER_SCOPE, CounterSettings
from civic.db.session import db
from civic.permissions.actor import SYSTEM
from civic.settings.store import save_settings
from tests.civic.counter.making import a_proposal, begin, counter, end, support, today
from tests.civic.counter.test_sheets import open_sheet, send_line
from tests.databases import both_databases
from tests.modules.proposals.making import someone, writing
from tests.queries import queries


@both_databases
def test_by_helper_channel_and_day_with_what_to_look_at(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)
    support(helper, sitting, number)
    helper.open(f"/desk/counter/{sitting}").send("/withdraw")
    end(helper, sitting)
    sheet = open_sheet(helper, number)
    for surname in ("Un", "Deux", "Trois"):
        assert send_line(helper, sheet, surname=surname)["state"] == "counted"
    with writing(app) as session:
        save_settings(session, SYSTEM, COUNTER_SCOPE, CounterSettings(alert_supports=3), now())
    auditor = someone(app, role="auditor")[1].open("/desk/counter/report")
    assert "Zoé O." in auditor.text
    assert f"/n/{number}" in auditor.text
    file = auditor.client.get("/desk/counter/report.csv").get_data(as_text=True).splitlines()
    assert file[0] == "day,helper,channel,kind,acts,persons,withdrawn"
    assert sorted(line.split(",")[2:] for line in file[1:]) == [
        ["desk", "support", "1", "1", "1"],
        ["meeting", "support", "3", "3", "0"],
    ]
    period = Period(today(), today())
    with queries(app) as sent, app.app_context():
        entered_by_day(db.session(), period)
        many_supports(db.session(), period, 3)
    assert len(sent) == 2
    assert auditor.open("/desk/counter/report?first=2020-01-01&last=2020-01-31").answer.status_code == 200
    assert "Zoé O." not in auditor.text.partition("<main")[2]
    auditor.open("/desk/counter/report?first=zz&last=9999-99-99")
