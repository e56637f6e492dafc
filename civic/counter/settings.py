# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets about its counter."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from civic.settings.declaration import setting

COUNTER_SCOPE = "counter"


@dataclass(frozen=True)
class CounterSettings:
    """Limits of what one helper enters, and how long an idle sitting stays open."""

    idle_minutes: int = setting(
        15,
        _("Minutes without activity after which a sitting closes"),
        _("Nothing of the person stays on the screen after that."),
        minimum=2,
        maximum=120,
    )
    persons_per_day: int = setting(
        120,
        _("Persons one helper may enter in a day"),
        _("Sheets of signatures count: a helper with more to type shares them with colleagues."),
        minimum=1,
        maximum=5_000,
    )
    acts_per_day: int = setting(
        400,
        _("Acts one helper may enter in a day"),
        _("Proposals, supports, comments and questions together."),
        minimum=1,
        maximum=20_000,
    )
    alert_supports: int = setting(
        25,
        _("Supports for one file by one helper in a day that the report points out"),
        _("They are not refused: someone looks at the paper."),
        minimum=2,
        maximum=5_000,
    )
