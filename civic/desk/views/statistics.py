# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/statistics: delays by department and stage over a period, as a page and as a file."""

from flask import Response, render_template, request, url_for

from civic.desk.acting import Visit, enter
from civic.desk.delays import COLUMNS, Days, days_asked, parts, percent, rows
from civic.web.csvfile import lines


def statistics() -> str:
    """Departments with the share of late files, then each of their stages; how it is counted stands below."""
    visit = enter("desk:enter")
    days = _days(visit)
    found = parts(visit, days)
    late, promised = sum(part.late for part in found), sum(part.promised for part in found)
    return render_template(
        "desk/statistics.html",
        days=days,
        parts=found,
        files=sum(part.files for part in found),
        late=late,
        in_time_percent=percent(promised - late, promised),
        file_url=url_for("desk.statistics_file", first=days.first, last=days.last),
    )


def statistics_file() -> Response:
    """The same lines as a CSV file."""
    visit = enter("desk:enter")
    days = _days(visit)
    answer = Response(lines(COLUMNS, rows(parts(visit, days))), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="delays-{days.first}-{days.last}.csv"'
    return answer


def _days(visit: Visit) -> Days:
    """The days of the address."""
    return days_asked(request.args.get("first", ""), request.args.get("last", ""), visit.today)
