"""Multi-hop questions over the facts, with the sub-question, evidence and answer of each hop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.eval.simulation.facts import SPLIT_SHARES, Entity, Fact, Split
from lrat_rank.eval.simulation.relations import Kind
from lrat_rank.eval.simulation.spelling import misspell

_ALIAS_ASKED = 0.45
_DESCRIBED = 0.4
_MISSPELT = 0.12
_LOOKUPS = 0.1
_THREE_HOPS = 0.35


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a question.

    Attributes:
        query: The sub-question, with the answer of the hop before filled in.
        doc_ids: Documents that state the needed fact: the relevant ones.
        answer: As the documents write it.
        subject: How `query` names what it asks about; it stands in `query` as it is.
        follows: How many hops back the subject was found; 0 where the question itself names it.
        labelled: Whether `doc_ids` say which documents hold the answer; else their text does.
    """

    query: str
    doc_ids: tuple[str, ...]
    answer: str
    subject: str
    follows: int = 1
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question of one hop or more.

    Attributes:
        question_id: Unique among the questions asked together.
        text: The question as one sentence; the names in between are left to be found.
        hops: Its steps, in the order they have to be taken.
        split: What it is for, in the invented world; None elsewhere.
        entity_ids: There, the subjects of its facts; no other split asks about them.
    """

    question_id: str
    text: str
    hops: tuple[Hop, ...]
    split: Split | None = None
    entity_ids: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """The answer of the last hop; empty where the collection gives none."""
        return self.hops[-1].answer

    @property
    def evidence(self) -> frozenset[str]:
        """The documents that answer any of its hops."""
        return frozenset(doc_id for hop in self.hops for doc_id in hop.doc_ids)


def evidence_of(questions: Iterable[Question]) -> dict[str, frozenset[str]]:
    """question_id → the documents that answer any of its hops."""
    return {question.question_id: question.evidence for question in questions}


@dataclass(frozen=True, slots=True)
class _Step:
    """A fact asked for its value, or, when `lookup`, for its subject."""

    fact: Fact
    lookup: bool = False


_Chain = tuple[_Step, ...]


class QuestionWriter:
    """Writes questions about facts that documents state.

    Args:
        rng: Source of chance.
        facts: All facts.
        documents: The corpus by doc_id.
        evidence: fact_id → ids of the documents that state it.
    """

    def __init__(
        self,
        rng: Random,
        *,
        facts: Sequence[Fact],
        documents: Mapping[str, Document],
        evidence: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._rng = rng
        self._documents = documents
        self._evidence = evidence
        self._by_subject: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            self._by_subject[fact.subject.entity_id].append(fact)
        self._facts = facts

    def questions(self, count: int) -> list[Question]:
        """`count` questions over the splits; facts are used again only when they run out.

        Raises:
            InputError: The facts do not make that many different chains.
        """
        questions: list[Question] = []
        for split, size in _sizes(count).items():
            for chain in self._choose(split, size):
                questions.append(self._question(f"q{len(questions):04d}", chain, split))
        return questions

    def _choose(self, split: Split, size: int) -> list[_Chain]:
        pairs, triples = self._chains(split)
        self._rng.shuffle(pairs)
        self._rng.shuffle(triples)
        long = round(size * _THREE_HOPS)
        used: set[str] = set()
        lookups = [chain for chain in pairs if chain[0].lookup]
        chosen = _pick_fresh(lookups, round(size * _LOOKUPS), used)
        chosen += _pick_fresh(triples, long, used)
        chosen += _pick_fresh(pairs, size - len(chosen), used)
        taken = set(chosen)
        rest = [chain for chain in [*pairs, *triples] if chain not in taken]
        chosen += rest[: size - len(chosen)]
        if len(chosen) < size:
            raise InputError(
                "n_questions",
                must=f"small enough for {len(chosen)} {split.value} questions",
                got=f"{size} of them",
                do="Ask for fewer questions or for more documents.",
            )
        self._rng.shuffle(chosen)
        return chosen

    def _chains(self, split: Split) -> tuple[list[_Chain], list[_Chain]]:
        """All chains of two and of three hops whose subjects lie in the split."""
        pairs: list[_Chain] = []
        triples: list[_Chain] = []
        for first in self._facts:
            if first.subject.split is not split:
                continue
            starts = [_Step(first)]
            if first.relation.lookups:
                starts.append(_Step(first, lookup=True))
            for start in starts:
                for second in self._next(start, split):
                    pairs.append((start, second))
                    triples.extend((start, second, third) for third in self._next(second, split))
        return list(filter(_is_acyclic, pairs)), list(filter(_is_acyclic, triples))

    def _next(self, step: _Step, split: Split) -> list[_Step]:
        entity = step.fact.subject if step.lookup else step.fact.target
        if entity is None or entity.split is not split:
            return []
        return [
            _Step(fact)
            for fact in self._by_subject[entity.entity_id]
            if fact.fact_id != step.fact.fact_id
        ]

    def _question(self, question_id: str, chain: _Chain, split: Split) -> Question:
        hops = tuple(self._hop(step) for step in chain)
        text = hops[0].subject
        for step in chain[:-1]:
            text = self._rng.choice(_phrases(step)).format(s=text, o=text)
        return Question(
            question_id=question_id,
            text=self._rng.choice(chain[-1].fact.relation.questions).format(s=text),
            hops=hops,
            split=split,
            entity_ids=tuple(dict.fromkeys(step.fact.subject.entity_id for step in chain)),
        )

    def _hop(self, step: _Step) -> Hop:
        fact = step.fact
        doc_ids = self._evidence[fact.fact_id]
        if step.lookup:
            query = self._rng.choice(fact.relation.lookups).format(o=fact.value)
            return Hop(query, doc_ids, answer=fact.subject.name, subject=fact.value)
        subject = self._surface(fact.subject, doc_ids)
        query = self._rng.choice(fact.relation.questions).format(s=subject)
        return Hop(query, doc_ids, answer=fact.value, subject=subject)

    def _surface(self, entity: Entity, doc_ids: Sequence[str]) -> str:
        """How to name the entity: by an alias that some evidence mentions, or by its name."""
        known = [doc_id for doc_id in doc_ids if _says(self._documents[doc_id], entity.alias)]
        if known and self._rng.random() < _ALIAS_ASKED:
            return str(entity.alias)
        if entity.kind in (Kind.PERSON, Kind.WORK) and (
            entity.ambiguous or self._rng.random() < _DESCRIBED
        ):
            return f"the {entity.descriptor} {self._spelt(entity)}"
        return self._spelt(entity)

    def _spelt(self, entity: Entity) -> str:
        """The name as remembered: now and then a coined one comes with a slip."""
        slips = entity.kind in (Kind.PERSON, Kind.PLACE) and self._rng.random() < _MISSPELT
        return misspell(self._rng, entity.mention) if slips else entity.mention


def _says(document: Document, name: str | None) -> bool:
    return name is not None and name in document.contents


def _sizes(count: int) -> dict[Split, int]:
    sizes = {split: round(share * count) for split, share in SPLIT_SHARES.items()}
    sizes[Split.TRAINING] += count - sum(sizes.values())
    return sizes


def _phrases(step: _Step) -> tuple[str, ...]:
    relation = step.fact.relation
    return relation.lookup_phrases if step.lookup else relation.phrases


def _is_acyclic(chain: _Chain) -> bool:
    """Whether the chain never comes back to a name: the question would give its answer away."""
    first = chain[0].fact
    names = [first.value if chain[0].lookup else first.subject.name]
    names += [step.fact.subject.name if step.lookup else step.fact.value for step in chain]
    return len(names) == len(set(names))


def _pick_fresh(chains: Sequence[_Chain], size: int, used: set[str]) -> list[_Chain]:
    """The first `size` chains that share no fact with `used` or each other."""
    chosen: list[_Chain] = []
    for chain in chains:
        fact_ids = [step.fact.fact_id for step in chain]
        if len(chosen) < size and used.isdisjoint(fact_ids):
            chosen.append(chain)
            used.update(fact_ids)
    return chosen
