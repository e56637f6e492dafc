# SPDX-License-Identifier: AGPL-3.0-or-later
"""/account/organisations: asking that an organisation may speak, answering invitations, saying who else speaks."""

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy.orm import Session
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from civic.account.forms import at_most
from civic.account.guard import signed_in_actor
from civic.clock import now
from civic.db.session import db
from civic.i18n.setup import current_language
from civic.organisations import queries
from civic.organisations.members import accept_invitation, decline_invitation, end_membership, invite
from civic.organisations.models import ACCEPTED, REQUESTED, Organisation
from civic.organisations.numbers import KINDS, LONGEST
from civic.organisations.services import (
    LONGEST_NAME,
    LONGEST_PURPOSE,
    Wanted,
    request_organisation,
    withdraw_request,
)
from civic.organisations.speaking import speaks_for
from civic.people.limits import WRITE
from civic.permissions.core import CORE_POLICY
from civic.web.actors import count_try
from civic.web.acts import Act, act
from civic.web.forms import CivicForm, choices, one_line, strip
from civic.web.sending import Saved, form_page

REQUEST = "organisation:request"
_NEEDED = InputRequired(lazy("This is needed."))


class OrganisationForm(CivicForm):
    """What one asks for."""

    kind = RadioField(lazy("Kind"), [InputRequired(lazy("Choose one."))], choices=choices(KINDS.items()))
    name = StringField(
        lazy("Name, as the directory has it"), [_NEEDED, at_most(LONGEST_NAME), one_line], filters=[strip]
    )
    number = StringField(
        lazy("Number"),
        [_NEEDED, at_most(LONGEST), one_line],
        filters=[strip],
        description=lazy(
            "Association: RNA number, as W751000123. Company: SIREN number, nine digits. School: UAI number, as 0750655E."
        ),
    )
    purpose = TextAreaField(
        lazy("What it does"),
        [Optional(), Length(max=LONGEST_PURPOSE, message=lazy("Write at most %(max)d characters."))],
        filters=[strip],
        description=lazy("In a few sentences, public."),
    )


class InviteForm(CivicForm):
    """Whom one invites to speak too."""

    email = EmailField(lazy("E-mail address"), [InputRequired(lazy("Write your address.")), at_most(254), one_line])


def organisations() -> ResponseReturnValue:
    """My organisations and invitations, and the form to ask for one."""
    actor = signed_in_actor()
    if request.method == "POST":
        CORE_POLICY.require(REQUEST, actor, None, now())
    form = OrganisationForm()

    def save(done: Act) -> Saved:
        count_try(WRITE)
        wanted = Wanted(form.kind.data or "", form.number.data or "", form.name.data or "", form.purpose.data or "")
        request_organisation(done.session, done.actor, wanted, done.at)
        message = _("Your request has arrived: the town checks it against the public directory, and tells you.")
        return Saved(url_for("people.organisations"), message)

    def draw() -> str:
        session, at = db.session(), now()
        return render_template(
            "people/organisations.html",
            form=form,
            mine=queries.organisations_of(session, actor.person_id or 0),
            invitations=queries.invitations_of(session, actor, at),
            refusal=CORE_POLICY.refusal(REQUEST, actor, None, at),
            minor=actor.is_minor(at),
            states=queries.STATES,
            tones=queries.TONES,
        )

    return form_page(form, save, draw)


def organisation(organisation_id: int) -> ResponseReturnValue:
    """Those who speak for one of mine; inviting someone else."""
    actor = signed_in_actor()
    _mine(db.session(), organisation_id)
    form = InviteForm()

    def save(done: Act) -> Saved:
        count_try(WRITE)
        invite(done.session, done.actor, organisation_id, form.email.data or "", current_language(), done.at)
        here = url_for("people.organisation", organisation_id=organisation_id)
        return Saved(here, _("The invitation is sent. It waits 30 days for an answer."))

    def draw() -> str:
        found = _mine(db.session(), organisation_id)
        return render_template(
            "people/organisation.html",
            form=form,
            found=found,
            speakers=queries.speakers_of(db.session(), organisation_id),
            decides=found.requested_by_id == actor.person_id,
        )

    return form_page(form, save, draw)


def withdraw(organisation_id: int) -> ResponseReturnValue:
    """Take my request back."""
    signed_in_actor()
    with act() as done:
        withdraw_request(done.session, done.actor, organisation_id, done.at)
        done.location = url_for("people.organisations")
    flash(_("Your request is withdrawn."))
    return done.done()


def accept(member_id: int) -> ResponseReturnValue:
    """Accept an invitation."""
    signed_in_actor()
    with act() as done:
        name = accept_invitation(done.session, done.actor, member_id, done.at).name
        done.location = url_for("people.organisations")
    flash(_("You may now write in the name of %(organisation)s.", organisation=name))
    return done.done()


def decline(member_id: int) -> ResponseReturnValue:
    """Decline an invitation."""
    signed_in_actor()
    with act() as done:
        decline_invitation(done.session, done.actor, member_id, done.at)
        done.location = url_for("people.organisations")
    flash(_("The invitation is declined, and your address is forgotten."))
    return done.done()


def end(member_id: int) -> ResponseReturnValue:
    """Speak no more for an organisation, or let someone speak no more for mine."""
    signed_in_actor()
    with act() as done:
        end_membership(done.session, done.actor, member_id, done.at)
        done.location = url_for("people.organisations")
    flash(_("Done: what was said in its name stays."))
    return done.done()


def _mine(session: Session, organisation_id: int) -> Organisation:
    """An organisation I speak for; for anyone else the page does not exist."""
    actor = signed_in_actor()
    found = session.get(Organisation, organisation_id)
    own = {one.id for one in speaks_for(session, actor, now())}
    if found is None or found.state not in (ACCEPTED, REQUESTED) or found.id not in own:
        abort(404)
    return found
