"""Mining speed and memory.

    python benchmarks/mining_speed.py [--trajectories 24000] [--workers 2] [--rounds 3]
    python benchmarks/mining_speed.py --gigabytes 5 [--workers 2]

The first form repeats the files of the shared LRAT runs and mines them with the policy `reference`,
every browse taken for relevant, and the packaged MiniLM's fast tokenizer counting tokens. It
prints trajectories a second, from paths to finished files; exits with 1 below 6,000. The builder
published with the paper does about 600 a second on one core for the same work (a figure that was
measured elsewhere, not here). Words repeat between the copies, which suits the tokenizer's memory
of words; `--varied` gives every copy words of its own instead, and prints what that costs.

The second form writes so many gigabytes of generated runs as one JSON Lines file, mines them with
the defaults, and prints the most memory that all processes held together; exits with 1 above
600 MB.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from lrat_rank.mining.options import MiningOptions
from lrat_rank.models.offline import OFFLINE, checkpoint
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.pipeline.mining_plan import JobOptions

LEAST_SPEED = 6000
MOST_MEMORY = 600
RUNS = Path("../shared/data/trajectories/lrat")
FILES_IN_A_FOLDER = 1000
WORD = re.compile(rb"(?<![\w\\])[a-z]{5,}")


def copies(folder: Path, count: int, *, varied: bool) -> None:
    """`count` files in `folder`, the shared runs over and over."""
    runs = [path.read_bytes() for path in sorted(RUNS.glob("*.json"))]
    rng = random.Random(0)
    for number in range(count):
        inside = folder / f"{number // FILES_IN_A_FOLDER:03}"
        inside.mkdir(parents=True, exist_ok=True)
        data = runs[number % len(runs)]
        if varied:
            data = WORD.sub(lambda found: _other(found[0], rng), data)
        (inside / f"{number:06}.json").write_bytes(data)


def _other(word: bytes, rng: random.Random) -> bytes:
    """One word in ten gets a letter changed: about the rate of new words in real text."""
    if rng.random() > 0.1 or word in (b"query", b"docid", b"search", b"result", b"reasoning"):
        return word
    at = rng.randrange(len(word))
    return word[:at] + rng.choice(b"abcdefghijklmnopqrstuvwxyz").to_bytes() + word[at + 1 :]


def generated(size: int) -> Iterator[bytes]:
    """Runs of a BrowseComp-Plus shape, a line each, until `size` bytes have come."""
    rng = random.Random(0)
    words = [f"word{number}" for number in range(20_000)]
    texts = {
        length: [" ".join(rng.choices(words, k=length)) for _ in range(500)]
        for length in (8, 20, 64, 150, 500)
    }
    number = 0
    while size > 0:
        line = json.dumps(_run(number, texts, rng)).encode() + b"\n"
        yield line
        size -= len(line)
        number += 1


def _run(number: int, texts: dict[int, list[str]], rng: random.Random) -> dict[str, object]:
    """A run put together from ready texts, chosen by their length in words."""

    def text(length: int) -> str:
        return rng.choice(texts[length])

    steps: list[dict[str, object]] = []
    for _ in range(rng.randint(2, 8)):
        shown = [{"docid": str(rng.randrange(10**6)), "snippet": text(64)} for _ in range(10)]
        steps.append(_call("search", {"query": text(8)}, shown))
        opened = shown[rng.randrange(3)]["docid"]
        steps.append(_call("get_document", {"docid": opened}, {"docid": opened, "text": text(500)}))
        steps.append({"type": "reasoning", "output": f"The page states {text(150)}."})
    return {
        "query_id": str(number),
        "query": text(20),
        "metadata": {"model": "generated"},
        "status": "completed",
        "result": steps,
    }


def _call(tool: str, arguments: object, output: object) -> dict[str, object]:
    return {"type": "tool_call", "tool_name": tool, "arguments": arguments, "output": output}


def speed(folder: Path, count: int, workers: int) -> float:
    """Trajectories a second, from paths to finished files."""
    options = MiningOptions.named(
        policy="reference", judge="none", tokenizer_name=str(checkpoint(OFFLINE))
    )
    started = time.perf_counter()
    result = mine_files(
        [folder / "logs"], folder / "labels.jsonl", options, job=JobOptions(workers=workers)
    )
    seconds = time.perf_counter() - started
    assert result.report.trajectories == count, result.report.trajectories
    return count / seconds


def most_memory(work: Callable[[], object]) -> float:
    """The most megabytes that this process and its children held together while working."""
    done, most = threading.Event(), 0.0

    def watch() -> None:
        nonlocal most
        while not done.wait(0.05):
            most = max(most, _held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    done.set()
    watcher.join()
    return most


def _held() -> float:
    me = psutil.Process()
    total = 0
    for process in (me, *me.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def main() -> int:
    """Run one form and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trajectories", type=int, default=24_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--varied", action="store_true")
    parser.add_argument("--gigabytes", type=float)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {options.workers} workers")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.gigabytes:
            return _memory(folder, options.gigabytes, options.workers)
        if not RUNS.is_dir():
            print(f"needs the shared runs ({RUNS}), which are not here")
            return 0
        copies(folder / "logs", options.trajectories, varied=options.varied)
        speeds = [
            speed(folder, options.trajectories, options.workers) for _ in range(options.rounds)
        ]
    told = ", ".join(f"{figure:,.0f}" for figure in speeds)
    print(f"trajectories a second: {told}; median {statistics.median(speeds):,.0f}")
    return int(statistics.median(speeds) < LEAST_SPEED)


def _memory(folder: Path, gigabytes: float, workers: int) -> int:
    """The second form. The logs are written by another process, whose memory is not counted."""
    logs = folder / "logs.jsonl"
    writer = multiprocessing.get_context("spawn").Process(
        target=_write, args=(logs, int(gigabytes * 1e9))
    )
    writer.start()
    writer.join()
    job = JobOptions(workers=workers)
    started = time.perf_counter()
    most = most_memory(lambda: mine_files([logs], folder / "labels.jsonl", job=job))
    seconds = time.perf_counter() - started
    print(
        f"{logs.stat().st_size / 1e9:.1f} GB in {seconds:.0f} s; "
        f"all processes together held at most {most:.0f} MB"
    )
    return int(most > MOST_MEMORY)


def _write(path: Path, size: int) -> None:
    with path.open("wb") as out:
        out.writelines(generated(size))


if __name__ == "__main__":
    sys.exit(main())
