# SPDX-License-Identifier: AGPL-3.0-or-later
"""Switching a module: once on, it stands on its own in the root space, so that what is written in it is found."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from civic.module import Module
from civic.permissions.actor import Actor
from civic.settings.store import switch_module
from civic.spaces.services import ensure_standing


def switch(
    session: Session, actor: Actor, module: Module, *, is_on: bool, languages: Sequence[str], at: datetime
) -> None:
    """Switch a module on or off; its data stays. The caller has checked the permission."""
    switch_module(session, actor, module.name, is_on=is_on, at=at)
    if is_on and module.resources:
        ensure_standing(session, module.name, _titles(module, languages), at)


def _titles(module: Module, languages: Sequence[str]) -> dict[str, str]:
    """The module's title in each of the town's languages."""
    titles = {}
    for language in languages:
        with force_locale(language):
            titles[language] = str(module.title)
    return titles
