# SPDX-License-Identifier: AGPL-3.0-or-later
"""The declaration of accessibility (law 2005-102, article 47; decree 2019-768): what the town records of its audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _

from civic.settings.declaration import setting

ACCESSIBILITY_SCOPE = "accessibility"
VALID_YEARS = 3
"""Years after which an audit no longer counts (decree 2019-768; RGAA 4.1, obligation of declaration)."""

MENTIONS: Mapping[str, str] = {
    "full": _("Accessibility: fully compliant"),
    "partial": _("Accessibility: partially compliant"),
    "none": _("Accessibility: not compliant"),
}
"""The mention of every page, in the words of the decree."""


@dataclass(frozen=True)
class AccessibilitySettings:
    """An audit against the RGAA, and what goes with its declaration."""

    audited_on: str = setting(
        "",
        _("Date of the audit"),
        _("Empty: no audit, and the site is declared not compliant. An audit counts for three years."),
        kind="day",
    )
    audited_by: str = setting("", _("Who made the audit"), max_length=120)
    rate: int = setting(
        0,
        _("Criteria of the RGAA that are met, in percent"),
        _("100: fully compliant; 50 or more: partially compliant."),
        minimum=0,
        maximum=100,
    )
    report_url: str = setting("", _("Address of the report of the audit"), kind="url")
    not_accessible: str = setting(
        "",
        _("What is not accessible"),
        _("Criteria that are not met, disproportionate burdens with their reason, content the law leaves out."),
        max_length=8_000,
        kind="text",
    )
    method: str = setting(
        "",
        _("How it was checked"),
        _("Pages, browsers, assistive technologies and tools."),
        max_length=4_000,
        kind="text",
    )
    declared_on: str = setting("", _("Date of the declaration"), kind="day")
    plan_url: str = setting(
        "", _("Address of the multi-year plan"), _("With the plan of actions of the year."), kind="url"
    )

    def state(self, today: date) -> str:
        """full, partial or none: without a valid audit, or under half of the criteria, it is none."""
        if not self.is_valid(today):
            return "none"
        return "full" if self.rate == 100 else "partial" if self.rate >= 50 else "none"

    def is_valid(self, today: date) -> bool:
        """Whether an audit is recorded that still counts."""
        return bool(self.audited_on) and today <= _years_after(date.fromisoformat(self.audited_on), VALID_YEARS)

    def problems(self, today: date) -> dict[str, str]:
        """What an audit needs besides its date; each field with its sentence."""
        if not self.audited_on:
            return {}
        needed = {"audited_by": _("Say who made the audit."), "declared_on": _("Write the date of the declaration.")}
        if self.rate < 100:
            needed["not_accessible"] = _("Say what is not accessible: the law asks for it.")
        found = {name: str(sentence) for name, sentence in needed.items() if not getattr(self, name).strip()}
        for name in ("audited_on", "declared_on"):
            if getattr(self, name) > today.isoformat():
                found[name] = str(_("This day is still to come."))
        if self.declared_on and self.declared_on < self.audited_on:
            found["declared_on"] = str(_("The declaration comes after the audit."))
        return found


def _years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
