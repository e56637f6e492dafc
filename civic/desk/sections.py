# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts whose settings the town sets, in the order of the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from civic.counter.settings import COUNTER_SCOPE, CounterSettings
from civic.files.settings import FILES_SCOPE, FilesSettings
from civic.letters.settings import LETTERS_SCOPE, LettersSettings
from civic.people.settings import PEOPLE_SCOPE, PeopleSettings
from civic.registry import current_registry
from civic.settings.accessibility import ACCESSIBILITY_SCOPE, AccessibilitySettings
from civic.settings.portal import PORTAL_SCOPE, PortalSettings


@dataclass(frozen=True)
class Section:
    """Settings of one part."""

    scope: str
    title: str
    settings: type[Any]


def sections() -> Iterator[Section]:
    """The town, persons, the declaration of accessibility, then each installed module that has settings, on or off."""
    yield Section(PORTAL_SCOPE, _("The town"), PortalSettings)
    yield Section(PEOPLE_SCOPE, _("Persons and verification"), PeopleSettings)
    yield Section(COUNTER_SCOPE, _("Counter"), CounterSettings)
    yield Section(LETTERS_SCOPE, _("Letters"), LettersSettings)
    yield Section(ACCESSIBILITY_SCOPE, _("Declaration of accessibility"), AccessibilitySettings)
    yield Section(FILES_SCOPE, _("Pictures and documents"), FilesSettings)
    for module in current_registry().modules.values():
        if module.settings is not None:
            yield Section(f"module:{module.name}", str(module.title), module.settings)
