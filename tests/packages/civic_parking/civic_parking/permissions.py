# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what. Subjects are the entry's item; None where there is no entry yet."""

from flask_babel import lazy_pgettext

from civic.permissions import predicates as p
from civic.permissions.policy import Policy

ENTRY_POLICY = Policy(
    name="parking",
    table={
        "entry:write": ((p.signed_in,),),
        "entry:close": ((p.is_author,), (p.clerk, p.second_factor)),
    },
    titles={
        "entry:write": lazy_pgettext("parking", "Write an entry"),
        "entry:close": lazy_pgettext("parking", "Close an entry, with the reason"),
    },
)
