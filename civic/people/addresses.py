# SPDX-License-Identifier: AGPL-3.0-or-later
"""E-mail addresses: one written form, so that the same mailbox is always found again."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from civic.permissions.decision import Missing


def normal_email(text: str) -> str:
    """The address in lower case, domain in its ASCII form. Raises Missing on field `email` when it is not one.

    The part before the @ is folded too: no provider of this century tells Marie@ from marie@, and people type both.
    """
    try:
        found = validate_email(text.strip(), allow_smtputf8=False, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Missing({"email": _("Write a whole address, as marie.durand@example.org.")}) from None
    return (found.ascii_email or found.normalized).lower()
