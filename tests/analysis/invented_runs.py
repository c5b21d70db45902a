"""Invented agent runs for the report: ordinary ones, and the ones that break pages."""

from collections.abc import Iterator

import numpy as np

from lrat_rank.analysis.summary import Analysis
from lrat_rank.mining.options import MiningOptions
from lrat_rank.pipeline.analyze import Shown, analyze
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">\u2028\u2029"\'&amp;<!--'


def shown(query: str, doc_ids: str, **fields: object) -> Search:
    """A search that showed the documents, `doc_ids` parted by spaces."""
    every = doc_ids.split()
    hits = tuple(Impression(d, rank, None, f"About {d}.") for rank, d in enumerate(every, start=1))
    return Search(query, hits, **fields)  # type: ignore[arg-type]


def run(*turns: Turn, name: str = "t", **fields: object) -> Trajectory:
    return Trajectory(name, f"Who was {name}?", turns, **fields)  # type: ignore[arg-type]


def ordinary(count: int = 12, seed: int = 0) -> list[Trajectory]:
    """Runs of three searches with one to three browses each, two agents, every outcome."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        turns: list[Turn] = []
        for step in range(3):
            ids = [f"d{i}" for i in random.choice(30, size=6, replace=False)]
            turns.append(shown(f"verse {step}-{number}", " ".join(ids)))
            for doc_id in random.choice(ids, size=random.integers(1, 4), replace=False):
                turns.append(Browse(str(doc_id), f"Text of {doc_id}."))
                said = random.choice(["This confirms the answer. ", "Not helpful, irrelevant. "])
                turns.append(Reasoning(str(said) * int(random.integers(1, 30))))
        turns.append(Answer("It was a poet."))
        correct = (True, False, None)[number % 3]
        made.append(run(*turns, name=f"r{number}", agent=f"agent-{number % 2}", correct=correct))
    return made


def analysis(
    *trajectories: Trajectory, show: int = 30, options: MiningOptions | None = None
) -> Analysis:
    return analyze(trajectories, options, shown=Shown(show), paths=["runs"])


def hostile() -> Trajectory:
    """Every text that a log can hold tries to become markup."""
    hits = (Impression(HOSTILE, 1, None, HOSTILE), Impression("plain", 2, None, "plain"))
    return Trajectory(
        HOSTILE,
        HOSTILE,
        (
            Reasoning(HOSTILE),
            Search(HOSTILE, hits, (HOSTILE,)),
            Browse(HOSTILE, HOSTILE, (HOSTILE + "2",)),
            Reasoning(f"This confirms it. {HOSTILE * 20}"),
            OtherCall(HOSTILE),
            Answer(HOSTILE),
        ),
        status=HOSTILE,
        correct=True,
        answer=HOSTILE,
        agent=HOSTILE,
        retriever=HOSTILE,
    )


def extremes() -> Iterator[tuple[str, list[Trajectory]]]:
    """Name and runs of inputs at the edges of what logs hold."""
    search, thought = shown("q", "a b c"), Reasoning("This confirms the answer.")
    yield "one-run", [run(search, Browse("a"), thought, Answer("a"))]
    yield "no-browse", [run(search, thought, Answer("a"), name=f"n{i}") for i in range(3)]
    yield "no-turns", [run()]
    yield "failures", [run(Search("q", failed=True), Browse("a", failed=True))]
    yield "empty-lists", [run(Search("q"), Browse("a"), thought)]
    yield "one-length", [run(search, Browse("a"), Reasoning("useful"), name=f"n{i}") for i in "ab"]
    yield (
        "one-outcome",
        [run(search, Browse("b"), thought, name=f"c{i}", correct=True) for i in "ab"],
    )
    many = [turn for i in range(150) for turn in (search, Browse("a"), Reasoning(f"useful {i}"))]
    yield "hundreds-of-turns", [run(*many)]
    name = "x" * 5000
    long = (Impression(name, 1, None, "word " * 9000),)
    yield "long", [run(Search(name, long), Browse(name), Reasoning("y" * 9000), name=name)]
    arabic = "من هو الشاعر الذي كتب القصيدة؟"
    right = (Impression("وثيقة", 1, None, arabic),)
    yield (
        "right-to-left",
        [Trajectory("ר", arabic, (Search(arabic, right), Browse("وثيقة"), thought))],
    )
    deep = shown("q", " ".join(f"d{i}" for i in range(300)))
    yield "deep-lists", [run(deep, Browse("d299"), thought)]
    yield "hostile", [hostile()]
