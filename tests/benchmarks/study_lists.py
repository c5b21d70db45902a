"""Labelled lists as runs on invented questions would leave them."""

from lrat_rank.mining.labels import Candidate, Context, Evidence, LabelledList, State


def candidate(doc_id: str, rank: int, state: State, gain: float = 0.0, *, turn: int | None = None):
    return Candidate(doc_id=doc_id, rank=rank, state=state, gain=gain, evidence=Evidence(turn=turn))


def one_of_each(run: str = "q1-seed0", turn: int = 2) -> LabelledList:
    """A list with a document of every state; two of them opened and not found useful."""
    candidates = (
        candidate("useful", 1, State.RELEVANT, 1.7, turn=3),
        candidate("in-vain", 2, State.REJECTED, turn=4),
        candidate("not-told", 3, State.UNJUDGED, turn=5),
        candidate("passed", 4, State.SKIPPED),
        candidate("read-before", 5, State.ALREADY_READ),
        candidate("read-elsewhere", 6, State.UNJUDGED),
    )
    question = run.partition("-seed")[0]
    return LabelledList(
        query_id=f"{run}-{turn}",
        query=f"about {question}",
        context=Context(turn=turn, question=f"What is {question}?"),
        trajectory_id=run,
        group=f"group-{question}",
        candidates=candidates,
        weight=1.3,
    )


def runs(questions: int, seeds: int = 2, lists: int = 2) -> list[LabelledList]:
    return [
        one_of_each(f"q{number}-seed{seed}", 2 * place)
        for number in range(questions)
        for seed in range(seeds)
        for place in range(1, lists + 1)
    ]
