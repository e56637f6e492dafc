# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filling the named places of the core's pages with what the modules that are on show there."""

from datetime import datetime
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from civic.registry import current_registry
from civic.settings.store import portal_state


def fill(session: Session, slot: str, place: Any, at: datetime, *, module: str | None = None) -> list[Markup]:
    """Blocks for a slot, by priority; `module` asks one module only (a component's place in a process).

    Each template gets what its `context` gave and `place`; a context of None leaves the block out.
    """
    on = portal_state(session).modules_on
    owners = [one for one in current_registry().modules.values() if one.name in on and module in (None, one.name)]
    blocks = sorted(
        (block for owner in owners for block in owner.slots if block.slot == slot), key=lambda block: block.priority
    )
    drawn = []
    for block in blocks:
        context = block.context(session, place, at)
        if context is not None:
            drawn.append(Markup(render_template(block.template, **{"place": place, **context})))  # noqa: S704 - a template's own output
    return drawn
