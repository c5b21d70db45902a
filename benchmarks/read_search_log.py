"""How much memory reading a search log takes, beside the size of its files.

    python benchmarks/read_search_log.py [--megabytes 64] [--texts all]

Writes a log as a server does: sessions of three searches of five documents with snippets of 64
words, and an opened document of 1,000 words after each. A process of its own then reads it, and
another one a log of a few sessions; the difference of their peaks is what reading takes. What is
done with the trajectories afterwards (`mine`, `analyze`) comes on top.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.serving.session_journal import Served, SessionJournal
from lrat_rank.trajectories.model import Impression

_PEAK = """
import resource, sys
from lrat_rank.trajectories import read_trajectories
count = sum(1 for _ in read_trajectories(sys.argv[1:]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, count)
"""
"""Kilobytes on Linux."""


def main() -> None:
    """Write, read, print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--megabytes", type=float, default=64)
    options.add_argument("--texts", default="all", choices=("all", "snippets", "none"))
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        _written(Path(small), 1, asked.texts)
        size = _written(Path(large), asked.megabytes * 1e6, asked.texts) / 1e6
        least, _ = _peak(small)
        began = time.monotonic()
        peak, sessions = _peak(large)
        seconds = time.monotonic() - began
    taken = peak - least
    print(f"{sessions:,} sessions in {size:.0f} MB of files, read in {seconds:.1f} s")
    print(f"{taken:.0f} MB of memory, {taken / size:.2f} of the files' size")


def _written(folder: Path, size: float, texts: str) -> int:
    chance = random.Random(0)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 10))) for _ in range(5000)]

    def text(count: int) -> str:
        return " ".join(chance.choices(words, k=count))

    served = Served(retriever="hybrid > LightGBMRanker", ranker_version="0123456789ab")
    journal = Journal(folder, JournalOptions(fsync="never", texts=texts))
    while sum(path.stat().st_size for path in folder.iterdir()) < size:
        for _ in range(20):
            session = SessionJournal(journal, f"session-{chance.getrandbits(48):012x}")
            for _ in range(3):
                shown = [
                    Impression(f"doc-{chance.randrange(10**6)}", rank, chance.random(), text(64))
                    for rank in range(1, 6)
                ]
                now = time.monotonic()
                session.search(text(8), shown, asked=now, served=served, reasoning=text(60))
                session.browse(shown[0].doc_id, text(1000), asked=now)
            session.end()
    journal.close()
    return sum(path.stat().st_size for path in folder.iterdir())


def _peak(folder: str) -> tuple[float, int]:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, folder], check=True, capture_output=True, text=True
    )
    kilobytes, sessions = done.stdout.split()
    return int(kilobytes) / 1e3, int(sessions)


if __name__ == "__main__":
    main()
