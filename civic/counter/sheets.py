# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets of signatures: the same files for everyone, one line per person, each line saved on its own, once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.capabilities.subjects import find_subject
from civic.counter.acting import on_behalf
from civic.counter.days import parse_day
from civic.counter.entering import NO_SUCH_FILE, AlreadySupports, support_item
from civic.counter.kinds import SUPPORT
from civic.counter.limits import TooMuch, day_of, require_person_within, take_turn
from civic.counter.models import CounterLine, CounterSheet
from civic.counter.paper import SIGNED, Came, check_came
from civic.counter.sittings import take_mandate
from civic.db.insertion import insert_once
from civic.db.session import lock
from civic.items.channels import channel_name
from civic.items.models import Item
from civic.journal.entries import record
from civic.people.presence import DOUBTFUL, NOT_SHOWN, ShownIdentity, register_present
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Missing, Refusal, Refused
from civic.web.templating import day

KIND = "civic.counter_sheet"
MOST_FILES = 10
COUNTED, ALREADY, REFUSED = "counted", "already", "refused"


@dataclass(frozen=True)
class SheetLine:
    """What a helper types of one line of the paper."""

    token: str
    surname: str
    first_names: str
    born: str
    quartier_id: int | None
    is_signed: bool


def open_sheet(session: Session, helper: Actor, numbers: list[int], came: Came, at: datetime) -> CounterSheet:
    """Begin a sheet for one or several files. Raises Missing, or Denied for a file that is not the helper's."""
    account_id = take_turn(session, helper, at)
    check_came(came, day_of(at), known_kinds=frozenset({SUPPORT}))
    if came.paper_on is None:
        raise Missing({"paper_on": _("Write the date on the sheet.")})
    if not came.paper_reference.strip():
        raise Missing({"paper_reference": _("Write where the sheet is kept: box, folder, sheet number.")})
    if not 0 < len(numbers) <= MOST_FILES:
        raise Missing({"numbers": _("Write one to %(count)s numbers.", count=MOST_FILES)})
    item_ids = []
    for number in dict.fromkeys(numbers):
        subject = find_subject(session, helper, number, "supports")
        if subject is None:
            raise Missing({"numbers": _("No. %(number)s: %(why)s", number=number, why=NO_SUCH_FILE)})
        CORE_POLICY.require("counter:enter", helper, subject.item, at)
        item_ids.append(subject.item.id)
    sheet = CounterSheet(
        helper_id=account_id,
        item_ids=item_ids,
        channel=came.channel,
        occasion=came.occasion.strip(),
        paper_on=came.paper_on,
        paper_reference=came.paper_reference.strip(),
        opened_at=at,
    )
    session.add(sheet)
    session.flush()
    record(session, helper, "open_sheet", kind=KIND, subject_id=sheet.id, at=at, details={"channel": came.channel})
    return sheet


def end_sheet(session: Session, helper: Actor, sheet_id: int, at: datetime) -> None:
    """End a sheet; twice is harmless. Raises Refused for another helper's."""
    take_turn(session, helper, at)
    sheet = lock(session, CounterSheet, sheet_id)
    if sheet is None or sheet.helper_id != helper.account_id:
        raise Refused(_NOT_YOURS)
    if sheet.closed_at is None:
        sheet.closed_at = at
        record(session, helper, "end_sheet", kind=KIND, subject_id=sheet.id, at=at)


def enter_line(session: Session, helper: Actor, sheet_id: int, line: SheetLine, at: datetime) -> dict[str, Any]:
    """Count one line, or give again what was answered to the same token.

    Raises Missing naming the fields to correct, TooMuch beyond the day's limit, Refused when no file takes the support:
    nothing is then kept, and the line can be sent again.
    """
    account_id = take_turn(session, helper, at)
    sheet = lock(session, CounterSheet, sheet_id)
    if sheet is None or sheet.helper_id != account_id:
        raise Refused(_NOT_YOURS)
    known = session.scalar(select(CounterLine).where(CounterLine.sheet_id == sheet_id, CounterLine.token == line.token))
    if known is not None:
        return known.outcome
    if sheet.closed_at is not None:
        raise Refused(Refusal("sheet_over", _("This sheet is ended: begin another one for what is left.")))
    _check(line)
    shown = ShownIdentity(line.surname, line.first_names, parse_day(line.born), NOT_SHOWN, quartier_id=line.quartier_id)
    registered = register_present(session, helper, shown, at)
    require_person_within(session, helper, registered.person.id, at)
    came = Came(sheet.channel, sheet.occasion, sheet.paper_on, sheet.paper_reference, SIGNED, (SUPPORT,))
    mandate = take_mandate(session, helper, registered.person.id, came, at)
    actor = on_behalf(session, helper, registered.person, mandate, sheet.channel)
    outcome = {
        "files": _support_all(session, helper, actor, sheet, at),
        "doubtful": registered.outcome == DOUBTFUL,
    }
    insert_once(
        session,
        CounterLine,
        sheet_id=sheet.id,
        token=line.token,
        person_id=registered.person.id,
        outcome=outcome,
        at=at,
    )
    return outcome


def _check(line: SheetLine) -> None:
    """Raise Missing for what the services of persons do not see: a date in no writing, a signature nobody saw."""
    faults = {}
    if line.born.strip() and parse_day(line.born) is None:
        faults["born"] = _("Write day, month and year in full: 3/4/1950.")
    if not line.is_signed:
        faults["signed"] = _("Tick that the signature is there: without it nothing is counted.")
    if faults:
        raise Missing(faults)


def _support_all(
    session: Session, helper: Actor, actor: Actor, sheet: CounterSheet, at: datetime
) -> list[dict[str, Any]]:
    """The support of each file of the sheet, with what became of it. Raises Refused when none takes it."""
    found: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    for item_id in sheet.item_ids:
        number = session.get_one(Item, item_id).number or 0
        subject = find_subject(session, actor, number, "supports")
        if subject is None:
            refusals.append(NO_SUCH_FILE)
            found.append({"number": number, "state": REFUSED, "why": str(NO_SUCH_FILE)})
            continue
        CORE_POLICY.require("counter:enter", helper, subject.item, at)
        try:
            support_item(session, helper, actor, sheet, subject, at)
            found.append({"number": number, "state": COUNTED})
        except AlreadySupports as error:
            since, channel = error.standing.at.isoformat(), error.standing.channel
            found.append({"number": number, "state": ALREADY, "since": since, "channel": channel})
        except TooMuch:
            raise
        except (Denied, Refused) as error:
            refusals += error.refusals
            found.append({"number": number, "state": REFUSED, "why": str(error.refusals[0])})
    if len(refusals) >= len(found):
        raise Refused(refusals[0])
    return found


def outcome_words(outcome: dict[str, Any]) -> str:
    """What became of a line, in a sentence per file; nothing of the person."""
    told = [_file_words(one) for one in outcome["files"]]
    if outcome["doubtful"]:
        told.append(_("Names near someone else’s: counted, and set apart for a colleague to look at."))
    return " ".join(told)


def state_of(outcome: dict[str, Any]) -> str:
    """The state of a line as a whole."""
    states = {one["state"] for one in outcome["files"]}
    return next(state for state in (REFUSED, ALREADY, COUNTED) if state in states)


def _file_words(one: dict[str, Any]) -> str:
    """One file of a line."""
    if one["state"] == COUNTED:
        return str(_("No. %(number)s: counted.", number=one["number"]))
    if one["state"] == ALREADY:
        since, how = day(datetime.fromisoformat(one["since"])), channel_name(one["channel"]).lower()
        return str(
            _("No. %(number)s: already supports since %(day)s, %(how)s.", number=one["number"], day=since, how=how)
        )
    return str(_("No. %(number)s: not counted. %(why)s", number=one["number"], why=one["why"]))


_NOT_YOURS = Refusal("no_sheet", lazy("This sheet is not yours."))
