"""Precision and recall of the judge `cues` on reasonings labelled by hand, and its speed.

    python benchmarks/cue_judge.py [--judge cues] [--words 150] [--misses]

The texts are those of `tests/mining/data/cue_reasonings.jsonl`. Rules were fitted to the half
`development`; of the half `held_out` only these counts were looked at. `--misses` lists the texts
of `development` on which the judge and the reader differ.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "mining"))

from cue_reasonings import SPLITS, VERDICTS, Confusion, Reasoning, confusion, reasonings

from lrat_rank.mining.judges import JUDGES, Case, Judge

ROUNDS = 5


def table(made: Confusion) -> str:
    """A line a verdict: precision, recall, and what the judge made of the reader's texts."""
    lines = [f"  {'':8} precision  recall   judged {' '.join(f'{v:>8}' for v in VERDICTS)}"]
    for verdict in VERDICTS:
        counts = " ".join(f"{made.counts[verdict, judged]:8}" for judged in VERDICTS)
        lines.append(
            f"  {verdict:8} {made.precision(verdict):9.3f} {made.recall(verdict):7.3f}"
            f"          {counts}"
        )
    return "\n".join(lines)


def long_texts(texts: list[Reasoning], words: int) -> list[str]:
    """Texts of about that many words: short ones of one verdict, put together in turn."""
    made: list[str] = []
    for verdict in VERDICTS:
        parts: list[str] = []
        for text in (text.text for text in texts if text.verdict == verdict):
            parts.append(text)
            if len(" ".join(parts).split()) >= words:
                made.append(" ".join(parts))
                parts = []
    return made


def microseconds(judge: Judge, texts: list[str]) -> float:
    """Median over the rounds of the mean time a text takes."""
    cases = [Case(text) for text in texts]
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for case in cases:
            judge.decide(case)
        rounds.append((time.perf_counter() - started) / len(cases))
    return statistics.median(rounds) * 1e6


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--judge", default="cues", choices=["cues", "none"])
    parser.add_argument("--words", type=int, default=150, help="length of the texts timed")
    parser.add_argument("--misses", action="store_true", help="list those of development")
    chosen = parser.parse_args()

    judge, texts = JUDGES.get(chosen.judge)(), reasonings()
    for split in SPLITS:
        half = [text for text in texts if text.split == split]
        print(f"{split}, {len(half)} texts\n{table(confusion(judge, half))}")
    timed = long_texts(texts, chosen.words)
    print(f"{microseconds(judge, timed):.0f} µs a text of {chosen.words} words or a little more")
    if chosen.misses:
        for text in (text for text in texts if text.split == "development"):
            decision = judge.decide(Case(text.text))
            if decision.verdict.value != text.verdict:
                print(f"{text.verdict} judged {decision.verdict.value}: {text.text}")


if __name__ == "__main__":
    main()
