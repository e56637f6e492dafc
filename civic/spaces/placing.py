# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a process is made of: phases by date, modules placed as components."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.i18n.texts import written
from civic.items.models import Item
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused
from civic.spaces.days import beginning, ending
from civic.spaces.models import Component, Phase, PhaseVerb
from civic.spaces.services import manage
from civic.spaces.workflow import PROCESS_KIND

Part = TypeVar("Part", Phase, Component)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class PhaseData:
    """A phase as a clerk writes it; `verbs` pairs a component's id, or None for all of them, with a verb."""

    title: PerLanguage
    opens_on: date | None
    last_on: date | None
    description: PerLanguage = field(default_factory=dict)
    verbs: tuple[tuple[int | None, str], ...] = ()


@dataclass(frozen=True)
class ComponentData:
    """A module placed in a process; its own dates hold where the process has no phase."""

    module: str
    slug: str
    title: PerLanguage
    settings: dict[str, Any] = field(default_factory=dict)
    opens_on: date | None = None
    last_on: date | None = None
    position: int = 0


def save_phase(
    session: Session,
    actor: Actor,
    space_id: int,
    data: PhaseData,
    *,
    at: datetime,
    phase_id: int | None = None,
    version: int | None = None,
) -> Phase:
    """Add a phase, or change one. Raises Missing for an empty title or reversed dates, StaleVersion, Denied."""
    manage(session, actor, space_id, version, at)
    errors = title_errors(data.title) | _date_errors(data.opens_on, data.last_on, needed=True)
    if errors:
        raise Missing(errors)
    assert data.opens_on is not None
    assert data.last_on is not None
    phase = _own(session, Phase, phase_id, space_id) if phase_id else Phase(space_id=space_id, verbs=[])
    phase.title, phase.description = written(data.title), written(data.description)
    phase.opens_at, phase.closes_at = beginning(data.opens_on), ending(data.last_on)
    _set_verbs(phase, data.verbs)
    session.add(phase)
    session.flush()
    days = [data.opens_on.isoformat(), data.last_on.isoformat()]
    journal_part(session, actor, "save_phase", space_id, at, {"phase": phase.id, "days": days})
    return phase


def _set_verbs(phase: Phase, verbs: tuple[tuple[int | None, str], ...]) -> None:
    """Keep the verbs asked for with the settings they had; drop the others."""
    wanted = set(verbs)
    for opened in list(phase.verbs):
        if (opened.component_id, opened.verb) in wanted:
            wanted.discard((opened.component_id, opened.verb))
        else:
            phase.verbs.remove(opened)
    for component_id, verb in sorted(wanted, key=lambda pair: (pair[0] or 0, pair[1])):
        phase.verbs.append(PhaseVerb(component_id=component_id, verb=verb, settings={}))


def set_phase_settings(
    session: Session,
    actor: Actor,
    space_id: int,
    phase_id: int,
    values: Mapping[int, Mapping[str, Any]],
    *,
    at: datetime,
    version: int | None = None,
) -> Phase:
    """Set otherwise, while a phase lasts, what limits its acts: by the id of each opened act, values by setting.

    What is left out is as everywhere. Raises Missing for an act the phase no longer opens, StaleVersion, Denied.
    """
    manage(session, actor, space_id, version, at)
    phase = _own(session, Phase, phase_id, space_id)
    opened = {verb.id: verb for verb in phase.verbs}
    if not opened.keys() >= values.keys():
        raise Missing({"part": _("This part of the process is no longer there.")})
    changed = {
        opened[key].verb: [opened[key].settings, dict(wanted)]
        for key, wanted in values.items()
        if opened[key].settings != wanted
    }
    for key, wanted in values.items():
        opened[key].settings = dict(wanted)
    session.flush()
    if changed:
        journal_part(session, actor, "set_phase_settings", space_id, at, {"phase": phase_id, "changed": changed})
    return phase


def remove_phase(session: Session, actor: Actor, space_id: int, phase_id: int, *, at: datetime) -> None:
    """Remove a phase; what was done in it stays."""
    manage(session, actor, space_id, None, at)
    session.delete(_own(session, Phase, phase_id, space_id))
    journal_part(session, actor, "remove_phase", space_id, at, {"phase": phase_id})


def save_component(
    session: Session,
    actor: Actor,
    space_id: int,
    data: ComponentData,
    *,
    at: datetime,
    component_id: int | None = None,
    version: int | None = None,
) -> Component:
    """Place a module in a process, or change how; the module itself never changes. Raises Missing, StaleVersion, Denied."""
    manage(session, actor, space_id, version, at)
    errors = title_errors(data.title) | _date_errors(data.opens_on, data.last_on, needed=False)
    if not _SLUG.fullmatch(data.slug) or len(data.slug) > 60:
        errors["slug"] = _("Write small letters without accents, digits and hyphens, 60 at most.")
    taken = select(Component.id).where(Component.space_id == space_id, Component.slug == data.slug)
    if session.scalar(taken) not in (None, component_id):
        errors["slug"] = _("Another part of this process has this address. Choose another one.")
    if errors:
        raise Missing(errors)
    component = (
        _own(session, Component, component_id, space_id)
        if component_id
        else Component(space_id=space_id, module=data.module)
    )
    component.slug, component.title, component.settings = data.slug, written(data.title), data.settings
    component.position = data.position
    component.opens_at = beginning(data.opens_on) if data.opens_on else None
    component.closes_at = ending(data.last_on) if data.last_on else None
    session.add(component)
    session.flush()
    journal_part(
        session, actor, "save_component", space_id, at, {"component": component.id, "module": component.module}
    )
    return component


def remove_component(session: Session, actor: Actor, space_id: int, component_id: int, *, at: datetime) -> None:
    """Take a module out of a process. Raises Refused when something was written in it: that is never lost."""
    manage(session, actor, space_id, None, at)
    component = _own(session, Component, component_id, space_id)
    if session.scalar(select(Item.id).where(Item.component_id == component_id).limit(1)) is not None:
        raise Refused(
            Refusal("component_in_use", _("Residents have written here: close it by its dates, it cannot be removed."))
        )
    session.execute(delete(PhaseVerb).where(PhaseVerb.component_id == component_id))
    session.delete(component)
    journal_part(
        session, actor, "remove_component", space_id, at, {"component": component_id, "module": component.module}
    )


def _own(session: Session, model: type[Part], key: int | None, space_id: int) -> Part:
    """The phase or component of this very process. Raises Missing for another one's."""
    found = session.get(model, key)
    if found is None or found.space_id != space_id:
        raise Missing({"part": _("This part of the process is no longer there.")})
    return found


def journal_part(
    session: Session, actor: Actor, act: str, space_id: int, at: datetime, details: dict[str, Any]
) -> None:
    """A clerk's act on a process."""
    record(session, actor, act, kind=PROCESS_KIND, subject_id=space_id, at=at, details=details)


def title_errors(title: PerLanguage) -> dict[str, str]:
    """A title in the town's own language is needed."""
    return {} if title.get("fr", "").strip() else {"title": _("Write the title in French.")}


def _date_errors(opens_on: date | None, last_on: date | None, *, needed: bool) -> dict[str, str]:
    """Both days when they are needed, and in order."""
    errors = {}
    if needed and opens_on is None:
        errors["opens_on"] = _("Write the first day.")
    if needed and last_on is None:
        errors["last_on"] = _("Write the last day.")
    if opens_on and last_on and last_on < opens_on:
        errors["last_on"] = _("The last day comes before the first: change one of them.")
    return errors
