"""A small invented encyclopedia with questions about it: synthetic, and the same for a seed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from random import Random

from lrat_rank.collections import Document, Qrels
from lrat_rank.errors import InputError
from lrat_rank.eval.simulation.documents import Page, Writer
from lrat_rank.eval.simulation.facts import Split, make_entities, make_facts
from lrat_rank.eval.simulation.near_duplicates import near_duplicates
from lrat_rank.eval.simulation.questions import Hop, Question, QuestionWriter

_MIN_DOCUMENTS, _MAX_DOCUMENTS = 200, 20_000
_ENTITIES_PER_DOCUMENT = 0.22


@dataclass(frozen=True, slots=True)
class World:
    """A corpus and the questions about it.

    The subjects that training, validation and test questions ask about are disjoint; the corpus
    is one.
    """

    documents: list[Document]
    questions: list[Question]

    def asked(self, split: Split | str) -> list[Question]:
        """The questions of a split, in order."""
        return [question for question in self.questions if question.split == split]

    def sub_questions(self, split: Split | str) -> dict[str, Hop]:
        """query_id → hop for every hop of a split; the id is `<question_id>-hop<number>`."""
        return {
            f"{question.question_id}-hop{number}": hop
            for question in self.asked(split)
            for number, hop in enumerate(question.hops, start=1)
        }

    def topics(self, split: Split | str) -> dict[str, str]:
        """query_id → sub-question."""
        return {query_id: hop.query for query_id, hop in self.sub_questions(split).items()}

    def qrels(self, split: Split | str) -> Qrels:
        """Grade 1 for every document that states the fact a sub-question asks for."""
        return {
            query_id: dict.fromkeys(hop.doc_ids, 1)
            for query_id, hop in self.sub_questions(split).items()
        }


def build_world(seed: int = 0, n_documents: int = 2000, n_questions: int = 400) -> World:
    """Generate a world; the same arguments give the same bytes in every process.

    Args:
        seed: Any integer.
        n_documents: Size of the corpus, 200 to 20,000; titles run out beyond.
        n_questions: Questions over all splits (60% training, 15% validation, 25% test).

    Raises:
        InputError: `n_documents` is out of its range, or `n_questions` too large for it.
    """
    if not _MIN_DOCUMENTS <= n_documents <= _MAX_DOCUMENTS:
        bounds = f"from {_MIN_DOCUMENTS:,} to {_MAX_DOCUMENTS:,}"
        raise InputError("n_documents", must=bounds, got=n_documents)
    if n_questions < 1:
        raise InputError("n_questions", must="at least 1", got=n_questions)
    entities = make_entities(
        Random(f"{seed}/entities"), round(n_documents * _ENTITIES_PER_DOCUMENT)
    )
    facts = make_facts(Random(f"{seed}/facts"), entities)
    writer = Writer(Random(f"{seed}/documents"), entities)
    by_subject = defaultdict(list)
    for fact in facts:
        by_subject[fact.subject.entity_id].append(fact)
    passages = [passage for own in by_subject.values() for passage in writer.article(own)]
    pages = [passage.page for passage in passages]
    spare = n_documents - len(pages)
    if spare < 0:
        raise InputError("n_documents", must=f"at least {len(pages)} here", got=n_documents)
    pages += islice(near_duplicates(writer, entities, passages), spare)
    documents, evidence = _number(Random(f"{seed}/order"), pages)
    questions = QuestionWriter(
        Random(f"{seed}/questions"), facts=facts, documents=documents, evidence=evidence
    ).questions(n_questions)
    return World(list(documents.values()), questions)


def _number(
    rng: Random, pages: list[Page]
) -> tuple[dict[str, Document], dict[str, tuple[str, ...]]]:
    """Give the pages ids in an order of chance, so that an id tells nothing of its page."""
    order = list(pages)
    rng.shuffle(order)
    documents: dict[str, Document] = {}
    evidence: dict[str, list[str]] = defaultdict(list)
    for number, page in enumerate(order, start=1):
        doc_id = f"d{number:05d}"
        documents[doc_id] = Document(doc_id=doc_id, text=page.text, title=page.title)
        for fact_id in page.fact_ids:
            evidence[fact_id].append(doc_id)
    return documents, {fact_id: tuple(doc_ids) for fact_id, doc_ids in evidence.items()}
