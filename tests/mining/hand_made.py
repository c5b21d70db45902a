"""Trajectories made by hand, and a judge that reads one word."""

from lrat_rank.mining.judges import Case, Decision, Verdict
from lrat_rank.mining.miner import MinedLabels, MiningOptions, mine
from lrat_rank.mining.policies import POLICIES
from lrat_rank.trajectories.model import Impression, Search, Trajectory, Turn


class WordJudge:
    """`vain` rejects, `unclear` is unknown, and everything else, empty text too, uses."""

    name = "word"
    concurrency = 0

    def decide(self, case: Case) -> Decision:
        if "vain" in case.reasoning:
            return Decision(Verdict.REJECTS)
        return Decision(Verdict.UNKNOWN if "unclear" in case.reasoning else Verdict.USES)


def search(query: str, doc_ids: str, *, failed: bool = False) -> Search:
    """A search that showed the documents, `doc_ids` parted by spaces."""
    shown = tuple(Impression(d, rank) for rank, d in enumerate(doc_ids.split(), start=1))
    return Search(query, shown, failed=failed)


def run(*turns: Turn, trajectory_id: str = "t", **fields: object) -> Trajectory:
    return Trajectory(trajectory_id, "Who was it?", turns, **fields)  # type: ignore[arg-type]


def mined(
    policy: str, *trajectories: Trajectory, corpus: str | None = None, **options: object
) -> MinedLabels:
    chosen = MiningOptions(policy=POLICIES.get(policy)(), judge=WordJudge(), **options)  # type: ignore[arg-type]
    ids = None if corpus is None else set(corpus.split())
    return mine(trajectories, chosen, corpus_ids=ids)


def states(labels: MinedLabels) -> list[dict[str, str]]:
    """doc_id → state, a list each."""
    return [{c.doc_id: c.state.value for c in made.candidates} for made in labels.lists]
