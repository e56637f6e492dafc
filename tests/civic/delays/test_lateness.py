# SPDX-License-Identifier: AGPL-3.0-or-later
"""One definition of late at the desk: a file sent back to its author is late nowhere, one of the town's everywhere."""

from datetime import UTC, datetime

from civic.clock import now
from civic.delays.statistics import stage_delays, waiting_now
from civic.delays.summary import late_files
from civic.desk.queries import counts
from civic.people.actors import actor_of_account
from civic.workflow.stays import Stay
from tests.civic.desk.making import DAY, browser, open_desk
from tests.civic.people.making import make_item, writing
from tests.databases import both_databases

pytestmark = both_databases
KIND = "proposals.proposal"


def test_a_file_that_waits_for_its_author_is_late_nowhere(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        values = {"due_at": now() - 2 * DAY}
        make_item(session, "Une idée incomplète", number=201, state="incomplete", **values)
        make_item(session, "Une idée en retard", number=202, state="submitted", **values)
        session.flush()
        actor = actor_of_account(session, desk.clerk, second_factor=True)
        assert counts(session, actor, [KIND], now()) == (2, 1)
        assert [row.number for row in late_files(session, actor, now()).files] == [202]
        assert [(one.files, one.late) for one in waiting_now(session, actor, [KIND], now())] == [(1, 1)]
    client = browser(desk, "clerk")
    for page in ("/desk/?late=1", "/desk/register?late=1", "/desk/board?late=1"):
        html = client.get(page).text
        assert "Une idée en retard" in html, page
        assert "Une idée incomplète" not in html, page
    html = client.get("/desk/register").text
    assert "attend son auteur, avant la fin du" in html
    assert html.count('class="deadline late"') == 1


def test_days_of_an_author_count_in_no_share(app):
    desk = open_desk(app, "auditor")
    left = datetime(2026, 6, 1, tzinfo=UTC)
    with writing(app) as session:
        item = make_item(session, number=203, state="studied")
        for state in ("incomplete", "studied"):
            session.add(
                Stay(
                    kind=KIND,
                    subject_id=item.id,
                    department_id=desk.green,
                    state=state,
                    entered_at=left - 9 * DAY,
                    due_at=left - DAY,
                    left_at=left,
                )
            )
        session.flush()
        actor = actor_of_account(session, desk.auditor, second_factor=True)
        found = {one.state: one for one in stage_delays(session, actor, [KIND], left - DAY, left + DAY)}
    assert (found["studied"].files, found["studied"].promised, found["studied"].late) == (1, 1, 1)
    assert (found["incomplete"].files, found["incomplete"].promised, found["incomplete"].late) == (1, 0, 0)
