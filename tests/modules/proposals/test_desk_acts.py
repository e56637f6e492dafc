# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's page of a proposal offers the town's acts, never those of the author alone."""

from tests.modules.proposals.making import item_numbered, move, propose, someone


def test_what_the_author_alone_may_do_is_not_in_the_desk_s_list(app, component, author):
    number = propose(app, author[0], component)
    desk = someone(app, role="clerk")[1]
    page = desk.open(f"/desk/items/{item_numbered(app, number).id}").text
    assert "La confier à un service" in page
    assert "Retirer ma proposition" not in page
    assert "Seul son auteur" not in page


def test_a_proposal_sent_back_waits_for_its_author(app, component, author):
    number = propose(app, author[0], component)
    move(app, number, "send_back")
    page = someone(app, role="clerk")[1].open(f"/desk/items/{item_numbered(app, number).id}").text
    assert "c’est à l’auteur d’agir" in page
    assert "La déposer à nouveau" not in page
