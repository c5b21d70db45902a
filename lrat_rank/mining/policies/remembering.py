"""What the agent knew before each of its searches: the memory, walked along a trajectory."""

from __future__ import annotations

from collections.abc import Iterable

from lrat_rank.mining.agent_memory import AgentMemory
from lrat_rank.mining.judges.base import Verdict
from lrat_rank.mining.labels import Context
from lrat_rank.mining.policies.reading import Read
from lrat_rank.mining.policies.showing import made_at_once, shown
from lrat_rank.trajectories.model import Browse, Reasoning, Search, Trajectory, Turn


class Recollection:
    """The contexts of one trajectory's searches.

    A context holds nothing that came after the search was asked for: a list or a document that came
    back in the same message as the search was not yet seen, and a verdict counts from the turn
    where the reasoning it rests on had ended.

    Args:
        trajectory: The run.
        reads: Documents it opened, in order, with the judge's decisions.
    """

    def __init__(self, trajectory: Trajectory, reads: Iterable[Read] = ()) -> None:
        self._turns, self._question = trajectory.turns, trajectory.question
        self._verdicts: list[tuple[int, str]] = []
        for read in reads:
            if read.verdict is Verdict.USES:
                self.learn(read.doc_id, read.known_from)
        self._walked = self._judged = 0
        self._unseen: list[Search | Browse] = []
        self._memory = self._fresh()

    def learn(self, doc_id: str, known_from: int) -> None:
        """Take in that a judge found a document useful.

        Args:
            doc_id: The document.
            known_from: The first turn at which that could be known; it does not fall from one call
                to the next.
        """
        self._verdicts.append((known_from, doc_id))

    def before(self, turn: int) -> Context:
        """The context of the search at `turn`; in time linear in the turns when turns rise."""
        if turn < self._walked:
            self._walked, self._judged, self._unseen = 0, 0, []
            self._memory = self._fresh()
        search = self._turns[turn]
        assert isinstance(search, Search)
        for step in self._turns[self._walked : turn]:
            self._call(step)
        self._walked = turn
        ready = [step for step in self._unseen if not made_at_once(search, step)]
        self._unseen = [step for step in self._unseen if made_at_once(search, step)]
        for step in ready:
            self._see(step)
        while self._judged < len(self._verdicts) and self._verdicts[self._judged][0] <= turn:
            self._memory.judge([self._verdicts[self._judged][1]])
            self._judged += 1
        return self._memory.context(turn)

    def _fresh(self) -> AgentMemory:
        memory = AgentMemory(self._question)
        memory.judge()
        return memory

    def _call(self, step: Turn) -> None:
        """Take in what the agent did, and put aside what came back."""
        if isinstance(step, Reasoning):
            self._memory.think(step.text)
            return
        if isinstance(step, Search):
            self._memory.ask(step.query)
        self._memory.act()
        if isinstance(step, Search | Browse):
            self._unseen.append(step)

    def _see(self, step: Search | Browse) -> None:
        if isinstance(step, Search):
            self._memory.show(shown(step))
        elif not step.failed:
            self._memory.open((step.doc_id, *step.also))
