# SPDX-License-Identifier: AGPL-3.0-or-later
"""The floors: F, a bare Flask view with one indexed query through typed ORM models, 25 rows, one template, a page as
large as the product's; V, a bare POST that inserts a support and a log line in one transaction by SQLAlchemy Core."""

import gc
import os
from typing import Any

from flask import Flask, Response, render_template_string, request
from sqlalchemy import create_engine, event, insert, select
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

import civic.models  # noqa: F401 - every table must be known before the first query
from civic.clock import now
from civic.items.models import CountDelta, Item
from civic.supports.models import Support

PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>F</title></head><body><ol>
{% for item in items %}<li><h2><a href="/proposals/{{ item.number }}">{{ item.title.fr }}</a></h2>
<p>{{ item.state }} · {{ item.support_count }} · {{ item.published_at }}</p></li>
{% endfor %}</ol><p>{{ padding }}</p></body></html>"""


def make_floor() -> Flask:
    """The bare application; CIVIC_DATABASE_URL names the database, FLOOR_PADDING the characters added to its page."""
    gc.enable()  # `civic` lets the collector rest until `civic.app` is loaded, which the floor never does
    app = Flask("floor")
    url = os.environ["CIVIC_DATABASE_URL"]
    engine = create_engine(url, poolclass=QueuePool)
    if url.startswith("sqlite"):
        _sqlite(engine)
    sessions = sessionmaker(engine)
    padding = "x" * int(os.environ.get("FLOOR_PADDING", "40000"))

    @app.get("/f")
    def floor() -> str:
        with sessions() as session:
            return render_template_string(PAGE, items=_newest(session), padding=padding)

    @app.post("/v")
    def vote() -> Response:
        item, person = int(request.form["item"]), int(request.form["person"])
        with engine.begin() as connection:
            connection.execute(insert(Support).values(item_id=item, person_id=person, at=now()))
            connection.execute(insert(CountDelta).values(item_id=item, counter="support", amount=1))
        return Response(status=204)

    return app


def _newest(session: Session) -> Any:
    """The indexed query: 25 typed entities."""
    query = (
        select(Item)
        .where(Item.kind == "proposals.proposal", Item.visible.is_(True))
        .order_by(Item.published_at.desc(), Item.id.desc())
        .limit(25)
    )
    return session.scalars(query).all()


def _sqlite(engine: Any) -> None:
    """WAL and durable commits, as the product."""

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=30000"):
            dbapi.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if request.method == "POST" else "BEGIN")
