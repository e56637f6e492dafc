# SPDX-License-Identifier: AGPL-3.0-or-later
"""An answer being written while its author withdraws the proposal: the clerk is told, and the text comes back."""

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.items.models import Item
from civic.workflow.engine import perform
from modules.proposals.services import cycle_of
from tests.civic.people.at_desk import at_desk
from tests.civic.people.making import writing
from tests.databases import both_databases
from tests.modules.proposals.making import actor_of, move, propose, someone, switch_on

pytestmark = both_databases
TEXT = "Nous planterons la moitié de la cour cet hiver."


@pytest.mark.parametrize("is_begun", [False, True])
def test_the_answer_to_a_proposal_withdrawn_meanwhile_says_so_and_keeps_the_text(app, is_begun):
    component = switch_on(app)
    author, _browser = someone(app)
    number = propose(app, author, component, title="Une cour")
    move(app, number, "study")
    with writing(app) as session:
        item = session.scalars(select(Item.id).where(Item.number == number)).one()
    clerk = at_desk(app, "clerk", "Zoé")
    path, form = f"/desk/items/{item}/answer", {"transition": "accept", "body": TEXT, "signer_id": 0}
    tokens = clerk.tokens(path)
    if is_begun:
        path = clerk.send(path, form, tokens=tokens).location + "/edit"
        tokens, form = clerk.tokens(path), {**form, "version": 1}
    with writing(app) as session:
        proposal = session.get_one(Item, item)
        perform(session, cycle_of(session), actor_of(session, author), proposal, "withdraw", at=now())
    for _sending in range(2):
        answer = clerk.send(path, {**form, "body": f"{TEXT} Encore."}, tokens=tokens)
        assert answer.status_code == 422
        assert f"{TEXT} Encore." in answer.text
        assert "Retirée par son auteur" in answer.text
        assert "Pendant que vous écriviez" in answer.text
        assert "choix valide" not in answer.text
        form = {name: value for name, value in form.items() if name != "transition"}
