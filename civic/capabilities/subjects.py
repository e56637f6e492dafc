# SPDX-License-Identifier: AGPL-3.0-or-later
"""The item an act is about, with the resource that owns it: found by its public number, unseen by strangers."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from civic.items.models import Item
from civic.module import Resource
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.spaces.access import is_member, may_see
from civic.spaces.models import Component, Space
from civic.spaces.phases import opened

SAME_DATES = {"question": "comment"}
"""Acts that are permitted, opened and closed as another one; who may do them is asked by their own name."""


@dataclass(frozen=True)
class Subject:
    """An item and what its module declares about it."""

    item: Item
    component: Component | None
    resource: Resource

    @property
    def url(self) -> str:
        """Its public page."""
        return url_for(self.resource.endpoint, number=self.item.number)


def subject_of(session: Session, actor: Actor, number: int, capability: str) -> Subject:
    """The visible item of that number, in one query.

    404 when there is none, its module is off, or it does not offer the capability.
    """
    found = find_subject(session, actor, number, capability)
    if found is None:
        abort(404)
    return found


def find_subject(session: Session, actor: Actor, number: int, capability: str = "") -> Subject | None:
    """The visible item of that number; None when there is none, its module is off, or it lacks the capability."""
    found = session.execute(
        select(Item, Space, Component)
        .outerjoin(Space, Space.id == Item.space_id)
        .outerjoin(Component, Component.id == Item.component_id)
        .where(Item.number == number)
        # A space is loaded with its item by an inner join, which would lose what stands in none.
        .options(joinedload(Space.item, innerjoin=False))
    ).first()
    if found is None or not found.Item.visible or not is_seen(session, actor, found.Space):
        return None
    kind = found.Item.kind
    resource = current_registry().resource(kind)
    is_on = kind.partition(".")[0] in portal_state(session).modules_on
    if resource is None or not is_on or (capability and capability not in resource.capabilities):
        return None
    return Subject(found.Item, found.Component, resource)


def is_seen(session: Session, actor: Actor, space: Space | None) -> bool:
    """Whether the actor sees the space an item stands in; what stands in none is seen by all."""
    return space is None or may_see(actor, space, is_member=is_member(session, actor, space))


def refusal_of(session: Session, actor: Actor, subject: Subject, verb: str, at: datetime) -> Refusal | None:
    """Why the actor may not do the verb (`support`, `comment`, `question`, `follow`) now: policy, phases, electorate."""
    refusal = subject.resource.policy.refusal(_permission(subject, verb), actor, subject.item, at)
    return refusal or _late_refusal(session, actor, subject, verb, at)


def require(session: Session, actor: Actor, subject: Subject, verb: str, at: datetime) -> None:
    """Raise Denied (the policy) or Refused (phases, electorate) when the verb is not open to the actor."""
    subject.resource.policy.require(_permission(subject, verb), actor, subject.item, at)
    refusal = _late_refusal(session, actor, subject, verb, at)
    if refusal is not None:
        raise Refused(refusal)


def _permission(subject: Subject, verb: str) -> str:
    """The action of the policy."""
    return f"{subject.resource.name}:{SAME_DATES.get(verb, verb)}"


def _late_refusal(session: Session, actor: Actor, subject: Subject, verb: str, at: datetime) -> Refusal | None:
    """What the phases say, then the electorate of the act; news can always be followed."""
    if verb == "follow":
        return None
    opening = SAME_DATES.get(verb, verb)
    dated = opened(session, subject.component, opening, at) if subject.component is not None else None
    if dated is not None or subject.resource.who_may is None:
        return dated
    return subject.resource.who_may(session, actor, subject.item, verb, at)
