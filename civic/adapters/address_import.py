# SPDX-License-Identifier: AGPL-3.0-or-later
"""Import of the gazetteer from CSV: our own columns, or those of the French base adresse nationale."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from civic.adapters.gazetteer import fold_street
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.territory.importing import ImportRefused
from civic.territory.models import Address

COLUMNS = {
    "name": ("name", "nom_voie", "voie_nom"),
    "number": ("number", "numero"),
    "suffix": ("suffix", "rep", "suffixe"),
    "postcode": ("postcode", "code_postal"),
    "lon": ("lon", "long", "longitude"),
    "lat": ("lat", "latitude"),
}
"""Our columns with the names the national base (BAN) and the towns' own bases (BAL) give them."""

REQUIRED = ("name", "lon", "lat")
SHOWN = 50
"""Errors listed at most: the first ones tell what is wrong with a file."""


def import_addresses(session: Session, actor: Actor, content: bytes, *, at: datetime) -> int:
    """Replace the gazetteer by the file's addresses; gives how many.

    All or nothing: raises ImportRefused with pairs (line, sentence) and changes nothing; Denied without
    `territory:manage`.
    """
    if actor.channel != "system":
        CORE_POLICY.require("territory:manage", actor, None, at)
    rows: list[dict[str, str | float]] = []
    errors: list[tuple[int, str]] = []
    for line, row in _rows(content):
        try:
            rows.append(_address(row))
        except ValueError as error:
            errors.append((line, str(error.args[0])))
            if len(errors) == SHOWN:
                break
    if not rows and not errors:
        errors.append((1, str(_("The file holds no address."))))
    if errors:
        raise ImportRefused(errors)
    session.execute(delete(Address))
    batches = iter(rows)
    while batch := list(islice(batches, 1000)):
        session.execute(insert(Address), batch)
    record(
        session, actor, "import_addresses", kind="civic.gazetteer", subject_id=0, at=at, details={"count": len(rows)}
    )
    return len(rows)


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers with values by our own column names. Raises ImportRefused when the file cannot be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = _("The file is not in UTF-8. Save it as “CSV UTF-8”.")
        raise ImportRefused([(content[: error.start].count(b"\n") + 1, str(sentence))]) from error
    first = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        columns = _columns(reader.fieldnames or ())
        for row in reader:
            values = {ours: (row.get(theirs) or "").strip() for ours, theirs in columns.items()}
            if any(values.values()):
                yield reader.line_num, values
    except csv.Error as error:
        sentence = _("This line cannot be read as CSV (%(why)s).", why=str(error))
        raise ImportRefused([(reader.line_num + 1, str(sentence))]) from error


def _columns(names: Sequence[str]) -> dict[str, str]:
    """Which column of the file is which of ours. Raises ImportRefused when a required one is missing."""
    present = {name.strip().lower(): name for name in names if name}
    found = {ours: [present[one] for one in known if one in present] for ours, known in COLUMNS.items()}
    absent = [name for name in REQUIRED if not found[name]]
    if absent:
        sentence = _("The columns %(columns)s are missing in the first line.", columns=", ".join(absent))
        raise ImportRefused([(1, str(sentence))])
    return {ours: theirs[0] for ours, theirs in found.items() if theirs}


def _address(row: dict[str, str]) -> dict[str, str | float]:
    """The columns of one address. Raises ValueError with the sentence to show."""
    name = row["name"]
    if not name or not fold_street(name):
        raise ValueError(_("The name of the street is missing."))
    if len(name) > 200:
        raise ValueError(_("The name is longer than 200 characters."))
    number = f"{row.get('number', '')} {row.get('suffix', '')}".strip()
    if len(number) > 12:
        raise ValueError(_("The number %(number)s is longer than 12 characters.", number=number))
    postcode = row.get("postcode", "")
    if len(postcode) > 10:
        raise ValueError(_("The postcode %(postcode)s is longer than 10 characters.", postcode=postcode))
    return {
        "name": name,
        "folded_name": fold_street(name)[:200],
        "number": number,
        "postcode": postcode,
        "lon": _degrees(row["lon"], 180),
        "lat": _degrees(row["lat"], 90),
    }


def _degrees(text: str, limit: int) -> float:
    """A longitude or latitude; a decimal comma is read too."""
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        raise ValueError(_("%(text)s is not a number of degrees.", text=text or "∅")) from error
    if not -limit <= value <= limit:
        raise ValueError(_("%(text)s is not a longitude or latitude in degrees (WGS84).", text=text))
    return value
