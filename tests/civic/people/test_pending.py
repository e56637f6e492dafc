# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coming back: what a visitor typed is given back on the same page after signing in, once, for a day."""

from datetime import timedelta

import pytest
from flask import render_template_string, request
from sqlalchemy import func, select
from wtforms import SelectMultipleField, StringField

from civic.clock import now
from civic.db.session import db, write
from civic.people.models import PendingAct
from civic.people.pending import KEPT, keep_pending, pending_data, purge_pending
from civic.web.actors import current_actor
from civic.web.acts import act
from civic.web.forms import CivicForm
from civic.web.pending import COOKIE, forget_pending, give_back, send_to_sign_in
from tests.civic.people.signing_in import Browser, last_code
from tests.databases import both_databases

TITLE = "Un banc <b>à l’ombre</b> ; DROP TABLE"


class IdeaForm(CivicForm):
    title = StringField()
    tags = SelectMultipleField(choices=["shade", "water", "noise"])


PAGE = "{{ csrf_field() }}{{ once_field() }}[{{ form.title.data }}|{{ (form.tags.data or [])|join(',') }}]"


@pytest.fixture
def town(app):
    """An application with a page whose act needs an account."""

    @app.route("/try/idea", methods=["GET", "POST"])
    def idea():
        form = IdeaForm()
        if request.method == "POST" and not current_actor().signed_in:
            return send_to_sign_in()
        if form.sent():
            with act() as done:
                forget_pending(done.session)
                done.location = "/try/done"
            return done.done()
        give_back(form)
        return render_template_string(PAGE, form=form)

    return app


@both_databases
def test_what_was_typed_comes_back_after_signing_in_and_goes_with_the_act(town):
    browser = Browser(town)
    sent = browser.send("/try/idea?from=home", {"title": f"{TITLE}\x00", "tags": ["shade", "noise"]})
    assert sent.location == "/sign-in?next=/try/idea?from%3Dhome"
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie.http_only
    asked = browser.ask_code("marie@rive.example", sent.location)
    back = browser.send(asked.location, {"code": last_code(town, "marie@rive.example")})
    assert back.location == "/try/idea?from=home"
    page = browser.get(back.location).text
    assert "[Un banc &lt;b&gt;à l’ombre&lt;/b&gt; ; DROP TABLE|shade,noise]" in page
    assert browser.send("/try/idea", {"title": TITLE, "tags": ["shade"]}).location == "/try/done"
    assert "[|]" in browser.get("/try/idea").text.replace("None", "")
    with town.app_context():
        assert db.session.scalar(select(func.count()).select_from(PendingAct)) == 0


def test_tokens_of_the_form_are_not_kept(town):
    Browser(town).send("/try/idea", {"title": TITLE})
    with town.app_context():
        kept = db.session.scalars(select(PendingAct)).one()
    assert set(kept.data) == {"title"}


def test_another_browser_and_another_page_get_nothing(town):
    first = Browser(town)
    first.send("/try/idea", {"title": TITLE})
    assert TITLE not in Browser(town).get("/try/idea").text
    with town.app_context():
        token = first.client.get_cookie(COOKIE).value
        assert pending_data(db.session(), token, "/try/idea", now()) == {"title": [TITLE]}
        assert pending_data(db.session(), token, "/try/other", now()) is None


@both_databases
def test_it_is_gone_after_a_day(app):
    at = now()
    with app.app_context():
        with write() as session:
            token = keep_pending(session, "/x", {"a": ["1"]}, at)
        assert pending_data(db.session(), token, "/x", at + KEPT - timedelta(seconds=1)) is not None
        assert pending_data(db.session(), token, "/x", at + KEPT) is None
        with write() as session:
            purge_pending(session, at + KEPT)
        assert db.session.scalar(select(func.count()).select_from(PendingAct)) == 0
