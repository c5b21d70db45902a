"""Articles about entities, cut into passages that each state a few facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from lrat_rank.eval.simulation.facts import Entity, Fact
from lrat_rank.eval.simulation.fillers import ALIASES, COLOUR, GENERIC, OPENINGS

MIN_WORDS = 40
MAX_WORDS = 120
_ALIAS_INTRODUCED = 0.6
_OPENING_REPEATED = 0.5
_BEFORE_VOWEL = re.compile(r"\b([Aa]) ([aeiou])")


@dataclass(frozen=True, slots=True)
class Page:
    """A document before it has an id, with the facts it states."""

    title: str
    text: str
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A page of an article, with the facts it was written from."""

    page: Page
    facts: tuple[Fact, ...]
    lead: bool


class Writer:
    """Writes pages of 40 to 120 words.

    Args:
        rng: Source of chance.
        entities: All of them; any may be mentioned in passing.
    """

    def __init__(self, rng: Random, entities: Sequence[Entity]) -> None:
        self.rng = rng
        self._entities = entities

    def article(self, facts: Sequence[Fact]) -> list[Passage]:
        """The passages of the article on one subject: one or two facts on each."""
        shuffled = list(facts)
        self.rng.shuffle(shuffled)
        passages: list[Passage] = []
        while shuffled:
            size = min(len(shuffled), self.rng.choice((1, 2, 2)))
            chosen, shuffled = tuple(shuffled[:size]), shuffled[size:]
            lead = not passages
            passages.append(Passage(self.passage(chosen, lead=lead), chosen, lead))
        return passages

    def passage(
        self, facts: Sequence[Fact], *, lead: bool, withheld: frozenset[str] = frozenset()
    ) -> Page:
        """A page that states the facts, save those `withheld`, which it only speaks around.

        Args:
            facts: Of one subject.
            lead: Whether it is the first page of the article, which introduces the subject.
            withheld: Ids of facts whose value is left out.
        """
        rng, subject = self.rng, facts[0].subject
        names = [subject.mention, subject.short]
        sentences: list[str] = []
        if lead or rng.random() < _OPENING_REPEATED:
            sentences.append(self._about(rng.choice(OPENINGS[subject.kind]), subject, [names[0]]))
        if subject.alias and (lead or rng.random() < _ALIAS_INTRODUCED):
            sentences.append(self._about(rng.choice(ALIASES[subject.kind]), subject, [names[0]]))
            names.append(subject.alias)
        names.append(GENERIC[subject.kind].format(d=subject.descriptor))
        body = [
            _fill(
                rng.choice(fact.relation.gaps if hidden else fact.relation.statements),
                s=rng.choice(names),
                o="" if hidden else fact.value_mention,
            )
            for fact in facts
            for hidden in [fact.fact_id in withheld]
        ]
        target = rng.randint(MIN_WORDS + 8, MAX_WORDS - 40)
        body += self.colour(subject, names, target - _words([*sentences, *body]))
        rng.shuffle(body)
        return Page(
            title=subject.title,
            text=" ".join([*sentences, *body]),
            fact_ids=tuple(fact.fact_id for fact in facts if fact.fact_id not in withheld),
        )

    def colour(self, subject: Entity, names: Sequence[str], words: int) -> list[str]:
        """At least `words` words of sentences that state no fact, while there are any."""
        templates = list(COLOUR[subject.kind])
        self.rng.shuffle(templates)
        sentences: list[str] = []
        for template in templates:
            if _words(sentences) >= words:
                break
            sentences.append(self._about(template, subject, names))
        return sentences

    def _about(self, template: str, subject: Entity, names: Sequence[str]) -> str:
        other = self.rng.choice(self._entities)
        return _fill(
            template,
            s=self.rng.choice(names),
            d=subject.descriptor,
            y=str(subject.year),
            a=subject.alias or "",
            x=other.mention,
        )

    def about_from(self, templates: Sequence[str], subject: Entity) -> str:
        """Each template once, about the subject by its own name, joined."""
        return " ".join(self._about(template, subject, [subject.mention]) for template in templates)


def _fill(template: str, **values: str) -> str:
    sentence = _BEFORE_VOWEL.sub(r"\1n \2", template.format(**values))
    return sentence[0].upper() + sentence[1:]


def _words(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)
