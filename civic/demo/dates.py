# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates written into the demonstration's texts, relative to the day it is loaded: `{{date:+26}}` is 26 days later."""

import re
from datetime import date, timedelta
from typing import Any

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
TOKEN = re.compile(r"\{\{(date|month|year):([+-]\d+)\}\}")


def filled(value: Any, today: date) -> Any:
    """Return `value` (a parsed file, or any part of it) with every token of its texts written as a French date."""
    if isinstance(value, str):
        return TOKEN.sub(lambda token: _written(token[1], today + timedelta(days=int(token[2]))), value)
    if isinstance(value, list):
        return [filled(part, today) for part in value]
    if isinstance(value, dict):
        return {key: filled(part, today) for key, part in value.items()}
    return value


def _written(kind: str, day: date) -> str:
    """Write a day (`1er mars 2027`), its month (`mars 2027`) or its year."""
    month = f"{MONTHS[day.month - 1]} {day.year}"
    if kind == "year":
        return str(day.year)
    return month if kind == "month" else f"{'1er' if day.day == 1 else day.day} {month}"
