"""Labelled lists by hand and by chance, for what is done to whole label files."""

from hypothesis import strategies as st

from lrat_rank.mining.labels import Candidate, Context, Evidence, LabelledList, State

GAINS = (0.25, 0.5, 1.0, 1.75)
LETTERS = {
    "+": State.RELEVANT,
    "-": State.REJECTED,
    ".": State.SKIPPED,
    "r": State.ALREADY_READ,
    "?": State.UNJUDGED,
}


def candidate(doc_id: str, state: State, rank: int, gain: float = 1.0) -> Candidate:
    gain = gain if state is State.RELEVANT else 0.0
    return Candidate(doc_id=doc_id, rank=rank, state=state, gain=gain, evidence=Evidence())


def made(
    documents: str,
    query: str = "a query",
    *,
    run: str = "t",
    turn: int = 0,
    group: str = "g",
    question: str = "Who was it?",
) -> LabelledList:
    """A list of documents such as `a+1.5 b. c-`: name, state by `LETTERS`, gain when relevant."""
    candidates = [
        candidate(word[0], LETTERS[word[1]], rank, float(word[2:] or 1))
        for rank, word in enumerate(documents.split(), start=1)
    ]
    return LabelledList(
        query_id=f"{run}-{turn}",
        query=query,
        context=Context(turn=turn, question=question),
        trajectory_id=run,
        group=group,
        candidates=tuple(candidates),
    )


def states(labelled: LabelledList) -> dict[str, str]:
    return {c.doc_id: c.state.value for c in labelled.candidates}


def gains(labelled: LabelledList) -> dict[str, float]:
    return {c.doc_id: c.gain for c in labelled.candidates}


_QUERIES = [
    "red fox",
    "Red  fox!",
    "the red fox",
    "red fox den",
    "fox 1914",
    "fox 1915",
    "blue whale",
]


@st.composite
def _candidates(draw: st.DrawFn) -> tuple[Candidate, ...]:
    doc_ids = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=5))
    return tuple(
        candidate(doc_id, draw(st.sampled_from(State)), rank, draw(st.sampled_from(GAINS)))
        for rank, doc_id in enumerate(doc_ids, start=1)
    )


@st.composite
def label_files(draw: st.DrawFn) -> list[LabelledList]:
    """The lists of one file: a few runs, whose group follows from their number."""
    turns = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), unique=True, max_size=9))
    return [
        LabelledList(
            query_id=f"run{run}-{turn}",
            query=draw(st.sampled_from(_QUERIES)),
            context=Context(turn=turn, question=f"question {run % 3}" if run != 4 else ""),
            trajectory_id=f"run{run}",
            group=f"group{run % 3}",
            candidates=draw(_candidates()),
            weight=draw(st.sampled_from([0.5, 1.0, 2.0])),
        )
        for run, turn in turns
    ]
