# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills an instance with many proposals and comments, fast: rows as the services write them, inserted in bulk."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from civic.app import create_app
from civic.comments.models import Comment
from civic.db.session import db, write
from civic.items.models import Item, ItemTag, PublicNumber, Tag
from civic.people.actors import token_hash
from civic.people.models import Account, Department, Person, SignInSession
from civic.search.folding import fold
from civic.search.models import SearchDocument
from civic.settings.models import ModuleSwitch, Portal
from civic.spaces.services import ensure_standing
from civic.territory.models import Quartier
from modules.proposals.models import Proposal

START = datetime(2026, 1, 1, tzinfo=UTC)
STATES = ("submitted", "studied", "deciding", "accepted", "declined", "planned", "in_progress", "done")
PERSONS = 2_000
CHUNK = 5_000
SENTENCES = (
    "Planter douze arbres dans la cour de l’école, arrosés par l’eau de pluie du gymnase voisin.",
    "Ouvrir la médiathèque le dimanche après-midi, avec des lycéens volontaires à l’accueil.",
    "Refaire le passage piéton devant la boulangerie, où les voitures ne s’arrêtent jamais.",
    "Installer des bancs tous les deux cents mètres entre la gare et la place du marché.",
    "Prêter des vélos cargos aux familles de quartier, réparés à l’atelier municipal.",
    "Éteindre l’éclairage des vitrines après vingt-trois heures, comme la loi le demande.",
)


def load(instance: Path, proposals: int, comments: int, on_first: int) -> dict[str, str | int]:
    """Fill an upgraded, empty instance; `on_first` of the comments go to proposal number 1.

    Gives the session token of a resident, for signed-in requests, and the id of the first proposal's item.
    """
    app = create_app(instance)
    with app.app_context():
        with write() as session:
            token = _people(session)
        with write() as session:
            _proposals(session, proposals)
        with write() as session:
            first_item = _comments(session, proposals, comments, on_first)
        _analyse()
    return {"token": token, "first_item": first_item}


def _people(session: Session) -> str:
    """Persons, one account with an open session, quartiers, tags, a department; the module on."""
    session.execute(
        insert(Person),
        [{"display_name": f"Habitante {n}", "created_at": START, "level": "email"} for n in range(PERSONS)],
    )
    account = Account(person_id=1, email="bench@ville.example", created_at=START)
    session.add(account)
    session.flush()
    token = secrets.token_urlsafe(32)
    far = START + timedelta(days=36_500)
    session.add(
        SignInSession(
            token_hash=token_hash(token), account_id=account.id, created_at=START, last_seen_at=START, expires_at=far
        )
    )
    square = {"type": "Polygon", "coordinates": [[[2.0, 47.2], [2.1, 47.2], [2.1, 47.3], [2.0, 47.2]]]}
    for n in range(6):
        session.add(Quartier(slug=f"q{n}", name={"fr": f"Quartier {n}"}, geometry=square, valid_from=START.date()))
    for n in range(12):
        session.add(Tag(slug=f"t{n}", name={"fr": f"Thème {n}"}))
    session.add(Department(slug="d", name={"fr": "Espaces verts"}))
    session.add(ModuleSwitch(module="proposals", is_on=True, changed_at=START))
    if session.get(Portal, 1) is None:
        session.add(Portal(id=1, generation=1))
    return token


def _proposals(session: Session, count: int) -> None:
    """Items, proposals, numbers, tags and search words, in chunks."""
    component = ensure_standing(session, "proposals", {"fr": "Propositions"}, START)
    placed = {"component_id": component.id, "space_id": component.space_id}
    base = session.scalar(select(func.max(Item.id))) or 0
    for first in range(0, count, CHUNK):
        numbers = range(first + 1, min(first + CHUNK, count) + 1)
        session.execute(insert(Item), [_item(base, n) | placed for n in numbers])
        session.execute(
            insert(Proposal), [{"id": base + n, "body": _body(n), "summary": _sentence(n)} for n in numbers]
        )
        session.execute(insert(PublicNumber), [{"number": n, "item_id": base + n} for n in numbers])
        session.execute(
            insert(ItemTag), [{"item_id": base + n, "tag_id": t} for n in numbers for t in {n % 12 + 1, n % 7 + 1}]
        )
        session.execute(
            insert(SearchDocument), [{"item_id": base + n, "folded": fold(f"{_title(n)} {_body(n)}")} for n in numbers]
        )


def _item(base: int, n: int) -> dict[str, Any]:
    """The spine's row of proposal n."""
    at = START + timedelta(minutes=n)
    return {
        "id": base + n,
        "kind": "proposals.proposal",
        "number": n,
        "quartier_id": n % 6 + 1,
        "author_id": n % PERSONS + 1,
        "department_id": 1,
        "state": STATES[n % len(STATES)],
        "state_at": at,
        "due_at": None if STATES[n % len(STATES)] in ("declined", "done") else at + timedelta(days=60),
        "title": {"fr": _title(n)},
        "place": f"{n % 90 + 1} rue des Acacias",
        "created_at": at,
        "published_at": at,
        "visible": True,
        "support_count": (n * 7919) % 400,
        "comment_count": 1,
    }


def _comments(session: Session, proposals: int, count: int, on_first: int) -> int:
    """Comments over all proposals, `on_first` of them on the first, whose item id is given back."""
    first_id = session.scalar(select(Item.id).where(Item.number == 1))
    assert first_id is not None
    for first in range(0, count, CHUNK):
        rows = []
        for n in range(first, min(first + CHUNK, count)):
            item = first_id if n < on_first else first_id + n % proposals
            at = START + timedelta(seconds=n)
            rows.append({"item_id": item, "author_id": n % PERSONS + 1, "body": _sentence(n), "created_at": at})
        session.execute(insert(Comment), rows)
    return first_id


def _analyse() -> None:
    """Fresh statistics, as autovacuum would make."""
    with db.engines["writer"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def _sentence(n: int) -> str:
    """One sentence."""
    return SENTENCES[n % len(SENTENCES)]


def _title(n: int) -> str:
    """A title of its own."""
    return f"{_sentence(n)[:48]} ({n})"


def _body(n: int) -> str:
    """About 200 words; one text in twelve has the middle word, one the rare one."""
    body = "\n\n".join(SENTENCES[(n + k) % len(SENTENCES)] for k in range(12))
    middle = " composteur" if n % 12 == 0 else ""
    return f"{body}{middle}{' abreuvoir' if n == 77 else ''}"
