# SPDX-License-Identifier: AGPL-3.0-or-later
"""Import of quartiers from a GeoJSON file: all or nothing, each error with the feature it stands in."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.permissions.actor import Actor
from civic.permissions.decision import Missing
from civic.search.folding import fold
from civic.territory.geometry import GeometryError, check
from civic.territory.models import Quartier
from civic.territory.services import QuartierData, create_quartier


class ImportRefused(Exception):
    """Nothing was imported. `errors` holds pairs (place in the file, sentence): a line, or a feature's number."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"{place}: {sentence}" for place, sentence in errors))
        self.errors = errors


def import_quartiers(
    session: Session, actor: Actor, content: bytes, *, on: date, at: datetime, language: str = "fr"
) -> list[Quartier]:
    """Make every quartier of a FeatureCollection, in force from the day `on`.

    Raises ImportRefused with each error; the caller's write is then rolled back whole.
    """
    made: list[Quartier] = []
    errors: list[tuple[int, str]] = []
    for place, data in enumerate(read_quartiers(content, language), 1):
        try:
            made.append(create_quartier(session, actor, data, on=on, at=at))
        except Missing as refused:
            errors += [(place, str(sentence)) for sentence in refused.fields.values()]
    if errors:
        raise ImportRefused(errors)
    return made


def read_quartiers(content: bytes, language: str = "fr") -> list[QuartierData]:
    """The quartiers a GeoJSON file describes; `properties` give name, and may give slug, population, description.

    Raises ImportRefused with one sentence per faulty feature, numbered from 1 (0 for the file itself).
    """
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ImportRefused([(0, str(_("The file is not in UTF-8.")))]) from error
    except (ValueError, RecursionError) as error:
        raise ImportRefused([(0, str(_("The file is not valid JSON (%(why)s).", why=str(error))))]) from error
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise ImportRefused([(0, str(_("The file is not a GeoJSON FeatureCollection.")))])
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise ImportRefused([(0, str(_("The file holds no feature.")))])
    read: list[QuartierData] = []
    errors: list[tuple[int, str]] = []
    for place, feature in enumerate(features, 1):
        try:
            read.append(_quartier(feature, language))
        except GeometryError as error:
            errors.append((place, str(error)))
    slugs = [data.slug for data in read]
    errors += [
        (0, str(_("Two features are called %(slug)s.", slug=s)))
        for s in sorted({s for s in slugs if slugs.count(s) > 1})
    ]
    if errors:
        raise ImportRefused(errors)
    return read


def _quartier(feature: object, language: str) -> QuartierData:
    """One feature. Raises GeometryError with the sentence to show."""
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise GeometryError(_("This is not a GeoJSON feature."))
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise GeometryError(_("The properties are not a list of names and values."))
    names = _texts(properties.get("name"), language)
    if not any(names.values()):
        raise GeometryError(_("The property “name” is missing: it is the quartier’s name."))
    check(feature.get("geometry"))
    population = properties.get("population")
    if population is not None and (not isinstance(population, int) or isinstance(population, bool)):
        raise GeometryError(_("The property “population” is not a whole number."))
    slug = str(properties.get("slug") or fold(next(text for text in names.values() if text)).replace(" ", "-"))
    geometry: dict[str, Any] = dict(feature["geometry"])
    return QuartierData(slug, names, geometry, _texts(properties.get("description"), language), population)


def _texts(value: object, language: str) -> dict[str, str]:
    """A text, or a text per language."""
    if isinstance(value, Mapping):
        return {str(code): str(text).strip() for code, text in value.items()}
    return {language: str(value).strip()} if value is not None else {}
