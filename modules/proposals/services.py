# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with proposals: verbs that take the actor and the moment, never read the request, never commit."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import lazy_pgettext
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.events.base import Created
from civic.events.outbox import announce
from civic.files.services import check_described, destroy_files
from civic.items.models import Item, ItemTag
from civic.items.tags import set_tags, tags_of
from civic.journal.entries import record
from civic.organisations.speaking import require_speaker
from civic.people.models import Person
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused, StaleVersion
from civic.search.index import index_item
from civic.settings.workflows import lifecycle
from civic.spaces.models import Component
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import Lifecycle, perform, start

from .models import Proposal
from .permissions import PROPOSAL_POLICY
from .search import proposal_words
from .settings import ProposalSettings, settings_of
from .workflow import KIND, PROPOSAL

DRAFTS = 20
"""Drafts one person may keep."""
SUMMARY = 220
CORRECTED = frozenset({"submitted", "incomplete"})


@dataclass(frozen=True)
class Content:
    """What an author writes."""

    title: str = ""
    body: str = ""
    quartier_id: int | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    tag_ids: tuple[int, ...] = field(default=())
    language: str = "fr"
    organisation_id: int | None = None
    """In whose name; None for one's own. Set while it is a draft: what is submitted stays its author's."""


def cycle_of(session: Session) -> Lifecycle:
    """The workflow of proposals as the town set it."""
    return lifecycle(session, PROPOSAL, PROPOSAL_POLICY)


def start_draft(
    session: Session, actor: Actor, content: Content, component: Component | None, at: datetime, *, key: str = ""
) -> Item:
    """Begin a draft, or find the one typed in the same form (`key`). Raises Denied, or Refused beyond DRAFTS."""
    PROPOSAL_POLICY.require("proposal:draft", actor, None, at)
    lock(session, Person, actor.person_id or 0)
    found = _draft_of(session, actor, key)
    if found is not None:
        return save_draft(session, actor, found, content, at)
    drafts = session.scalar(
        select(func.count())
        .select_from(Item)
        .where(Item.author_id == actor.person_id, Item.kind == KIND, Item.state == "draft")
    )
    if (drafts or 0) >= DRAFTS:
        sentence = lazy_pgettext("proposals", "You have %(count)s drafts: finish or delete one first.", count=DRAFTS)
        raise Refused(Refusal("too_many_drafts", sentence))
    item = Item(
        kind=KIND,
        title={},
        author_id=actor.person_id,
        component_id=component.id if component else None,
        space_id=component.space_id if component else None,
        channel=actor.channel,
        created_at=at,
    )
    start(session, cycle_of(session), actor, item, at)
    session.add(Proposal(id=item.id, draft_key=key or None))
    session.flush()
    announce(session, Created(KIND, item.id, at), at=at)
    _speak(session, actor, item, content.organisation_id, at)
    _write(session, item, content)
    return item


def _speak(session: Session, actor: Actor, item: Item, organisation_id: int | None, at: datetime) -> None:
    """Put in whose name a draft is written. Raises Denied or Refused for whoever does not speak for it."""
    require_speaker(session, actor, organisation_id, at)
    item.organisation_id = organisation_id


def _draft_of(session: Session, actor: Actor, key: str) -> Item | None:
    """The draft this form already made."""
    if not key:
        return None
    return session.scalar(
        select(Item)
        .join(Proposal, Proposal.id == Item.id)
        .where(Proposal.draft_key == key, Item.author_id == actor.person_id, Item.state == "draft")
    )


def save_draft(session: Session, actor: Actor, item: Item, content: Content, at: datetime) -> Item:
    """Keep what the author has typed so far, unfinished or not. Raises Denied, or Refused once it was submitted."""
    PROPOSAL_POLICY.require("proposal:edit", actor, item, at)
    lock(session, Item, item.id)
    if item.state != "draft":
        sentence = lazy_pgettext("proposals", "This proposal is submitted: it is no longer a draft.")
        raise Refused(Refusal("not_a_draft", sentence))
    _speak(session, actor, item, content.organisation_id, at)
    _write(session, item, content)
    return item


def discard_draft(session: Session, actor: Actor, item: Item, at: datetime) -> None:
    """Delete one's draft, text, pictures and all; only the fact stays in the journal. Raises Denied or Refused."""
    PROPOSAL_POLICY.require("proposal:edit", actor, item, at)
    lock(session, Item, item.id)
    if item.state != "draft":
        raise Refused(
            Refusal("not_a_draft", lazy_pgettext("proposals", "A submitted proposal is withdrawn, not deleted."))
        )
    record(session, actor, "discard", kind=KIND, subject_id=item.id, at=at, from_state="draft")
    destroy_files(session, item, at)
    session.execute(delete(ItemTag).where(ItemTag.item_id == item.id))
    session.execute(delete(Proposal).where(Proposal.id == item.id))
    session.delete(item)
    session.flush()


def submit_proposal(session: Session, actor: Actor, item: Item, at: datetime, *, version: int | None = None) -> None:
    """Submit a draft, or submit again what was sent back. Raises what `perform` raises, or Missing for each field."""
    lock(session, Person, item.author_id or 0)  # two submissions of one person are counted one after the other
    check_content(content_of(session, item), settings_of(session, item, at))
    check_described(session, item)
    require_speaker(session, actor, item.organisation_id, at)
    act = "resubmit" if item.state == "incomplete" else "submit"
    perform(session, cycle_of(session), actor, item, act, at=at, version=version)
    session.get_one(Proposal, item.id).draft_key = None


def edit_proposal(
    session: Session, actor: Actor, item: Item, content: Content, at: datetime, *, version: int | None = None
) -> None:
    """Correct a submitted proposal within the time allowed, or one that was sent back; journaled.

    Raises Denied, StaleVersion, Missing or Refused.
    """
    PROPOSAL_POLICY.require("proposal:edit", actor, item, at)
    lock(session, Item, item.id)
    if version is not None and item.version != version:
        sentence = lazy_pgettext("proposals", "The proposal changed while you were writing. Read what is new, then act again: your text is kept.")  # fmt: skip
        raise StaleVersion(Refusal("stale", sentence))
    proposal = session.get_one(Proposal, item.id)
    refusal = edit_refusal(item, proposal, at)
    if refusal is not None:
        raise Refused(refusal)
    require_speaker(session, actor, item.organisation_id, at)
    check_content(content, settings_of(session, item, at))
    changed = _changed(content_of(session, item), content)
    if not changed:
        return
    _write(session, item, content)
    proposal.edited_at = at
    item.version += 1
    record(session, actor, "edit", kind=KIND, subject_id=item.id, at=at, details={"fields": changed})
    index_item(session, item.id, proposal_words(session, item))
    session.flush()


def edit_refusal(item: Item, proposal: Proposal, at: datetime) -> Refusal | None:
    """Why the text can no longer be corrected, or None."""
    if item.state == "incomplete":
        return None
    if item.state not in CORRECTED:
        return Refusal("studied", lazy_pgettext("proposals", "A department has it: the text can no longer change. Comment to add something."))  # fmt: skip
    if proposal.edit_until is None or at >= proposal.edit_until:
        return Refusal("edit_over", lazy_pgettext("proposals", "The time to correct it is over. Comment to add something."))  # fmt: skip
    return None


def withdraw_proposal(
    session: Session, actor: Actor, item: Item, reason: str, at: datetime, *, version: int | None = None
) -> None:
    """Withdraw one's proposal before the decision. Raises what `perform` raises."""
    data = TransitionData(reason=reason.strip()[:2_000])
    perform(session, cycle_of(session), actor, item, "withdraw", at=at, version=version, data=data)


def check_content(content: Content, limits: ProposalSettings) -> None:
    """Raise Missing naming each field that is empty or too long, for every face: page, counter, import."""
    faults = {}
    if not content.title.strip():
        faults["title"] = lazy_pgettext("proposals", "Give your proposal a title.")
    elif len(content.title) > limits.title_length:
        faults["title"] = lazy_pgettext("proposals", "Write at most %(count)s characters.", count=limits.title_length)
    if not content.body.strip():
        faults["body"] = lazy_pgettext("proposals", "Say what you propose, and why.")
    elif len(content.body) > limits.body_length:
        faults["body"] = lazy_pgettext("proposals", "Write at most %(count)s characters.", count=limits.body_length)
    if content.lon is not None and not content.place.strip():
        faults["place"] = lazy_pgettext("proposals", "Say in words where the point is: not everyone sees the map.")
    if len(content.tag_ids) > limits.tag_count:
        faults["tags"] = lazy_pgettext("proposals", "Choose at most %(count)s themes.", count=limits.tag_count)
    if faults:
        raise Missing({name: str(sentence) for name, sentence in faults.items()})


def content_of(session: Session, item: Item) -> Content:
    """What the proposal says now."""
    proposal = session.get_one(Proposal, item.id)
    tags = tuple(tag.id for tag in tags_of(session, [item.id]).get(item.id, []))
    return Content(
        title=item.title.get(item.language, ""),
        body=proposal.body,
        quartier_id=item.quartier_id,
        place=item.place,
        lon=item.lon,
        lat=item.lat,
        tag_ids=tags,
        language=item.language,
        organisation_id=item.organisation_id,
    )


def _write(session: Session, item: Item, content: Content) -> None:
    """Put the content where it stands: title and place on the item, text on the proposal."""
    proposal = session.get_one(Proposal, item.id)
    item.title = {content.language: content.title.strip()}
    item.language = content.language
    item.quartier_id = content.quartier_id
    item.place = content.place.strip()[:200]
    item.lon, item.lat = content.lon, content.lat
    proposal.body = content.body
    proposal.summary = summary_of(content.body)
    set_tags(session, item.id, content.tag_ids)


def summary_of(body: str) -> str:
    """The first sentences of a text, without Markdown's marks, cut between two words."""
    first = " ".join(line.lstrip("#>*- ").strip() for line in body.strip().split("\n\n")[0].splitlines())
    plain = first.replace("**", "").replace("`", "")
    if len(plain) <= SUMMARY:
        return plain
    return plain[:SUMMARY].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _changed(before: Content, after: Content) -> list[str]:
    """Names of the fields that differ; themes without their order."""
    names = ["title", "body", "quartier_id", "place", "lon", "lat"]
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    return [*changed, "tags"] if set(before.tag_ids) != set(after.tag_ids) else changed
