# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets for proposals, and what a process or one of its phases sets otherwise."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_pgettext
from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.settings.declaration import setting
from civic.settings.store import portal_state
from civic.spaces.models import Component
from civic.spaces.phases import Calendar, resolve_settings

SCOPE = "module:proposals"
WHO = (
    ("email", lazy_pgettext("proposals", "Everyone who signs in")),
    ("residence", lazy_pgettext("proposals", "People whose residence was verified")),
    ("roll", lazy_pgettext("proposals", "Electors of the town")),
)
"""Verification levels that an act may ask for."""
_VERIFIED_ONCE = lazy_pgettext(
    "proposals",
    "Whoever the town verified and gave a code, on a letter or at the counter, takes part with it for a short time. What the counter enters for someone is not concerned.",
)


@dataclass(frozen=True)
class ProposalSettings:
    """Limits of the form and of each person, and who takes part; a phase that opens the act may change them."""

    open_per_month: int = setting(
        5,
        lazy_pgettext("proposals", "Proposals per person in 30 days"),
        lazy_pgettext("proposals", "Drafts and withdrawn proposals do not count."),
        minimum=1,
        maximum=100,
        verb="submit",
    )
    edit_days: int = setting(
        3,
        lazy_pgettext("proposals", "Days during which the author may correct a submitted proposal"),
        lazy_pgettext("proposals", "Ends earlier when a department begins to study it."),
        minimum=0,
        maximum=60,
        verb="submit",
    )
    title_length: int = setting(
        120, lazy_pgettext("proposals", "Longest title, in characters"), minimum=40, maximum=200, verb="submit"
    )
    body_length: int = setting(
        6_000, lazy_pgettext("proposals", "Longest text, in characters"), minimum=500, maximum=20_000, verb="submit"
    )
    submit_level: str = setting(
        "email", lazy_pgettext("proposals", "Who may submit a proposal"), choices=WHO, verb="submit"
    )
    submit_without_account: bool = setting(
        True,
        lazy_pgettext("proposals", "A code from the town is enough to submit a proposal, without an account"),
        _VERIFIED_ONCE,
        verb="submit",
    )
    support_level: str = setting("email", lazy_pgettext("proposals", "Who may support"), choices=WHO, verb="support")
    support_without_account: bool = setting(
        True,
        lazy_pgettext("proposals", "A code from the town is enough to support, without an account"),
        _VERIFIED_ONCE,
        verb="support",
    )
    comment_level: str = setting(
        "email", lazy_pgettext("proposals", "Who may comment and ask questions"), choices=WHO, verb="comment"
    )
    comment_without_account: bool = setting(
        True,
        lazy_pgettext("proposals", "A code from the town is enough to comment, without an account"),
        _VERIFIED_ONCE,
        verb="comment",
    )
    question_without_account: bool = setting(
        True,
        lazy_pgettext("proposals", "A code from the town is enough to ask a question, without an account"),
        _VERIFIED_ONCE,
        verb="comment",
    )
    tag_count: int = setting(3, lazy_pgettext("proposals", "Themes per proposal"), minimum=1, maximum=10, verb="submit")


def settings_in(
    session: Session,
    component: Component | None,
    at: datetime,
    verb: str = "submit",
    calendar: Calendar | None = None,
) -> ProposalSettings:
    """What limits an act on proposals in a place at a moment: its phase, then the place itself, then the town."""
    if component is None:
        return portal_state(session).settings(SCOPE, ProposalSettings)
    return resolve_settings(session, ProposalSettings, component, verb, at, calendar)


def settings_of(session: Session, item: Item, at: datetime) -> ProposalSettings:
    """What limits a proposal where it stands; what it was submitted under stays its rule."""
    component = session.get(Component, item.component_id) if item.component_id is not None else None
    return settings_in(session, component, item.published_at or at)
