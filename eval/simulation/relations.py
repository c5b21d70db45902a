"""What can be said of an entity of the invented world, and in how many ways."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an entity is."""

    PERSON = "person"
    PLACE = "place"
    WORK = "work"
    COMPANY = "company"
    EVENT = "event"


class Value(StrEnum):
    """What a fact holds where it does not point to an entity."""

    YEAR = "year"
    CODE = "code"
    NUMBER = "number"
    RIVER = "river"


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing to know about entities of a kind, with its wordings.

    In every wording `{s}` stands for the subject and `{o}` for the value. Documents use
    `statements`; questions use `questions` and `phrases`. The two share few words on purpose:
    matching them takes meaning, not spelling.

    Attributes:
        name: Unique among the relations.
        subject: The kind it is said of.
        value: The kind of entity it points to, or the form of its literal value.
        statements: Sentences that state the fact.
        questions: Sub-questions that ask for the value.
        phrases: Noun phrases for the value, to be nested in a multi-hop question.
        gaps: Sentences on the subject that leave the value out, as an older version would.
        lookups: Sub-questions that give the value and ask for the subject.
        lookup_phrases: Noun phrases for the subject, given the value.
    """

    name: str
    subject: Kind
    value: Kind | Value
    statements: tuple[str, ...]
    questions: tuple[str, ...]
    phrases: tuple[str, ...]
    gaps: tuple[str, ...]
    lookups: tuple[str, ...] = ()
    lookup_phrases: tuple[str, ...] = ()
