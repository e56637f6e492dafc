# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filling the named places of the core's pages with what the modules that are on show there."""

import logging
from datetime import datetime
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from civic.module import Slot
from civic.registry import current_registry
from civic.settings.store import portal_state

logger = logging.getLogger(__name__)


def fill(session: Session, slot: str, place: Any, at: datetime, *, module: str | None = None) -> list[Markup]:
    """Blocks for a slot, by priority; `module` asks one module only (a component's place in a process).

    Each template gets what its `context` gave and `place`; a context of None leaves the block out, and so does a fault
    of a third-party module, which is logged by name: it must not take the core's page with it.
    """
    on = portal_state(session).modules_on
    owners = [one for one in current_registry().modules.values() if one.name in on and module in (None, one.name)]
    blocks = sorted(
        ((owner, block) for owner in owners for block in owner.slots if block.slot == slot),
        key=lambda pair: pair[1].priority,
    )
    drawn = []
    for owner, block in blocks:
        try:
            found = _draw(session, block, place, at)
        except Exception:
            if owner.first_party:
                raise
            logger.exception("module %s could not fill %s", owner.name, slot)
            session.rollback()  # PostgreSQL answers nothing more in a transaction that failed
        else:
            drawn += [found] if found is not None else []
    return drawn


def _draw(session: Session, block: Slot, place: Any, at: datetime) -> Markup | None:
    """One block; None when its context leaves it out."""
    context = block.context(session, place, at)
    if context is None:
        return None
    return Markup(render_template(block.template, **{"place": place, **context}))  # noqa: S704 - a template's own output
