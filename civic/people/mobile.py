# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mobile numbers of France, written as people do, kept in the international form (E.164)."""

import re

from flask_babel import lazy_gettext as _

from civic.permissions.decision import Missing

_SIGNS = re.compile(r"[\s.\-/()\u202f\u00a0]")
_ABROAD = re.compile(r"(?:\+|00)(33|262|590|594|596)0?(\d{9})")
_NATIONAL = re.compile(r"(?:6\d|7[3-9])\d{7}")
_OVERSEAS = {
    **dict.fromkeys(("690", "691"), "590"),
    **dict.fromkeys(("639", "692", "693"), "262"),
    "694": "594",
    **dict.fromkeys(("696", "697"), "596"),
}
"""Country codes of the overseas departments, by the first figures of their mobile numbers (numbering plan of Arcep)."""


def checked_mobile(text: str) -> str:
    """The number as +33612345678, empty for nothing; overseas numbers get their own code, as +262692123456.

    Raises Missing on field `mobile` for what is no mobile number of France.
    """
    bare = _SIGNS.sub("", text)
    if not bare:
        return ""
    abroad = _ABROAD.fullmatch(bare)
    number = abroad[2] if abroad else bare[1:] if bare.startswith("0") and not bare.startswith("00") else ""
    code = _OVERSEAS.get(number[:3], "33")
    if not bare.isascii() or not _NATIONAL.fullmatch(number) or (abroad and abroad[1] not in {"33", code}):
        raise Missing({"mobile": _("Write a French mobile number: 06 12 34 56 78.")})
    return f"+{code}{number}"
