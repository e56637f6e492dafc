# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events: facts in the past tense, ids only, announced in the act's transaction and delivered after it."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Event:
    """Base of all events. Fields are plain values: receivers may run in another process, later, twice."""

    def to_payload(self) -> dict[str, Any]:
        """Plain JSON values; times as ISO 8601."""
        values = asdict(self)
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "Event":
        """The event again."""
        times = {field.name for field in fields(cls) if field.type is datetime or field.type == "datetime"}
        return cls(
            **{name: datetime.fromisoformat(value) if name in times else value for name, value in payload.items()}
        )


@dataclass(frozen=True)
class Transitioned(Event):
    """An item or an answer changed state."""

    kind: str
    subject_id: int
    act: str
    from_state: str
    to_state: str
    at: datetime
    entry_uid: str


@dataclass(frozen=True)
class Created(Event):
    """An item began its life (often as a draft)."""

    kind: str
    subject_id: int
    at: datetime


@dataclass(frozen=True)
class AnswerCorrected(Event):
    """A published answer was corrected: whoever read it before is told."""

    answer_id: int
    reason: str
    at: datetime
    correction_id: int = 0
    """0 in messages put before corrections were named."""


@dataclass(frozen=True)
class QuestionAnswered(Event):
    """The town replied to a question under a file."""

    comment_id: int
    """The reply."""
    at: datetime


@dataclass(frozen=True)
class Erased(Event):
    """A person's data was erased: modules empty what they keep about them."""

    person_id: int
    at: datetime


@dataclass(frozen=True)
class PersonsMerged(Event):
    """Two rows were one person: modules move what they keep from one to the other."""

    from_person_id: int
    into_person_id: int
    at: datetime


@dataclass(frozen=True)
class TagChanged(Event):
    """A theme was renamed, or took the place of another one: what bears it is found by new words."""

    tag_id: int
    after_id: int
    """Items up to this one have been seen to."""
    at: datetime


CORE_EVENTS: tuple[type[Event], ...] = (
    *(Transitioned, Created, AnswerCorrected, QuestionAnswered),
    *(Erased, PersonsMerged, TagChanged),
)
