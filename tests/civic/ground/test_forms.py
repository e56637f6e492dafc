# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fields that every form shares."""

import pytest
from wtforms.validators import InputRequired

from civic.web.forms import CivicForm, DayField


class DayForm(CivicForm):
    day = DayField(validators=[InputRequired()])


@pytest.mark.parametrize(
    "typed, right",
    [
        ("2026-03-10", True),
        ("1900-01-01", True),
        ("2999-12-31", True),
        ("1899-12-31", False),
        ("0001-01-01", False),
        ("9999-12-31", False),
        ("2026-02-30", False),
        ("demain", False),
        ("\x00", False),
        ("", False),
    ],
)
def test_a_day_is_one_that_calendars_count_with(app, typed, right):
    with app.test_request_context(method="POST", data={"day": typed}):
        form = DayForm()
        assert form.sent() is right
        assert bool(form.day.errors) is not right
