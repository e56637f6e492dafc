# SPDX-License-Identifier: AGPL-3.0-or-later
"""Loading the demonstration town: one transaction, the real services, moments of the past, and no mail."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.demo.accounts import share_password
from civic.demo.at_counter import plan_counter
from civic.demo.at_letters import plan_letters
from civic.demo.organisations import plan_organisations
from civic.demo.papers import plan_proofs
from civic.demo.places import settle
from civic.demo.processes import plan_processes
from civic.demo.residents import ADMINISTRATOR, register
from civic.demo.staff import hire
from civic.demo.timeline import Timeline
from civic.demo.town import DATA, OPENING, DemoTown
from civic.events.models import OutboxMessage
from civic.files.jobs import settle_files
from civic.i18n.setup import current_zone
from civic.items.counts import fold
from civic.items.models import CountDelta
from civic.people.models import Person
from civic.permissions.actor import SYSTEM
from civic.permissions.decision import Refusal, Refused
from civic.registry import Registry
from civic.settings.demonstration import DEMONSTRATION_SCOPE, DemonstrationSettings
from civic.settings.store import portal_state, save_settings, switch_module
from civic.spaces.services import ensure_root

Seed = Callable[[Session, Any, datetime], None]


def is_loaded(session: Session) -> bool:
    """Whether the instance is the demonstration town."""
    return mark_of(session).loaded


def mark_of(session: Session) -> DemonstrationSettings:
    """What the instance remembers of the demonstration."""
    return portal_state(session).settings(DEMONSTRATION_SCOPE, DemonstrationSettings)


def has_persons(session: Session) -> bool:
    """Whether anyone is known to the instance."""
    return session.scalar(select(Person.id).limit(1)) is not None


def load_town(session: Session, registry: Registry, at: datetime, *, with_passwords: bool = True) -> DemoTown:
    """Fill an empty instance inside the caller's write. Raises Refused when it already knows someone."""
    if has_persons(session):
        raise Refused(
            Refusal("not_empty", _("This instance already knows people: the demonstration needs an empty one."))
        )
    zone = current_zone()
    town = DemoTown(today=at.astimezone(zone).date(), zone=zone, timeline=Timeline())
    data = town.read(DATA / "town.toml")
    ensure_root(session, town.moment(OPENING, 7))
    settle(session, town, data, second_factor=not with_passwords)
    hire(session, town, data)
    seeding = _switch_on(session, registry, town)
    register(session, town, data["resident"])
    plan_processes(town, town.read(DATA / "processes.toml")["process"])
    plan_proofs(town)
    plan_counter(town)
    plan_organisations(town)
    for seed in seeding:
        seed(session, town, at)
    plan_letters(town)
    town.timeline.run(session)
    _settle_counts(session, at)
    if with_passwords:
        share_password(session, town)
    save_settings(session, SYSTEM, DEMONSTRATION_SCOPE, DemonstrationSettings(True, with_passwords), at)
    settle_files(session, at)
    _send_nothing(session)
    return town


def _switch_on(session: Session, registry: Registry, town: DemoTown) -> list[Seed]:
    """Switch on every module that has something to show; gives their seeds, which add to the timeline."""
    administrator = town.actor(session, ADMINISTRATOR)
    seeds = []
    for module in registry.modules.values():
        if module.seeds is not None:
            switch_module(session, administrator, module.name, is_on=True, at=town.moment(OPENING, 9))
            seeds.append(module.seeds)
    return seeds


def _settle_counts(session: Session, at: datetime) -> None:
    """Add every pending delta to its item, as the runner would."""
    session.flush()
    while session.scalar(select(func.count()).select_from(CountDelta)):
        fold(session, at)


def _send_nothing(session: Session) -> None:
    """What the past announced is withdrawn before anyone is told: the instance was empty, so all of it is ours."""
    session.flush()
    session.execute(delete(OutboxMessage))
