# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/roles: who holds which role and where; granting, ending, giving a colleague a new second factor."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.db.session import db
from civic.desk import people_queries as queries
from civic.desk.acting import enter
from civic.desk.people_forms import GrantForm
from civic.i18n.setup import current_language
from civic.items.charge import release_files
from civic.people.models import Account, Person
from civic.people.roles import ROLE_NAMES, account_for, end_role, grant_role
from civic.people.second_factor import reset_second_factor
from civic.permissions.actor import Grant
from civic.registry import current_registry
from civic.web.acts import Act, Page, permitted
from civic.web.forms import choices
from civic.web.incoming import typed_number
from civic.web.sending import Saved, form_page

MANAGE = "people:manage_roles"


def roles() -> str:
    """Every open role, found by name or role."""
    visit = enter(MANAGE)
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:100]
    role = request.args.get("role", "")
    held = queries.roles_held(visit.session, words, role if role in ROLE_NAMES else "")
    return render_template("desk/people/roles.html", held=held, words=words, role=role, roles=ROLE_NAMES, visit=visit)


def grant() -> Page:
    """Grant a role, to someone known or to an address that has no account yet."""
    enter(MANAGE)
    form = _form()
    chosen = _chosen_account()
    if chosen is not None and request.method == "GET":
        form.email.data, form.title.data = chosen.email, chosen.title
        form.name.data = db.session().get_one(Person, chosen.person_id).display_name

    def save(done: Act) -> Saved:
        known = done.session.get(Account, chosen.id) if chosen is not None else None
        account = known or account_for(
            done.session, form.email.data or "", form.name.data or "", language=current_language(), at=done.at
        )
        where = Grant(
            form.role.data, form.space_id.data or None, form.module.data or None, form.department_id.data or None
        )
        grant_role(done.session, done.actor, account.id, where, title=form.title.data or "", at=done.at)
        return Saved(
            url_for("desk.roles"),
            _("The role is granted. Tell your colleague to sign in with %(email)s.", email=form.email.data),
        )

    def draw() -> str:
        return render_template("desk/people/grant.html", form=form, chosen=_chosen_account())

    return form_page(form, save, draw, action=MANAGE)


def end(grant_id: int) -> Response:
    """End a role now."""
    enter(MANAGE)
    with permitted(MANAGE) as done:
        end_role(done.session, done.actor, grant_id, release_files, at=done.at)
        done.location = url_for("desk.roles")
    flash(_("The role has ended."))
    return done.done()


def new_second_factor(account_id: int) -> Response:
    """Take a colleague's second factor away: they enrol another at their next sign-in."""
    enter(MANAGE)
    with permitted(MANAGE) as done:
        reset_second_factor(done.session, done.actor, account_id, done.at)
        done.location = url_for("desk.roles")
    flash(_("Done: your colleague chooses a new second factor at the next sign-in."))
    return done.done()


def _form() -> GrantForm:
    """The form with what can be chosen."""
    session, form = db.session(), GrantForm(role="clerk")
    form.role.choices = choices(ROLE_NAMES.items())
    form.department_id.choices = choices([(0, _("None")), *queries.department_choices(session)])
    form.space_id.choices = choices([(0, _("The whole portal")), *queries.space_choices(session)])
    modules = [(module.name, str(module.title)) for module in current_registry().modules.values()]
    form.module.choices = choices([("", _("Every feature")), *modules])
    return form


def _chosen_account() -> Account | None:
    """The account the address names (`?account=`), when it is open."""
    number = typed_number(request.args.get("account", ""))
    found = db.session().get(Account, number) if number is not None else None
    return found if found is not None and found.closed_at is None else None
