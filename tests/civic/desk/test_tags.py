# SPDX-License-Identifier: AGPL-3.0-or-later
"""The themes at the desk, without script: what is typed comes back, and the forms of residents follow."""

import re

import pytest
from sqlalchemy import select

from civic.db.session import db
from civic.items.models import Tag
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import propose, someone, switch_on, writing


@pytest.fixture
def clerk(app) -> Visitor:
    switch_on(app)
    return someone(app, role="clerk")[1]


def ids(app) -> dict[str, int]:
    with app.app_context():
        return {tag.slug: tag.id for tag in db.session.scalars(select(Tag))}


@both_databases
def test_a_theme_is_added_renamed_joined_and_removed(app, clerk):
    account, resident = someone(app)
    assert "/desk/tags" in clerk.open("/desk/settings").text
    for name in ("Vélo <b>", "Arbres"):
        clerk.open("/desk/tags").send("/desk/tags#add", name=name, name__en="")
    assert "Vélo &lt;b&gt;" in resident.open("/proposals/new").text
    known = ids(app)
    propose(app, account, switch_on(app), tag_ids=(known["velo-b"],))
    clerk.open(f"/desk/tags/{known['velo-b']}").send(f"/desk/tags/{known['velo-b']}", name="Vélo", name__en="Cycling")
    assert "Cycling" in resident.open("/en/proposals/new").text
    clerk.open(f"/desk/tags/{known['velo-b']}")
    assert f"/tags/{known['velo-b']}/remove" not in clerk.text
    clerk.send("/merge", into_id=str(known["arbres"]))
    assert set(ids(app)) == {"arbres"}
    assert re.search(r'class="num"[^>]*><div>1<', clerk.text)
    with writing(app) as session:
        session.add(Tag(slug="ombre", name={"fr": "Ombre"}))
    clerk.open("/desk/tags").send("/remove")
    assert set(ids(app)) == {"arbres"}


def test_a_name_taken_or_empty_comes_back_on_its_field(app, clerk):
    clerk.open("/desk/tags").send("/desk/tags#add", name="Vélo")
    for name in ("velo", "", "x" * 61):
        clerk.open("/desk/tags").send("/desk/tags#add", status=422, name=name)
        assert 'id="name-error"' in clerk.text
        assert f'value="{name}"' in clerk.text
    tag = ids(app)["velo"]
    clerk.open("/desk/tags").send("/desk/tags#add", name="Arbres")
    clerk.open(f"/desk/tags/{tag}").send("/merge", status=422, into_id="0")
    assert 'id="into_id-error"' in clerk.text
    assert 'value="Vélo"' in clerk.text
    clerk.open("/desk/tags/9999", 404)
