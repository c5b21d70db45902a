"""A search agent without a language model, which works multi-hop questions with any search tool.

It knows the sub-questions and what their answers look like, as a competent reader would recognise
them, and nothing else: which documents are relevant it can only find out by opening them, and it
misreads some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from lrat_rank.eval.simulation import thoughts
from lrat_rank.eval.simulation.behaviour import AgentBehaviour
from lrat_rank.eval.simulation.goals import Finding, Goal
from lrat_rank.eval.simulation.lengths import draw_words
from lrat_rank.eval.simulation.query_forms import QueryForm, choose_form
from lrat_rank.eval.simulation.questions import Question
from lrat_rank.eval.simulation.reading import names_in
from lrat_rank.eval.simulation.snippet_judgement import Similarity, snippet_scores
from lrat_rank.eval.simulation.thoughts import Tone
from lrat_rank.eval.simulation.tools import Hit, Listener, SearchTool
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
_THINKS_BETWEEN = 0.5


class _OutOfStepsError(Exception):
    """The budget of steps is spent."""


def simulate(
    questions: Iterable[Question],
    tool: SearchTool,
    *,
    behaviour: AgentBehaviour | None = None,
    seed: int = 0,
    retriever: str = "",
    similarity: Similarity | None = None,
) -> Iterator[Trajectory]:
    """Yield one trajectory for each question.

    A run depends on the seed, its own question and the tool, never on the other questions.

    Args:
        questions: What to work on. Of each hop the agent knows the sub-question, its subject and
            the answer string; what an opened document really says is told by the hop's labels
            where it is `labelled`, else by its text.
        tool: The search tool.
        behaviour: Rates and limits; the defaults when None. `PRESETS` holds others.
        seed: Any integer.
        retriever: Name of the tool's back end, to be logged.
        similarity: Semantic evidence for judging snippets; None leaves the words alone.
    """
    behaviour = behaviour or AgentBehaviour()
    for question in questions:
        run = f"{seed}/{question.question_id}"
        grasp = Random(f"{run}/grasp").gauss(0.0, 1.0)
        episode = _Episode(question, tool, behaviour.of_run(grasp), Random(run), similarity)
        status, findings = episode.run()
        completed = status == COMPLETED
        yield Trajectory(
            trajectory_id=f"{question.question_id}-seed{seed}",
            question=question.text,
            turns=tuple(episode.turns),
            status=status,
            correct=completed and all(finding.true for finding in findings),
            answer=findings[-1].value if completed else None,
            agent="simulated",
            retriever=retriever,
            question_id=question.question_id,
        )


class _Episode:
    """One run: the turns so far, the documents read, the steps spent."""

    def __init__(
        self,
        question: Question,
        tool: SearchTool,
        behaviour: AgentBehaviour,
        rng: Random,
        similarity: Similarity | None,
    ) -> None:
        self.turns: list[Turn] = []
        self._question = question
        self._tool = tool
        self._behaviour = behaviour
        self._rng = rng
        self._similarity = similarity
        self._read: set[str] = set()
        self._steps = 0

    def run(self) -> tuple[str, list[Finding]]:
        """Work the hops in order; the status and what was found."""
        findings: list[Finding] = []
        self._think(thoughts.plan(self._rng, self._question.text))
        try:
            for hop in self._question.hops:
                finding = self._work(Goal.of(hop).after(findings))
                if finding is None:
                    return GAVE_UP, findings
                findings.append(finding)
        except _OutOfStepsError:
            return OUT_OF_STEPS, findings
        self.turns.append(Answer(f"The answer is {findings[-1].value}."))
        return COMPLETED, findings

    def _work(self, goal: Goal) -> Finding | None:
        """Search, open and read until the goal seems reached or patience ends."""
        form: QueryForm | None = None
        for failures in range(self._behaviour.patience):
            form = choose_form(self._rng, last=form)
            threshold = self._behaviour.threshold_after(failures)
            candidates = self._choose(goal, self._search(self._word(goal, form)), threshold)
            for number, hit in enumerate(candidates):
                if number and self._rng.random() >= self._behaviour.browse_again:
                    break
                finding = self._open(goal, hit, first=not number)
                if finding is not None:
                    return finding
            if not candidates and self._rng.random() < _THINKS_BETWEEN:
                self._think(thoughts.reformulate(self._rng, goal.request.subject))
        return None

    def _word(self, goal: Goal, form: QueryForm) -> str:
        """The query: of the sub-question, or, without focus, of the whole question."""
        request = goal.request
        if self._happens(self._behaviour.unfocused):
            request = request.about(self._question.text)
        return form.write(request, self._rng, self._behaviour.word_drop) or request.query

    def _search(self, query: str) -> Sequence[Hit]:
        self._spend_step()
        hits = self._tool.search(query, self._behaviour.shown)
        impressions = tuple(
            Impression(hit.doc_id, rank, hit.score, hit.snippet)
            for rank, hit in enumerate(hits, start=1)
        )
        self.turns.append(Search(query, impressions))
        return hits

    def _choose(self, goal: Goal, hits: Sequence[Hit], threshold: float) -> list[Hit]:
        """The results worth opening, the most promising first, whatever their rank."""
        behaviour, rng = self._behaviour, self._rng
        if rng.random() < behaviour.hesitation:
            return []
        scores = snippet_scores(
            goal.request,
            [hit.snippet for hit in hits],
            similarity=self._similarity,
            semantic_share=behaviour.semantic_share,
        )
        scored: list[tuple[float, int]] = []
        for position, (hit, score) in enumerate(zip(hits, scores, strict=True)):
            score += behaviour.snippet_insight * goal.answer_shows_in(hit.snippet)
            score += rng.gauss(0.0, behaviour.snippet_noise)
            if hit.doc_id in self._read and rng.random() >= behaviour.reopen:
                continue
            scored.append((score, position))
        scored.sort(reverse=True)
        if not scored or scored[0][0] < threshold:
            return []
        nexts = [pair for pair in scored[1:] if pair[0] >= behaviour.next_threshold]
        worth = [*scored[:1], *nexts][: behaviour.max_opened]
        return [hits[position] for _, position in worth]

    def _open(self, goal: Goal, hit: Hit, *, first: bool) -> Finding | None:
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
        finding = self._judge(goal, hit.doc_id, text)
        self._think(
            thoughts.after_reading(
                self._rng,
                text=text,
                subject=goal.request.subject,
                value=finding.value if finding else None,
                words=self._length(useful=finding is not None),
                tone=self._tone(useful=finding is not None),
            )
        )
        return finding

    def _judge(self, goal: Goal, doc_id: str, text: str) -> Finding | None:
        """Read with error: overlook evidence, or take another name for the answer."""
        chance = self._rng.random()
        if goal.answered_by(doc_id, text):
            overlooked = chance < self._behaviour.false_negative
            return None if overlooked else Finding(goal.value_in(text), True, doc_id)
        if chance >= self._behaviour.false_positive:
            return None
        wrong = [name for name in names_in(text) if goal.may_be_taken(name)]
        return Finding(self._rng.choice(wrong), False, doc_id) if wrong else None

    def _length(self, *, useful: bool) -> int:
        behaviour = self._behaviour
        mean = behaviour.useful_words if useful else behaviour.other_words
        return draw_words(self._rng, mean, behaviour.length_spread)

    def _tone(self, *, useful: bool) -> Tone:
        """What the reasoning says of the document; one draw decides."""
        chance = self._rng.random() - self._behaviour.vague
        if chance < 0:
            return Tone.VAGUE
        if useful:
            return Tone.USEFUL
        credited = chance < self._behaviour.credit * (1 - self._behaviour.vague)
        return Tone.CREDITED if credited else Tone.USELESS

    def _think(self, text: str) -> None:
        self.turns.append(Reasoning(text))
        if isinstance(self._tool, Listener):
            self._tool.think(text)

    def _happens(self, rate: float) -> bool:
        """Whether something of that rate happens; a rate of 0 leaves the source of chance alone."""
        return rate > 0 and self._rng.random() < rate

    def _spend_step(self) -> None:
        if self._steps >= self._behaviour.max_steps:
            raise _OutOfStepsError
        self._steps += 1
