"""The entities of the invented world and the facts that link them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from lrat_rank.eval.simulation.names import NameMaker
from lrat_rank.eval.simulation.relations import Kind, Relation, Value
from lrat_rank.eval.simulation.wordings_companies import COMPANIES
from lrat_rank.eval.simulation.wordings_events import EVENTS
from lrat_rank.eval.simulation.wordings_people import PEOPLE
from lrat_rank.eval.simulation.wordings_places import PLACES
from lrat_rank.eval.simulation.wordings_works import WORKS

RELATIONS: dict[Kind, tuple[Relation, ...]] = {
    Kind.PERSON: PEOPLE,
    Kind.WORK: WORKS,
    Kind.COMPANY: COMPANIES,
    Kind.PLACE: PLACES,
    Kind.EVENT: EVENTS,
}

_KIND_SHARES = {
    Kind.PLACE: 0.14,
    Kind.PERSON: 0.32,
    Kind.COMPANY: 0.16,
    Kind.WORK: 0.26,
    Kind.EVENT: 0.12,
}
_DESCRIPTORS = {
    Kind.PERSON: "poet painter composer engineer botanist surgeon architect cellist actor printer",
    Kind.WORK: "novel film opera painting",
    Kind.COMPANY: "company",
    Kind.PLACE: "town",
    Kind.EVENT: "event",
}
_ALIAS_SHARES = {
    Kind.PERSON: 0.5,
    Kind.WORK: 0.3,
    Kind.COMPANY: 0.6,
    Kind.PLACE: 0.4,
    Kind.EVENT: 0.4,
}
_NAMESAKE_SHARE = {Kind.PERSON: 0.15, Kind.WORK: 0.2}
_FACT_SHARE = 0.8
_SAME_SPLIT_SHARE = 0.7


class Split(StrEnum):
    """What a question is for."""

    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"


SPLIT_SHARES = {Split.TRAINING: 0.6, Split.VALIDATION: 0.15, Split.TEST: 0.25}


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, place, work, company or event.

    Attributes:
        entity_id: Unique.
        kind: What it is.
        name: As its own article writes it; another entity may bear the same name.
        descriptor: What tells entities of one name apart: a profession, a form of art.
        alias: Pen name, working title, abbreviation, former name or nickname; unique, or None.
        year: The year it is associated with.
        split: The split whose questions may ask about it.
        ambiguous: Whether another entity bears its name.
    """

    entity_id: str
    kind: Kind
    name: str
    descriptor: str
    alias: str | None
    year: int
    split: Split
    ambiguous: bool = False

    @property
    def title(self) -> str:
        """The title of its article."""
        return f"{self.name} ({self.descriptor})" if self.ambiguous else self.name

    @property
    def mention(self) -> str:
        """Its name inside a sentence."""
        return f"the {self.name}" if self.kind is Kind.EVENT else self.name

    @property
    def short(self) -> str:
        """A person's surname; the mention of anything else."""
        return self.name.split()[-1] if self.kind is Kind.PERSON else self.mention


@dataclass(frozen=True, slots=True)
class Fact:
    """`subject` stands in `relation` to `value`; `target` is the entity the value names, if any."""

    fact_id: str
    relation: Relation
    subject: Entity
    value: str
    target: Entity | None = None

    @property
    def value_mention(self) -> str:
        """The value inside a sentence."""
        return self.target.mention if self.target is not None else self.value


def make_entities(rng: Random, count: int) -> list[Entity]:
    """About `count` entities of the five kinds, each in one split, some of them namesakes."""
    sizes = {kind: max(4, round(share * count)) for kind, share in _KIND_SHARES.items()}
    names = NameMaker(rng, people=sizes[Kind.PERSON])
    entities: list[Entity] = []
    for kind, size in sizes.items():
        splits = _spread_splits(rng, size)
        made: list[Entity] = []
        for number, split in enumerate(splits):
            namesake = _namesake(rng, kind, made)
            name = namesake.name if namesake else getattr(names, kind.value)()
            choices = _DESCRIPTORS[kind].split()
            if namesake:
                choices.remove(namesake.descriptor)
            made.append(
                Entity(
                    entity_id=f"{kind.value}-{number:04d}",
                    kind=kind,
                    name=name,
                    descriptor=rng.choice(choices),
                    alias=_alias(rng, names, kind, name),
                    year=rng.randint(1820, 1985),
                    split=split,
                )
            )
        entities.extend(made)
    bearers = Counter(entity.name for entity in entities)
    return [replace(entity, ambiguous=bearers[entity.name] > 1) for entity in entities]


def _spread_splits(rng: Random, size: int) -> list[Split]:
    splits: list[Split] = []
    for split, share in SPLIT_SHARES.items():
        splits.extend([split] * max(1, round(share * size)))
    splits = (splits + [Split.TRAINING] * size)[:size]
    rng.shuffle(splits)
    return splits


def _namesake(rng: Random, kind: Kind, made: list[Entity]) -> Entity | None:
    """An earlier entity whose name to use again; a name is borne by two at most."""
    if rng.random() >= _NAMESAKE_SHARE.get(kind, 0.0):
        return None
    bearers = Counter(entity.name for entity in made)
    single = [entity for entity in made if bearers[entity.name] == 1]
    return rng.choice(single) if single else None


def _alias(rng: Random, names: NameMaker, kind: Kind, name: str) -> str | None:
    if rng.random() >= _ALIAS_SHARES[kind]:
        return None
    makers = {
        Kind.PERSON: names.pen_name,
        Kind.WORK: names.work,
        Kind.PLACE: names.former_place,
        Kind.EVENT: names.nickname,
    }
    return makers[kind]() if kind in makers else names.abbreviation(name)


def make_facts(rng: Random, entities: list[Entity]) -> list[Fact]:
    """Three to six facts for each entity; a value comes once for a subject.

    A value that is an entity is drawn from the subject's own split more often than not, so that
    chains of facts stay inside a split.
    """
    values = NameMaker(rng, people=4)
    by_kind = {kind: [e for e in entities if e.kind is kind] for kind in Kind}
    facts: list[Fact] = []
    for subject in entities:
        relations = RELATIONS[subject.kind]
        kept = [relation for relation in relations if rng.random() < _FACT_SHARE]
        if len(kept) < 3:
            kept = rng.sample(relations, 3)
        used = {subject.name}
        for relation in kept:
            fact_id = f"{subject.entity_id}/{relation.name}"
            if isinstance(relation.value, Kind):
                target = _draw_target(rng, subject, by_kind[relation.value], used)
                fact = Fact(fact_id, relation, subject, target.name, target)
            else:
                value = _literal(rng, values, relation, subject)
                fact = Fact(fact_id, relation, subject, value)
            used.add(fact.value)
            facts.append(fact)
    return facts


def _draw_target(rng: Random, subject: Entity, candidates: list[Entity], used: set[str]) -> Entity:
    free = [entity for entity in candidates if entity.name not in used]
    near = [entity for entity in free if entity.split is subject.split]
    return rng.choice(near if near and rng.random() < _SAME_SPLIT_SHARE else free)


def _literal(rng: Random, values: NameMaker, relation: Relation, subject: Entity) -> str:
    makers = {Value.CODE: values.code, Value.NUMBER: values.number, Value.RIVER: values.river}
    if relation.value in makers:
        return makers[Value(relation.value)]()
    return str(subject.year - rng.randint(1, 12))
