# SPDX-License-Identifier: AGPL-3.0-or-later
"""The core's acts and kinds in words; transitions are told by their own workflow."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

ACTS: Mapping[str, str] = {
    "create": _("Begun"),
    "edit": _("Text edited"),
    "discard": _("Draft discarded"),
    "assign": _("Put in charge"),
    "hand_over": _("Handed over"),
    "hide": _("Hidden"),
    "correct": _("Published answer corrected"),
    "change_settings": _("Settings changed"),
    "switch_module": _("Module switched"),
    "add_member": _("Member admitted"),
    "remove_member": _("Member removed"),
    "set_visibility": _("Visibility changed"),
    "renew_preview": _("Preview link renewed"),
    "save_phase": _("Phase written"),
    "remove_phase": _("Phase removed"),
    "set_phase_settings": _("Settings of a phase changed"),
    "save_component": _("Module placed"),
    "remove_component": _("Module taken out"),
    "publish_document": _("Document published"),
    "remove_document": _("Document removed"),
    "grant_role": _("Role granted"),
    "end_role": _("Role ended"),
    "change_email": _("E-mail address changed"),
    "enrol_second_factor": _("Second factor set up"),
    "reset_second_factor": _("Second factor reset"),
    "erase_person": _("Person’s data erased"),
    "merge_persons": _("Two rows of one person merged"),
    "import_roll": _("Roll imported"),
    "verify_residence": _("Residence verified"),
    "verify_on_list": _("Found on the town’s list"),
    "send_proof": _("Proof of residence sent online"),
    "withdraw_proof": _("Proof of residence withdrawn and destroyed"),
    "accept_proof": _("Proof of residence accepted and destroyed"),
    "refuse_proof": _("Proof of residence not accepted, and destroyed"),
    "expire_proof": _("Proof of residence destroyed: nobody had looked at it in time"),
    "end_claim": _("Verification online ended: the identity was seen at the counter for someone else"),
    "record_absence": _("Absence recorded"),
    "withdraw_absence": _("Absence withdrawn"),
    "end_absence": _("Absence ended"),
    "grant_delegation": _("Delegation of signature recorded"),
    "withdraw_delegation": _("Delegation withdrawn"),
    "end_delegation": _("Delegation ended"),
    "add_tag": _("Theme added"),
    "rename_tag": _("Theme renamed"),
    "merge_tag": _("Theme joined with another"),
    "remove_tag": _("Theme removed"),
    "create_quartier": _("Quartier made"),
    "replace_quartier": _("Quartier merged or split"),
    "import_addresses": _("Addresses imported"),
}

KINDS: Mapping[str, str] = {
    "civic.absence": _("Absence"),
    "civic.account": _("Account"),
    "civic.comment": _("Comment"),
    "civic.delegation": _("Delegation"),
    "civic.gazetteer": _("Addresses of the town"),
    "civic.person": _("Person"),
    "civic.quartier": _("Quartier"),
    "civic.role": _("Role"),
    "civic.roll": _("Roll"),
    "civic.root": _("Root space"),
    "civic.settings": _("Settings"),
    "civic.tag": _("Theme"),
    "civic.module": _("Module"),
}
"""Kinds that are no resource of a manifest."""

FUNCTIONS: Mapping[str, str] = {
    "resident": _("a resident"),
    "visitor": _("a visitor"),
    "system": _("the portal itself"),
    "clerk": _("a clerk in charge of participation"),
    "agent": _("the department in charge"),
    "moderator": _("a moderator"),
    "official": _("an elected official"),
    "auditor": _("an auditor"),
    "administrator": _("an administrator of the portal"),
}
"""Who acted, in public: by function, never by name."""
