# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one says about oneself, and the language of one's messages."""

from flask import current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from civic.account.forms import ProfileForm
from civic.account.guard import signed_in_actor
from civic.clock import now
from civic.config import Config
from civic.db.session import db
from civic.i18n.texts import text
from civic.people.minors import minor_age, minor_at
from civic.people.models import Account, Person
from civic.people.naming import default_public_name, numbered_name
from civic.people.profile import Profile, change_profile, is_identity_checked
from civic.people.providers import is_identity_proven
from civic.permissions.decision import Refused
from civic.territory.models import Quartier
from civic.web.acts import act
from civic.web.forms import choices
from civic.web.portal import LANGUAGE_NAMES, portal_settings

_CHECKED = ("given_name", "family_name", "birth_year", "quartier")
"""Fields that the town's verification has filled: shown, no longer changed here."""


def profile() -> ResponseReturnValue:
    """Show and change what one says about oneself."""
    actor = signed_in_actor()
    account = db.session().get_one(Account, actor.account_id)
    form = _form(account)
    is_checked = is_identity_checked(db.session(), account.person_id)
    if form.sent():
        try:
            with act() as done:
                change_profile(done.session, done.actor, _typed(form), portal_settings().shows_names, done.at)
                done.location = url_for("people.account")
            flash(_("Your profile is up to date."))
            return done.done()
        except Refused as error:
            form.refuse(error)
    is_proven = is_identity_proven(db.session(), account.person_id)
    page = render_template(
        "people/profile.html",
        form=form,
        is_checked=is_checked,
        is_proven=is_proven,
        checked=_CHECKED,
        minor_age=minor_age(db.session()),
    )
    return page, 422 if request.method == "POST" else 200


def _form(account: Account) -> ProfileForm:
    """The form with what is known; a public name that is the default one is left empty, so that it follows the names."""
    person: Person = db.session().get_one(Person, account.person_id)
    minor = minor_at(db.session(), person.id, now()) is not None
    default = numbered_name(person) if minor else default_public_name(person, portal_settings().shows_names)
    form = ProfileForm(
        given_name=person.given_name,
        family_name=person.family_name,
        display_name="" if person.display_name == default else person.display_name,
        birth_year=person.birth_year,
        quartier=str(person.quartier_id or ""),
        language=account.language,
    )
    config: Config = current_app.extensions["civic.config"]
    form.language.choices = choices((code, LANGUAGE_NAMES.get(code, code)) for code in config.languages)
    form.quartier.choices = choices([("", _("I prefer not to say")), *_quartiers()])
    if minor:
        form.display_name.description = _(
            "Shown beside what you publish: a pseudonym, without first name or surname; left empty: “%(name)s”.",
            name=default,
        )
    else:
        form.display_name.description = _(
            "Shown beside what you publish. A pseudonym is allowed; left empty: “%(name)s”.", name=default
        )
    return form


def _quartiers() -> list[tuple[str, str]]:
    """Quartiers of today, by name."""
    today = now().date()
    found = db.session().scalars(
        select(Quartier).where(
            Quartier.valid_from <= today, (Quartier.valid_until.is_(None)) | (Quartier.valid_until > today)
        )
    )
    return sorted(((str(one.id), text(one.name)) for one in found), key=lambda pair: pair[1])


def _typed(form: ProfileForm) -> Profile:
    """What was typed."""
    return Profile(
        given_name=form.given_name.data or "",
        family_name=form.family_name.data or "",
        display_name=form.display_name.data or "",
        birth_year=form.birth_year.data,
        quartier_id=int(form.quartier.data) if form.quartier.data else None,
        language=form.language.data,
    )
