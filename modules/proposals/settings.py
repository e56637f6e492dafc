# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets for proposals."""

from dataclasses import dataclass

from flask_babel import lazy_pgettext

from civic.settings.declaration import setting

SCOPE = "module:proposals"


@dataclass(frozen=True)
class ProposalSettings:
    """Limits of the form and of each person."""

    open_per_month: int = setting(
        5,
        lazy_pgettext("proposals", "Proposals per person in 30 days"),
        lazy_pgettext("proposals", "Drafts and withdrawn proposals do not count."),
        minimum=1,
        maximum=100,
    )
    edit_days: int = setting(
        3,
        lazy_pgettext("proposals", "Days during which the author may correct a submitted proposal"),
        lazy_pgettext("proposals", "Ends earlier when a department begins to study it."),
        minimum=0,
        maximum=60,
    )
    title_length: int = setting(
        120, lazy_pgettext("proposals", "Longest title, in characters"), minimum=40, maximum=200
    )
    body_length: int = setting(
        6_000, lazy_pgettext("proposals", "Longest text, in characters"), minimum=500, maximum=20_000
    )
    tag_count: int = setting(3, lazy_pgettext("proposals", "Themes per proposal"), minimum=1, maximum=10)
