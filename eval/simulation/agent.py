"""A search agent without a language model, which works multi-hop questions with any search tool.

It knows the sub-questions and what their answers look like, as a competent reader would recognise
them, and nothing else: which documents are relevant it can only find out by opening them, and it
misreads some of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from lrat_rank.eval.simulation import thoughts
from lrat_rank.eval.simulation.behaviour import AgentBehaviour
from lrat_rank.eval.simulation.query_forms import QueryForm, Request, choose_form
from lrat_rank.eval.simulation.questions import Hop, Question
from lrat_rank.eval.simulation.reading import is_evidence, names_in, snippet_match
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)

COMPLETED = "completed"
GAVE_UP = "gave_up"
OUT_OF_STEPS = "out_of_steps"
_SHORTEST, _LONGEST = 8, 400
_THINKS_BETWEEN = 0.5


class Hit(Protocol):
    """One search result."""

    @property
    def doc_id(self) -> str:
        """Id to open it by."""

    @property
    def score(self) -> float:
        """Higher is better."""

    @property
    def snippet(self) -> str:
        """The text shown in the list."""


class OpenedDocument(Protocol):
    """One document, opened."""

    @property
    def contents(self) -> str:
        """Title and text."""


class SearchTool(Protocol):
    """What the agent needs of a search tool; `lrat_rank.serving.SearchTool` is one."""

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """The `k` best documents, best first."""

    def get_document(self, doc_id: str) -> OpenedDocument | None:
        """One document in full, or None where there is none of that id."""


@dataclass(frozen=True, slots=True)
class _Goal:
    """All the agent knows of a hop."""

    request: Request
    answer: str

    def asked_about(self, name: str) -> _Goal:
        """The same sub-question, asked about what the agent believes the subject to be."""
        query = self.request.query.replace(self.request.subject, name)
        return _Goal(Request(query, name), self.answer)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What the agent took from a document, and whether it really stood there."""

    value: str
    true: bool


class _OutOfStepsError(Exception):
    """The budget of steps is spent."""


def simulate(
    questions: Iterable[Question],
    tool: SearchTool,
    *,
    behaviour: AgentBehaviour | None = None,
    seed: int = 0,
    retriever: str = "",
) -> Iterator[Trajectory]:
    """Yield one trajectory for each question.

    A run depends on the seed, its own question and the tool, never on the other questions.

    Args:
        questions: What to work on; of each hop only the sub-question, its subject and the answer
            string are read.
        tool: The search tool.
        behaviour: Rates and limits; the defaults when None.
        seed: Any integer.
        retriever: Name of the tool's back end, to be logged.
    """
    for question in questions:
        goals = [_goal(hop) for hop in question.hops]
        rng = Random(f"{seed}/{question.question_id}")
        episode = _Episode(tool, behaviour or AgentBehaviour(), rng)
        status, findings = episode.run(question.text, goals)
        answer = findings[-1].value if status == COMPLETED else None
        yield Trajectory(
            trajectory_id=f"{question.question_id}-seed{seed}",
            question=question.text,
            turns=tuple(episode.turns),
            status=status,
            correct=status == COMPLETED and all(finding.true for finding in findings),
            answer=answer,
            agent="simulated",
            retriever=retriever,
            question_id=question.question_id,
        )


def _goal(hop: Hop) -> _Goal:
    return _Goal(Request(hop.query, hop.subject), hop.answer)


class _Episode:
    """One run: the turns so far, the documents read, the steps spent."""

    def __init__(self, tool: SearchTool, behaviour: AgentBehaviour, rng: Random) -> None:
        self.turns: list[Turn] = []
        self._tool = tool
        self._behaviour = behaviour
        self._rng = rng
        self._read: set[str] = set()
        self._steps = 0

    def run(self, question: str, goals: Sequence[_Goal]) -> tuple[str, list[_Finding]]:
        """Work the goals in order; the status and what was found."""
        findings: list[_Finding] = []
        self._think(thoughts.plan(self._rng, question))
        try:
            for goal in goals:
                if findings and not findings[-1].true:
                    goal = goal.asked_about(findings[-1].value)
                finding = self._work(goal)
                if finding is None:
                    return GAVE_UP, findings
                findings.append(finding)
        except _OutOfStepsError:
            return OUT_OF_STEPS, findings
        self.turns.append(Answer(f"The answer is {findings[-1].value}."))
        return COMPLETED, findings

    def _work(self, goal: _Goal) -> _Finding | None:
        """Search, open and read until the goal seems reached or patience ends."""
        form: QueryForm | None = None
        for _ in range(self._behaviour.patience):
            form = choose_form(self._rng, last=form)
            query = form.write(goal.request, self._rng, self._behaviour.word_drop)
            candidates = self._choose(goal, self._search(query))
            for number, hit in enumerate(candidates):
                if number and self._rng.random() >= self._behaviour.browse_again:
                    break
                finding = self._open(goal, hit, first=not number)
                if finding is not None:
                    return finding
            if not candidates and self._rng.random() < _THINKS_BETWEEN:
                self._think(thoughts.reformulate(self._rng, goal.request.subject))
        return None

    def _search(self, query: str) -> Sequence[Hit]:
        self._spend_step()
        hits = self._tool.search(query, self._behaviour.shown)
        impressions = tuple(
            Impression(hit.doc_id, rank, hit.score, hit.snippet)
            for rank, hit in enumerate(hits, start=1)
        )
        self.turns.append(Search(query, impressions))
        return hits

    def _choose(self, goal: _Goal, hits: Sequence[Hit]) -> list[Hit]:
        """The results worth opening, the most promising first, whatever their rank."""
        behaviour, rng = self._behaviour, self._rng
        if rng.random() < behaviour.hesitation:
            return []
        scored: list[tuple[float, int]] = []
        for position, hit in enumerate(hits):
            score = snippet_match(goal.request, hit.snippet)
            score += behaviour.snippet_insight * (goal.answer in hit.snippet)
            score += rng.gauss(0.0, behaviour.snippet_noise)
            if hit.doc_id in self._read and rng.random() >= behaviour.reopen:
                continue
            if score >= behaviour.snippet_threshold:
                scored.append((score, position))
        scored.sort(reverse=True)
        return [hits[position] for _, position in scored[: behaviour.max_opened]]

    def _open(self, goal: _Goal, hit: Hit, *, first: bool) -> _Finding | None:
        """Open a document, read it, and say what it gave."""
        if first and self._rng.random() < _THINKS_BETWEEN:
            self._think(thoughts.about_to_open(self._rng, goal.request.subject))
        self._spend_step()
        document = self._tool.get_document(hit.doc_id)
        self._read.add(hit.doc_id)
        if document is None:
            self.turns.append(Browse(hit.doc_id, failed=True))
            return None
        text = document.contents
        self.turns.append(Browse(hit.doc_id, text))
        finding = self._judge(goal, text)
        self._think(
            thoughts.after_reading(
                self._rng,
                text=text,
                subject=goal.request.subject,
                value=finding.value if finding else None,
                words=self._length(useful=finding is not None),
                vague=self._rng.random() < self._behaviour.vague,
            )
        )
        return finding

    def _judge(self, goal: _Goal, text: str) -> _Finding | None:
        """Read with error: overlook evidence, or take another name for the answer."""
        chance = self._rng.random()
        if is_evidence(goal.request, goal.answer, text):
            overlooked = chance < self._behaviour.false_negative
            return None if overlooked else _Finding(goal.answer, true=True)
        if chance >= self._behaviour.false_positive:
            return None
        names = [name for name in names_in(text) if name not in goal.request.subject]
        wrong = [name for name in names if goal.answer not in name]
        return _Finding(self._rng.choice(wrong), true=False) if wrong else None

    def _length(self, *, useful: bool) -> int:
        """Words of reasoning: log-normal, with the mean of its kind."""
        behaviour = self._behaviour
        mean = behaviour.useful_words if useful else behaviour.other_words
        spread = behaviour.length_spread
        location = math.log(max(mean, 1.0)) - spread**2 / 2
        drawn = self._rng.lognormvariate(location, spread)
        return min(max(round(drawn), _SHORTEST), _LONGEST)

    def _think(self, text: str) -> None:
        self.turns.append(Reasoning(text))

    def _spend_step(self) -> None:
        if self._steps >= self._behaviour.max_steps:
            raise _OutOfStepsError
        self._steps += 1
