# SPDX-License-Identifier: AGPL-3.0-or-later
"""What residents said around the demonstration's proposals: comments, replies, follows, supports."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.orm import Session

from civic.comments.services import write_comment
from civic.demo.timeline import Act
from civic.demo.town import DemoTown
from civic.follows.services import follow
from civic.items.counts import count
from civic.items.models import Item
from civic.supports.models import Support

CLOSING = frozenset({"accept", "accept_partly", "decline", "withdraw"})
"""Transitions after which supports are closed."""


class Told(Protocol):
    """A proposal of the files."""

    town: DemoTown
    data: dict[str, Any]
    item_id: int

    def item(self, session: Session) -> Item:
        """Its item, as it stands."""


def plan_voices(told: Told) -> None:
    """Put comments and supports on the timeline; the same ones at each loading."""
    if not told.data.get("history"):
        return
    for comment in told.data.get("comment", []):
        _plan_comment(told, comment)
    _plan_supports(told)


def _plan_comment(told: Told, comment: dict[str, Any]) -> None:
    """A comment in the afternoon or the evening, its replies after it."""
    chance = Random(f"{told.data['key']} {comment['text']}")  # noqa: S311 - the same town at each loading
    replies = comment.get("reply", [])
    until = 200 if any(reply["at"] == comment["at"] for reply in replies) else 560
    minute = chance.randrange(until)
    ids: list[int] = []
    town, what = told.town, f"comment on {told.data['key']}"
    town.timeline.add(town.moment(comment["at"], 12, 5 + minute), what, _write(told, comment, ids, parent=None))
    for place, reply in enumerate(replies):
        at = town.moment(reply["at"], 15, 40 + 25 * place)
        town.timeline.add(at, f"reply on {told.data['key']}", _write(told, reply, [], parent=ids))


def _write(told: Told, comment: dict[str, Any], ids: list[int], parent: list[int] | None) -> Act:
    """Write it; a resident who speaks follows what becomes of it. `parent` holds the id of what it answers."""

    def act(session: Session, at: datetime) -> None:
        actor = told.town.actor(session, comment["author"])
        parent_id = parent[0] if parent else None
        organisation = told.town.organisations[comment["organisation"]] if "organisation" in comment else None
        text = comment["text"].strip()
        written = write_comment(
            session, actor, told.item(session), text, at, parent_id=parent_id, organisation_id=organisation
        )
        ids.append(written.id)
        if not actor.is_staff:
            follow(session, actor, told.item_id, at)

    return act


def _plan_supports(told: Told) -> None:
    """As many residents as the file says, never the author, while supports were open."""
    town, data = told.town, told.data
    begins, ends = _open_for_supports(told)
    chance = Random(data["key"])  # noqa: S311 - the same town at each loading
    others = [key for key in town.residents if key != data["author"]]
    # Most supports come early: the square of a number under one leans to zero.
    given = {
        key: (begins + (ends - begins) * chance.random() ** 2).replace(microsecond=0)
        for key in chance.sample(others, data["supports"])
    }
    town.timeline.add(ends, f"supports of {data['key']}", _support(told, given))


def _open_for_supports(told: Told) -> tuple[datetime, datetime]:
    """From the submission to the decision, to the end of the phase that opens supports, or to yesterday."""
    town, history = told.town, told.data["history"]
    begins = town.moment(history[0]["at"], 8, 30)
    ends = [town.moment(step["at"], 8) for step in history if step["transition"] in CLOSING]
    process = told.data.get("process")
    if process:
        opened = [window for window in town.processes[process].windows("support") if window[0] <= begins < window[1]]
        ends += [window[1] for window in opened]
    return begins, min([*ends, town.moment(-1, 21)]) - timedelta(minutes=30)


def _support(told: Told, given: dict[str, datetime]) -> Act:
    """Every support of a proposal, in one statement: there are a thousand of them."""

    def act(session: Session, at: datetime) -> None:
        rows = [
            {"item_id": told.item_id, "person_id": actor.person_id, "channel": actor.channel, "at": moment}
            for actor, moment in ((told.town.actor(session, key), moment) for key, moment in given.items())
        ]
        if rows:
            session.execute(insert(Support), rows)
            count(session, told.item_id, "support", len(rows))

    return act
