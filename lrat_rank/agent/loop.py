"""One run of the agent: reason, call tools, read what they say, until it answers or must stop."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field

from lrat_rank.agent.budget import Budget
from lrat_rank.agent.chat import Conversation, Said
from lrat_rank.agent.prompt import LAST_CHANCE, REMINDER, is_answer
from lrat_rank.agent.status import Status
from lrat_rank.agent.tools import Toolbox
from lrat_rank.errors import LratRankError
from lrat_rank.llm import CallText, OutageError, RefusedError, RejectedError, TooLongError
from lrat_rank.trajectories import Answer, Reasoning
from lrat_rank.trajectories.model import Turn

_NO_STEPS = json.dumps({"error": "This call was not made: no tool calls are left."})


@dataclass(slots=True)
class Episode:
    """What happened in a run.

    Attributes:
        turns: In the order they happened.
        counts: What it took, by name.
        status: How it ended.
        trouble: The error that ended it, if one did.
    """

    turns: list[Turn] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    status: Status = Status.ERROR
    trouble: LratRankError | None = None


class Run:
    """Plays one run to its end.

    Args:
        conversation: With the model, the question asked.
        toolbox: What the model may call.
        budget: What it may spend.
        prompt: What it was told; says which format an answer has.
    """

    def __init__(
        self, conversation: Conversation, toolbox: Toolbox, budget: Budget, prompt: str
    ) -> None:
        self._conversation, self._toolbox = conversation, toolbox
        self._budget, self._prompt = budget, prompt
        self._episode = Episode()
        self._batches = 0

    def play(self) -> Episode:
        """What happened; errors that concern this run alone end it and stand in `trouble`.

        Raises:
            InputError: Key, model or address is wrong.
        """
        episode = self._episode
        try:
            episode.status = self._to_the_end()
        except TooLongError as error:
            episode.status, episode.trouble = Status.CONTEXT_EXCEEDED, error
        except RefusedError as error:
            episode.status, episode.trouble = Status.REFUSED, error
        except (OutageError, RejectedError) as error:
            # An endpoint that let the whole time go by without a word is out of reach.
            late = self._budget.over() is Status.OUT_OF_TIME and self._budget.tokens > 0
            episode.status = Status.OUT_OF_TIME if late else Status.ERROR
            episode.trouble = error
        return episode

    def _to_the_end(self) -> Status:
        reminded = False
        while (over := self._budget.over()) is None:
            if self._budget.steps_left <= 0:
                return self._last_chance()
            said = self._ask()
            if said.calls:
                reminded = False
                self._think(said, with_words=True)
                if self._budget.over() is None:
                    self._call(said.calls)
            elif is_answer(said.words, self._prompt):
                self._answer(said)
                return Status.COMPLETED
            elif reminded:
                self._answer(said)
                return Status.NO_ANSWER
            else:
                reminded = True
                self._think(said, with_words=True)
                self._conversation.tell(REMINDER)
        return over

    def _last_chance(self) -> Status:
        self._conversation.tell(LAST_CHANCE)
        said = self._ask(with_tools=False)
        self._answer(said)
        self._episode.counts["calls_not_made"] += len(said.calls)
        return Status.OUT_OF_STEPS

    def _ask(self, *, with_tools: bool = True) -> Said:
        seconds = self._budget.seconds_left
        said = self._conversation.ask(seconds=seconds, with_tools=with_tools)
        self._budget.tokens += said.tokens
        self._episode.counts["tokens"] += said.tokens
        self._episode.counts["estimated_tokens"] += said.tokens if said.estimated else 0
        return said

    def _think(self, said: Said, *, with_words: bool) -> None:
        """Log what was thought, and what was said before a call: that is reasoning too."""
        texts = [*said.thoughts, *([said.words] if with_words and said.words else [])]
        # Where words or a call follow, the thought before them came to its end.
        cut = said.was_cut and not said.calls and not (said.words and not with_words)
        last = len(texts) - 1
        if said.withheld:
            self._episode.turns.append(Reasoning("", withheld=True))
        for place, text in enumerate(texts):
            self._episode.turns.append(Reasoning(text, truncated=cut and place == last))
            self._toolbox.think(text)

    def _answer(self, said: Said) -> None:
        self._think(said, with_words=False)
        if said.words:
            self._episode.turns.append(Answer(said.words, at=time.time()))

    def _call(self, calls: tuple[CallText, ...]) -> None:
        """Make the calls of one message, as many as may still be made."""
        batch = None
        if len(calls) > 1:
            batch, self._batches = self._batches, self._batches + 1
        for call in calls:
            if self._budget.steps_left <= 0:
                self._episode.counts["calls_not_made"] += 1
                self._conversation.result(call, _NO_STEPS)
                continue
            self._budget.steps += 1
            outcome = self._toolbox.call(call, batch=batch, counts=self._episode.counts)
            self._episode.turns.append(outcome.turn)
            self._conversation.result(call, outcome.text)
