# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the people of one mailbox tell their accounts apart."""

from flask_babel import gettext as _

from civic.people.models import Account
from civic.web.templating import day


def account_name(account: Account) -> str:
    """Public name and day of the first sign-in."""
    name = account.person.display_name or account.person.given_name or _("Account without a name")
    return str(_("%(name)s (account of %(day)s)", name=name, day=day(account.created_at)))
