# SPDX-License-Identifier: AGPL-3.0-or-later
"""The declarative base that every model of the core and of the modules inherits."""

from datetime import datetime
from typing import Any

from sqlalchemy import MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, registry

from civic.db.types import PerLanguage, UtcDateTime, type_json

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


ANNOTATIONS: dict[Any, Any] = {
    datetime: UtcDateTime,
    str: Text,
    PerLanguage: type_json,
    dict[str, Any]: type_json,
    list[str]: type_json,
}


class Base(DeclarativeBase):
    """Base of all models; constraint names are fixed so that SQLite's batch migrations can name them."""

    # A registry of its own, not `type_annotation_map`: Flask-SQLAlchemy derives from this class, and SQLAlchemy 2.1
    # refuses a derived base that has both.
    registry = registry(metadata=MetaData(naming_convention=CONVENTION), type_annotation_map=ANNOTATIONS)


Key = String(60)
"""Short identifiers: states, kinds, slugs, roles."""
