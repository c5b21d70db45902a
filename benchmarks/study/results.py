"""Results on disk: a line of JSON for each training, so that a stopped study goes on."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from lrat_rank.progress import say

Key = tuple[str, str, int, int]
"""Arm, ranker, seed and fold: what is tested."""

Notes = dict[str, float | str | bool]
"""What a ranker said of itself: trees, blend, gate, and the like."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one training reached.

    Attributes:
        arm: Its name.
        ranker: Its kind.
        seed: Of the training; and of the folds, where each seed has its own.
        fold: That was tested.
        made_with: What it depends on beside these, as `fingerprint` gives it.
        values: Task → query → nDCG@10.
        lists: Labelled lists that could be learned from.
        seconds: That training and testing took.
        notes: Of the ranker.
    """

    arm: str
    ranker: str
    seed: int
    fold: int
    values: dict[str, dict[str, float]]
    lists: int
    seconds: float
    notes: Notes = {}
    made_with: str = ""

    @property
    def key(self) -> Key:
        """Of the training it is the result of."""
        return self.arm, self.ranker, self.seed, self.fold


def fingerprint(*told: object) -> str:
    """A short hash of what all results of a study depend on."""
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]


class Results:
    """The results of a study, in a file that is only added to.

    Args:
        path: Of the file.
        made_with: Added to every line; lines made with something else are passed over.
    """

    def __init__(self, path: Path, made_with: str) -> None:
        self._path, self._made_with = path, made_with
        self._found: dict[Key, Result] = {}
        passed_over = 0
        for line in path.read_bytes().splitlines() if path.is_file() else ():
            try:
                one = msgspec.json.decode(line, type=Result)
            except msgspec.MsgspecError:
                continue  # where a study was killed
            if one.made_with == made_with:
                self._found[one.key] = one
            else:
                passed_over += 1
        if passed_over:
            say(f"{path}: {passed_over} results were made with other options; they do not count")

    def __contains__(self, key: Key) -> bool:
        return key in self._found

    def tasks(self, key: Key) -> frozenset[str]:
        """What a result tells of; nothing where it is not there."""
        return frozenset(self._found[key].values) if key in self._found else frozenset()

    def keys(self) -> frozenset[Key]:
        """Of all results."""
        return frozenset(self._found)

    def add(self, result: Result) -> None:
        """Write a result down at once."""
        result = msgspec.structs.replace(result, made_with=self._made_with)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                file.write(b"" if file.read(1) == b"\n" else b"\n")
            file.write(msgspec.json.encode(result) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._found[result.key] = result

    def of(self, arm: str, ranker: str) -> list[Result]:
        """The results of an arm for a ranker, by seed and fold."""
        found = [one for one in self._found.values() if (one.arm, one.ranker) == (arm, ranker)]
        return sorted(found, key=lambda one: (one.seed, one.fold))

    def seconds(self) -> float:
        """Of all trainings together."""
        return sum(one.seconds for one in self._found.values())
