# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether an act is open now, by the dates alone: phase, else the component's own dates, else always.

The one coupling between modules and phases: call `opened` from a guard or a service, `calendar_of` where a page asks
about several acts at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.permissions.decision import Refusal
from civic.settings.declaration import build, fitting
from civic.settings.store import portal_state
from civic.spaces.models import Component, Phase, PhaseVerb
from civic.web.templating import day_short, last_day

Settings = TypeVar("Settings")

_SUBJECTS = {
    "submit": lazy("Contributions"),
    "comment": lazy("Comments"),
    "support": lazy("Supports"),
    "sign": lazy("Signatures"),
    "vote": lazy("The vote"),
}
"""What opens and closes, in words; a verb of another name says "This"."""


@dataclass(frozen=True)
class Window:
    """A half-open interval in which a verb is open; None means without limit on that side."""

    opens_at: datetime | None
    closes_at: datetime | None
    settings: Mapping[str, Any]

    def holds(self, at: datetime) -> bool:
        """Whether the moment is inside."""
        return (self.opens_at is None or self.opens_at <= at) and (self.closes_at is None or at < self.closes_at)


@dataclass(frozen=True)
class Calendar:
    """The dates of one component: what the phases of its space open for it, or its own."""

    state: str
    """State of the process; empty in the root space, which has none."""
    windows: Mapping[str, tuple[Window, ...]]
    own: Window | None
    """The component's own dates, when its space has no phase."""

    def of(self, verb: str) -> tuple[Window, ...]:
        """The intervals of a verb, in order."""
        return (self.own,) if self.own is not None else self.windows.get(verb, ())

    def present(self, verb: str, at: datetime) -> Window | None:
        """The interval the moment is in, or None."""
        return next((window for window in self.of(verb) if window.holds(at)), None)

    def refusal(self, verb: str, at: datetime) -> Refusal | None:
        """None when the verb is open; otherwise when it opens or closed, in a sentence."""
        if self.state == "closed":
            return Refusal("process_closed", _("This process is closed: it can be read, and takes nothing more."))
        if self.state == "preparing":
            return Refusal("process_preparing", _("This process is being prepared: it has not opened yet."))
        if self.present(verb, at) is not None:
            return None
        what = str(_SUBJECTS.get(verb, lazy("This")))
        coming = [window.opens_at for window in self.of(verb) if window.opens_at is not None and window.opens_at > at]
        if coming:
            return Refusal("opens_later", _("%(what)s: opening on %(day)s.", what=what, day=day_short(min(coming))))
        past = [window.closes_at for window in self.of(verb) if window.closes_at is not None]
        if past:
            return Refusal(
                "closed_since", _("%(what)s: closed since the end of %(day)s.", what=what, day=last_day(max(past)))
            )
        return Refusal("never_open", _("%(what)s: no phase of this process opens this.", what=what))


def calendar_of(session: Session, component: Component) -> Calendar:
    """The dates of a component, in one query, for pages that ask about several verbs."""
    item = component.space.item
    state = item.state if component.space.kind == "process" else ""
    rows = session.execute(
        select(Phase.opens_at, Phase.closes_at, PhaseVerb.verb, PhaseVerb.component_id, PhaseVerb.settings)
        .outerjoin(PhaseVerb, PhaseVerb.phase_id == Phase.id)
        .where(Phase.space_id == component.space_id)
        .order_by(Phase.opens_at, Phase.id, PhaseVerb.component_id.is_not(None))
    ).all()
    if not rows:
        return Calendar(state, {}, Window(component.opens_at, component.closes_at, {}))
    windows: dict[str, tuple[Window, ...]] = {}
    for row in rows:
        if row.verb is not None and row.component_id in (None, component.id):
            found = Window(row.opens_at, row.closes_at, row.settings or {})
            windows[row.verb] = (*windows.get(row.verb, ()), found)
    return Calendar(state, windows, None)


def opened(session: Session, component: Component, verb: str, at: datetime) -> Refusal | None:
    """Why the verb is not open for the component now, or None when it is."""
    return calendar_of(session, component).refusal(verb, at)


def changed_settings(
    session: Session, component: Component, verb: str, at: datetime, calendar: Calendar | None = None
) -> Mapping[str, Any]:
    """What the component, then the phases open now for the verb, set otherwise than the module; by name.

    What a phase says of this component alone stands over what it says of all. `calendar` is the component's, when it
    was read already.
    """
    changed = dict(component.settings)
    for window in (calendar or calendar_of(session, component)).of(verb):
        if window.holds(at):
            changed |= window.settings
    return changed


def resolve_settings(
    session: Session,
    settings: type[Settings],
    component: Component,
    verb: str,
    at: datetime,
    calendar: Calendar | None = None,
) -> Settings:
    """Typed settings: those of the phase open for the verb, over the component's, over the module's.

    A value that no longer fits the declaration counts as not set.
    """
    stored = portal_state(session).values.get(f"module:{component.module}", {})
    changed = changed_settings(session, component, verb, at, calendar)
    return build(settings, {**fitting(settings, stored), **fitting(settings, changed)})
