# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an entry of the journal keeps, in words: each key has a label, each value its name; ids are not told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.counter.kinds import act_name
from civic.db.types import PerLanguage
from civic.desk.journal_keys import DETAILS, FIELDS, OF_ACT, UNTOLD, How, Key
from civic.desk.journal_settings import phase_changes, scope_name, settings_changes
from civic.i18n.texts import text
from civic.people.models import Account, Department, Person
from civic.registry import Registry
from civic.web.templating import day

LONGEST = 400
"""Characters of an entry's details on the page."""
_ACCOUNTS = frozenset(key for key, one in DETAILS.items() if one.how is How.ACCOUNT)


@dataclass(frozen=True)
class Names:
    """What ids in the journal stand for: read once for a page."""

    registry: Registry
    departments: Mapping[int | str, PerLanguage] = field(default_factory=dict)
    """By id and by slug: the journal holds both."""
    accounts: Mapping[int, str] = field(default_factory=dict)


def names_in(session: Session, registry: Registry, kept: Iterable[Any]) -> Names:
    """The names that the details of some entries need. Two queries at most."""
    ids = {number for details in kept if isinstance(details, dict) for number in _account_ids(details)}
    of_accounts = select(Account.id, Person.display_name).join(Person, Person.id == Account.person_id)
    accounts = {key: name for key, name in session.execute(of_accounts.where(Account.id.in_(ids)))} if ids else {}  # noqa: C416 - Row is not a pair for mypy
    departments: dict[int | str, PerLanguage] = {}
    for key, slug, name in session.execute(select(Department.id, Department.slug, Department.name)):
        departments[key] = departments[slug] = name
    return Names(registry, departments, accounts)


def told(act: str, details: Any, names: Names) -> str:
    """The details on one line: “label: value”, and “before → after” for what was changed; cut where they are long."""
    if not isinstance(details, dict):
        return ""
    parts = (_("%(label)s: %(value)s", label=label, value=value) for label, value in _parts(act, details, names))
    line = " · ".join(parts)
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rstrip()}…"


def _parts(act: str, details: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str]]:
    """Label and value of everything that is told."""
    for key, value in details.items():
        if key == "changed" and isinstance(value, dict):
            scope = str(details.get("scope", ""))
            yield from (
                phase_changes(names.registry, value) if not scope else settings_changes(names.registry, scope, value)
            )
        elif key not in UNTOLD:
            known = OF_ACT.get((act, key)) or DETAILS.get(key) or _declared(names.registry, key)
            words = _value(known, value, names) if known is not None else ""
            if known is not None and words:
                yield str(known.label), words


def _declared(registry: Registry, key: str) -> Key | None:
    """A key that a module names."""
    for _kind, resource in registry.resources():
        if key in resource.details:
            return Key(resource.details[key])
    return None


def _value(known: Key, value: Any, names: Names) -> str:
    """A value in words; empty for what says nothing, or cannot be read."""
    if isinstance(value, list):
        one_by_one = [_one(known, one, names) for one in value]
        if known.in_pairs and len(value) == 2:
            before, after = one_by_one
            return f"{before or '–'} → {after or '–'}" if before != after else ""
        if known.how is How.AMOUNT:
            return format_decimal(len(value)) if value else ""
        return ", ".join(dict.fromkeys(one for one in one_by_one if one))
    return _one(known, value, names)


def _one(known: Key, value: Any, names: Names) -> str:
    """A single value in words."""
    if isinstance(value, dict):
        return _facts(value) if known.how is How.FACTS else _in_languages(value)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, int):
        return _number(known.how, value, names)
    return _words(known, value, names) if isinstance(value, str) else ""


def _number(how: How, value: int, names: Names) -> str:
    """A number: how many, or what it stands for."""
    if how is How.AMOUNT:
        return format_decimal(value) if value else ""
    if how is How.ACCOUNT:
        return names.accounts.get(value) or str(_("account %(number)s", number=value))
    if how is How.DEPARTMENT:
        return text(names.departments.get(value, {}))
    return str(value) if how is How.TEXT else ""


def _words(known: Key, value: str, names: Names) -> str:
    """A text: as it stands, or the name of what it stands for."""
    match known.how:
        case How.NAMED:
            return str(known.names.get(value, ""))
        case How.DAY | How.EVE:
            return _day(value, before=known.how is How.EVE)
        case How.DEPARTMENT:
            return text(names.departments.get(value, {}))
        case How.ACT:
            named = str(known.names.get(value, "")) or act_name(names.registry, value)
            return named if named != value else ""
        case How.MODULE:
            module = names.registry.modules.get(value)
            return str(module.title) if module is not None else ""
        case How.SCOPE:
            return scope_name(names.registry, value)
        case How.FIELD:
            found = FIELDS.get(value) or _label(names.registry, value)
            return str(found) if found else ""
        case _:
            return value


def _label(registry: Registry, key: str) -> str:
    """How a module names one of its fields."""
    declared = _declared(registry, key)
    return str(declared.label) if declared is not None else ""


def _day(value: str, *, before: bool) -> str:
    """A day; the one before for the end of a half-open interval."""
    try:
        return day(date.fromisoformat(value) - timedelta(days=int(before)))
    except (ValueError, OverflowError):
        return ""


def _facts(value: Mapping[str, Any]) -> str:
    """Former values of fields: only those that have a name."""
    return ", ".join(f"{FIELDS[key]} {one if one is not None else '–'}" for key, one in value.items() if key in FIELDS)


def _in_languages(value: Mapping[str, Any]) -> str:
    """A text per language, in that of the page."""
    return text({key: one for key, one in value.items() if isinstance(one, str)})


def _account_ids(details: Mapping[str, Any]) -> Iterator[int]:
    """Ids of accounts that the details speak of."""
    for key in _ACCOUNTS & details.keys():
        value = details[key]
        yield from (one for one in (value if isinstance(value, list) else [value]) if type(one) is int)
