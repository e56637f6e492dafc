# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets about persons: which proofs of residence, how old, and for how long they hold."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from civic.settings.declaration import setting

PEOPLE_SCOPE = "people"


@dataclass(frozen=True)
class PeopleSettings:
    """Rules of verification, at the counter and online."""

    proof_months: int = setting(
        12,
        _("Age of a proof of residence, in months"),
        _("An older document is refused, at the counter and online."),
        minimum=1,
        maximum=36,
    )
    residence_months: int = setting(
        36,
        _("Months a verified residence holds"),
        _("After that, the person shows a new proof."),
        minimum=1,
        maximum=120,
    )
    roll_max_lines: int = setting(
        200_000,
        _("Lines accepted in an imported list"),
        _("A longer file is refused whole."),
        minimum=100,
        maximum=1_000_000,
    )
    proof_days: int = setting(
        30,
        _("Days a document sent online is kept"),
        _("It is destroyed as soon as it is checked, and at the latest after that many days."),
        minimum=1,
        maximum=90,
    )
    minor_age: int = setting(
        15,
        _("Age from which one takes part alone"),
        _(
            "15 by law (Loi Informatique et Libertés, article 45); under it, a parent’s authorisation is needed. 0 asks "
            "for none. A change holds for everyone whose age is known, at the latest after an hour."
        ),
        minimum=0,
        maximum=18,
    )
