# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small workflow of a module that does not exist: what the engine promises holds for any declaration."""

from datetime import UTC, datetime

from civic.items.models import Item
from civic.permissions.actor import Actor, Grant
from civic.permissions.decision import Refusal
from civic.permissions.policy import Policy
from civic.permissions.predicates import clerk, is_author, second_factor
from civic.workflow.declaration import Deadline, State, Transition, Workflow
from civic.workflow.engine import Lifecycle

AT = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
KIND = "toys.toy"


def has_place(actor, subject, at):
    return None if subject.place else Refusal("no_place", "Say where.")


def has_two_words(actor, subject, at):
    return None if " " in subject.title["fr"] else Refusal("one_word", "Write two words.")


def publish(session, subject, actor, data, at):
    subject.visible = True
    subject.published_at = at


TOY = Workflow(
    name=KIND,
    states=(
        State("draft", "Draft", initial=True, public=False),
        State("waiting", "Waiting", deadline=Deadline(10)),
        State("studied", "Studied", optional=True, deadline=Deadline(3, working=True)),
        State("done", "Done", final=True, tone="yes"),
    ),
    transitions=(
        Transition(
            "submit",
            ("draft",),
            "waiting",
            "toy:submit",
            "Submit",
            "Submitted",
            when=(has_place, has_two_words),
            effect=publish,
        ),
        Transition(
            "study", ("waiting",), "studied", "toy:handle", "Study", "Studied", requires=("reason", "department_id")
        ),
        Transition("finish", ("waiting", "studied"), "done", "toy:handle", "Finish", "Finished", accepts=("reason",)),
        Transition("answer", ("waiting",), "done", "toy:handle", "Answer", "Answered", through_answer=True),
    ),
    line=("draft", "waiting", "studied", "done"),
)
POLICY = Policy(
    name="toys",
    table={"toy:submit": ((is_author,),), "toy:handle": ((clerk, second_factor),)},
    titles={"toy:submit": "Submit", "toy:handle": "Handle"},
)
CYCLE = Lifecycle(KIND, TOY, POLICY)

CLERK = Actor(account_id=2, grants=(Grant("clerk"),), second_factor=True)


def toy(author_id, place="Place du marché", title="Deux mots & <b>balises</b>", **columns):
    return Item(kind=KIND, author_id=author_id, title={"fr": title}, place=place, created_at=AT, **columns)
