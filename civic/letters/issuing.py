# SPDX-License-Identifier: AGPL-3.0-or-later
"""Issuing codes for letters: for the lines of a list that has addresses, or for one person; revoking them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.letters.batches import KIND, MOST
from civic.letters.codes import code_hash, code_of
from civic.letters.models import CODES, LetterBatch, LetterCode
from civic.letters.sealed import seal
from civic.letters.settings import letters_settings
from civic.people.identity import CivilIdentity, checked_identity, fold
from civic.people.known_identity import birth_hash
from civic.people.roll_file import Fault, FileFault, Line, Reading
from civic.people.rolls import RollRefused
from civic.people.turns import one_at_a_time
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused

MOST_LINES = 5_000
"""Of one file: ten batches of letters."""
REMEMBERED = timedelta(days=365)
"""How long a code that is over is told from one that never was."""
LONGEST_ADDRESS = 300


@dataclass(frozen=True)
class Addressee:
    """Whom a code is sent to, and where; without an address for one that is handed over."""

    identity: CivilIdentity
    address: str
    quartier_id: int | None = None


@dataclass(frozen=True)
class Issued:
    """What was done: the batches to print, how many codes, and how many people had one that still serves."""

    batches: tuple[int, ...]
    count: int
    already: int


def issue_one(
    session: Session,
    actor: Actor,
    *,
    surname: str,
    first_names: str,
    birth_date: date | None,
    usage_name: str,
    address: str,
    quartier_id: int | None,
    at: datetime,
) -> Issued:
    """Issue a code for one person. Raises Missing naming what is empty, Refused when their last one still serves."""
    today = at.astimezone(current_zone()).date()
    identity = checked_identity(surname, first_names, birth_date, today, usage_name)
    if not address.strip() or len(address) > LONGEST_ADDRESS:
        raise Missing({"address": _("Write the postal address, in lines: at most 300 characters.")})
    issued = issue_codes(session, actor, [Addressee(identity, address.strip(), quartier_id)], at=at)
    if not issued.count:
        message = _("This person has a code that still serves: revoke it first, or wait for it to arrive.")
        raise Refused(Refusal("has_code", message))
    return issued


def issue_for_list(
    session: Session, actor: Actor, file: IO[bytes], quartiers: Mapping[str, int], *, at: datetime
) -> Issued:
    """Issue a code for each line of a file, all or nothing. Raises RollRefused with every wrong line."""
    reading = Reading(file, at.astimezone(current_zone()).date(), MOST_LINES)
    folded = {fold(name): key for name, key in quartiers.items()}
    found: list[Addressee] = []
    try:
        for line in reading.lines():
            problem = _line_problem(line, folded)
            if problem:
                reading.faults.append(Fault(line.line, problem))
            else:
                quartier_id = folded[fold(line.quartier)] if line.quartier else None
                found.append(Addressee(line.identity, line.address, quartier_id))
    except FileFault as error:
        reading.faults.append(Fault(0, str(error)))
    if not found and not reading.faults:
        reading.faults.append(Fault(0, _("The file has no line of data.")))
    if reading.faults:
        raise RollRefused(reading.faults)
    return issue_codes(session, actor, found, at=at)


def issue_codes(
    session: Session, actor: Actor, addressees: Iterable[Addressee], *, kind: str = CODES, at: datetime
) -> Issued:
    """Issue a code for whoever has none that serves, in batches that are printed one by one; nothing is shown here."""
    one_at_a_time(session)  # two lists sent at once hold the same people
    wanted = {one.identity.hash: one for one in addressees}
    _end_expired(session, set(wanted), at)
    living = set(
        session.scalars(
            select(LetterCode.civil_hash).where(
                LetterCode.civil_hash.in_(wanted), LetterCode.used_at.is_(None), LetterCode.revoked_at.is_(None)
            )
        )
    )
    fresh = [one for hashed, one in wanted.items() if hashed not in living]
    packs = (fresh[begin : begin + MOST] for begin in range(0, len(fresh), MOST))
    batches = tuple(_issue_batch(session, actor, kind, pack, at) for pack in packs)
    return Issued(batches, len(fresh), len(living))


def revoke_code(session: Session, actor: Actor, code_id: int, at: datetime) -> LetterCode:
    """Make one code serve no more, sent or not. Raises Refused when it was used or revoked before."""
    code = lock(session, LetterCode, code_id)
    if code is None or code.used_at is not None or code.revoked_at is not None:
        raise Refused(Refusal("code_over", _("This code serves no more already.")))
    code.revoked_at, code.sealed, code.nonce = at, None, ""
    record(session, actor, "revoke_code", kind=KIND, subject_id=code.batch_id, at=at, details={"code": code.id})
    return code


def forget_over(session: Session, at: datetime) -> None:
    """Forget names and addresses of codes that are over; and after a year, that they were (run every day)."""
    over = or_(LetterCode.used_at.is_not(None), LetterCode.revoked_at.is_not(None), LetterCode.expires_at <= at)
    session.execute(update(LetterCode).where(over, LetterCode.sealed.is_not(None)).values(sealed=None, nonce=""))
    session.execute(delete(LetterCode).where(LetterCode.expires_at < at - REMEMBERED))


def _issue_batch(session: Session, actor: Actor, kind: str, addressees: list[Addressee], at: datetime) -> int:
    """One batch of codes; gives its id."""
    batch = LetterBatch(kind=kind, prepared_at=at, prepared_by_id=actor.account_id, letter_count=len(addressees))
    session.add(batch)
    session.flush()
    expires_at = _last_moment(session, at)
    for one in addressees:
        nonce = secrets.token_hex(16)
        hashed = code_hash(code_of(nonce))
        session.add(
            LetterCode(
                batch_id=batch.id,
                civil_hash=one.identity.hash,
                birth_hash=birth_hash(one.identity.birth_date),
                sealed=seal(f"code {hashed}", _plain(one)),
                quartier_id=one.quartier_id,
                nonce=nonce,
                code_hash=hashed,
                issued_at=at,
                expires_at=expires_at,
            )
        )
    session.flush()
    record(session, actor, "issue_codes", kind=KIND, subject_id=batch.id, at=at, details={"count": len(addressees)})
    return batch.id


def _last_moment(session: Session, at: datetime) -> datetime:
    """The midnight at the end of the last day on which a code serves."""
    last = at.astimezone(current_zone()).date() + timedelta(days=letters_settings(session).code_days + 1)
    return datetime.combine(last, time.min, current_zone())


def _end_expired(session: Session, hashes: set[str], at: datetime) -> None:
    """Let those whose code has expired have another: it is told as expired all the same."""
    expired = (LetterCode.civil_hash.in_(hashes), LetterCode.used_at.is_(None), LetterCode.expires_at <= at)
    session.execute(
        update(LetterCode).where(*expired, LetterCode.revoked_at.is_(None)).values(revoked_at=at, sealed=None, nonce="")
    )


def _line_problem(line: Line, quartiers: Mapping[str, int]) -> str:
    """Why a readable line is refused; empty for a right one."""
    if not line.address:
        return str(_("Address: nothing is written."))
    if len(line.address) > LONGEST_ADDRESS:
        return str(_("Address: too long."))
    if line.quartier and fold(line.quartier) not in quartiers:
        return str(_("Quartier: “%(name)s” is not a quartier of the town.", name=line.quartier[:60]))
    return ""


def _plain(one: Addressee) -> dict[str, str]:
    """What is sealed of an addressee."""
    return {
        "surname": one.identity.surname,
        "first_names": one.identity.first_names,
        "birth_date": one.identity.birth_date.isoformat(),
        "usage_name": one.identity.usage_name,
        "address": one.address,
    }
