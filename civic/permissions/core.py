# SPDX-License-Identifier: AGPL-3.0-or-later
"""Permissions of the core itself: desk, people, spaces, settings, journal. Modules bring their own tables."""

from flask_babel import lazy_gettext as _

from civic.permissions import predicates as p
from civic.permissions.policy import Policy

_staff = (p.is_staff, p.second_factor)
_clerk = (p.clerk, p.second_factor)
_admin = (p.administrator, p.second_factor)

CORE_POLICY = Policy(
    name="civic",
    table={
        "account:own": ((p.signed_in,),),
        "authorisation:record": (_clerk, _admin),
        "comment:answer": ((p.helping_clerk, p.second_factor), (p.helping_agent, p.second_factor), _admin),
        "comment:moderate": ((p.moderator, p.second_factor), _clerk, _admin),
        "comment:write": ((p.signed_in,),),
        "counter:enter": ((p.helping_clerk, p.second_factor), (p.helping_agent, p.second_factor)),
        "counter:report": ((p.auditor, p.second_factor), _admin),
        "desk:enter": (_staff,),
        "desk:handover": ((p.works_on_files, p.second_factor),),
        "file:moderate": ((p.moderator, p.second_factor), _clerk, _admin),
        "follow:item": ((p.signed_in,),),
        "item:assign": (_clerk, (p.agent, p.of_department, p.second_factor)),
        "item:read": (
            _clerk,
            (p.agent, p.second_factor),
            (p.moderator, p.second_factor),
            (p.official, p.second_factor),
            (p.auditor, p.second_factor),
            _admin,
        ),
        "journal:read": ((p.auditor, p.second_factor), _clerk, _admin),
        "letter:code": (_clerk, _admin),
        "letter:send": (_clerk, _admin),
        "module:switch": (_admin,),
        "organisation:check": (_clerk, _admin),
        "organisation:request": ((p.signed_in,),),
        "people:manage_roles": (_admin,),
        "people:manage_delegations": (_admin, _clerk),
        "people:verify": (_clerk, _admin),
        "people:import": (_admin,),
        "permission:read": (_staff,),
        "settings:change": (_admin,),
        "space:manage": (_clerk, _admin),
        "tag:manage": (_clerk, _admin),
        "territory:manage": (_admin,),
        "view:share": (_clerk,),
    },
    titles={
        "account:own": _("Manage one's own account"),
        "authorisation:record": _("Record and revoke the authorisation of a minor’s parent"),
        "comment:answer": _("Answer a question in the town’s name"),
        "comment:moderate": _("Hide a comment, with the reason"),
        "comment:write": _("Comment and reply"),
        "counter:enter": _("Enter acts for someone present, by letter, by telephone or heard at a meeting"),
        "counter:report": _("Read what was entered at the counter, by helper, channel and day"),
        "desk:enter": _("Enter the desk"),
        "desk:handover": _("Hand over one's files before going on leave"),
        "file:moderate": _("Take a picture or a document of someone else away, or put it back, with the reason"),
        "follow:item": _("Follow an item"),
        "item:assign": _("Put a department and a colleague in charge of a file"),
        "item:read": _("Read a file at the desk, drafts of answers included"),
        "journal:read": _("Read the whole journal"),
        "letter:code": _("Issue, hand over and revoke codes on paper"),
        "letter:send": _("Make, print and send batches of letters"),
        "module:switch": _("Switch modules on and off"),
        "organisation:check": _("Accept, refuse and close organisations, and say who speaks for them"),
        "organisation:request": _("Ask that an organisation may speak, and speak for it once invited"),
        "people:manage_roles": _("Grant and end roles"),
        "people:manage_delegations": _("Record delegations of signature and absences"),
        "people:verify": _("Verify a person at the counter"),
        "people:import": _("Import the electoral roll or the town's own list"),
        "permission:read": _("Read the permission tables"),
        "settings:change": _("Change settings"),
        "space:manage": _("Write, open and close processes"),
        "tag:manage": _("Add, rename, join and remove themes"),
        "territory:manage": _("Manage quartiers, addresses and the town’s figures"),
        "view:share": _("Share a saved view of the desk’s lists with all staff"),
    },
    without_parent=frozenset({"account:own"}),
)
