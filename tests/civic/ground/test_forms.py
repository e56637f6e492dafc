# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fields that every form shares."""

import pytest
from flask_babel import ngettext
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired

from civic.i18n.catalogue import writing_in
from civic.web.forms import CivicForm, DayField, choices, one_line


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


class EveryForm(CivicForm):
    day = DayField()
    count = IntegerField()
    kind = SelectField(choices=choices([("a", "A")]))
    title = StringField(validators=[one_line])


@pytest.mark.parametrize(
    "language, said",
    [
        ("fr", ["Cette date n’existe pas.", "Écrivez un nombre entier, en chiffres.", "Choisissez une des réponses proposées.", "Écrivez sur une seule ligne."]),
        ("en", ["Not a valid date value.", "Write a whole number, in digits.", "Choose one of the answers that are offered.", "Write on one line."]),
    ],
)  # fmt: skip
def test_fields_say_what_is_wrong_in_the_words_of_the_portal(app, language, said):
    typed = {"day": "demain", "count": "deux", "kind": "b", "title": "Un\tbanc"}
    with app.test_request_context(method="POST", data=typed), writing_in(language):
        form = EveryForm()
        assert not form.sent()
        assert [str(error) for field in form for error in field.errors] == said


@pytest.mark.parametrize("language, count, said", [("fr", 0, "0\xa0jour"), ("fr", 1, "1\xa0jour"), ("fr", 2, "2\xa0jours"), ("en", 0, "0 days")])  # fmt: skip
def test_nothing_is_counted_in_the_singular_in_french(app, language, count, said):
    with app.test_request_context(), writing_in(language):
        assert ngettext("%(num)s day", "%(num)s days", count) == said
