# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/counter/report: what was entered at the counter, for administrators and auditors; the same as a file."""

from datetime import date, timedelta

from flask import Response, render_template, request, url_for

from civic.counter.kinds import act_name
from civic.counter.limits import counter_settings
from civic.counter.report import COLUMNS, SHOWN, Period, entered_by_day, many_supports, report_rows
from civic.desk.acting import Visit, enter
from civic.desk.counter.forms import day_or
from civic.items.channels import channel_name
from civic.registry import current_registry
from civic.web.csvfile import file_of_rows

READ = "counter:report"
DAYS = 30


def report() -> str:
    """By helper, channel, kind and day; first what someone should look at."""
    visit = enter(READ)
    period, most = _period(visit), counter_settings(visit.session).alert_supports
    rows = entered_by_day(visit.session, period, limit=SHOWN)
    registry = current_registry()
    return render_template(
        "desk/counter/report.html",
        period=period,
        rows=rows,
        names={row.kind: act_name(registry, row.kind) for row in rows},
        channels={row.channel: channel_name(row.channel) for row in rows},
        alerts=many_supports(visit.session, period, most),
        most=most,
        is_cut=len(rows) == SHOWN,
        file_url=url_for("desk.counter_report_file", first=period.first, last=period.last),
    )


def report_file() -> Response:
    """The same, as a file without limit."""
    visit = enter(READ)
    period = _period(visit)
    rows = report_rows(visit.session, period)
    return file_of_rows(visit.session, f"counter-{period.first}-{period.last}", COLUMNS, rows)


def _period(visit: Visit) -> Period:
    """The days asked for: the last thirty when none are."""
    last = day_or(request.args.get("last", ""), visit.today)
    first = day_or(request.args.get("first", ""), last - timedelta(days=DAYS) if last > date(1, 3, 1) else last)
    return Period(min(first, last), max(first, last))
