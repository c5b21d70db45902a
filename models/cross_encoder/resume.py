"""A training that was killed goes on where it last saved, and ends as if nothing had happened."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import msgspec
from safetensors.torch import load_file, save_file
from transformers import TrainerCallback

from lrat_rank.errors import InputError
from lrat_rank.files import read_json, write_json
from lrat_rank.models.cross_encoder.early_stopping import EarlyStopping
from lrat_rank.models.cross_encoder.processes import is_first, of_first, tell, wait_for_all
from lrat_rank.models.cross_encoder.progress import Progress

KIND = "cross-encoder-training"
_STATE, _PROGRESS, _BEST = "training.json", "progress.json", "best.safetensors"


class PartialState(msgspec.Struct, frozen=True, kw_only=True):
    """What `training.json` holds.

    Attributes:
        kind: "cross-encoder-training".
        fingerprint: Of all that decides how the training goes.
        precision: The number format that was chosen, since measuring again may choose another.
    """

    fingerprint: str
    precision: str
    kind: str = KIND


def partial_folder(out: Path) -> Path:
    """Where the training of a ranker keeps its checkpoints until it is done."""
    return out.with_name(f"{out.name}.partial")


def fingerprint_of(*parts: object) -> str:
    """A hash of what decides how a training goes; the parts are encoded as JSON."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(msgspec.json.encode(part))
        digest.update(b"\n")
    return digest.hexdigest()


class PartialTraining:
    """A training's scratch folder, beside the ranker's.

    A folder that an interrupted training with the same labels and options left is gone on with;
    one that a different training left is removed.

    Args:
        out: The ranker's folder.
        fingerprint: Of all that decides how the training goes.
        precision: The number format to train in.
        fresh: Whether to start anew whatever is there.

    Attributes:
        folder: The scratch folder.
        precision: What was chosen when the training began.

    Raises:
        InputError: Something else stands where the folder would.
    """

    def __init__(self, out: Path, fingerprint: str, precision: str, *, fresh: bool = False) -> None:
        self.folder = partial_folder(out)
        self.precision = precision
        found = self._found()
        if found is not None and (fresh or found.fingerprint != fingerprint):
            tell(f"Starting anew; removing {self.folder}, which another training left.")
            found = None
        elif found is not None:
            self.precision = found.precision
        wait_for_all()
        if found is None and is_first():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            state = PartialState(fingerprint=fingerprint, precision=precision)
            write_json(self.folder / _STATE, state)
        wait_for_all()

    def phase(self, name: str) -> Phase:
        """The checkpoints of one part of the training."""
        return Phase(self.folder / name)

    def remove(self) -> None:
        """Remove the folder, in one process."""
        if is_first():
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def holds_something(self) -> bool:
        """Whether there is anything to go on with."""
        return any(_whole(folder) for folder in self.folder.glob("*/checkpoint-*"))

    def _found(self) -> PartialState | None:
        if not self.folder.exists():
            return None
        try:
            return msgspec.convert(read_json(self.folder / _STATE), PartialState)
        except (InputError, msgspec.ValidationError) as error:
            raise InputError(
                "scratch folder of the training",
                must="new, or left by an interrupted training",
                got="something else",
                where=self.folder,
                do="Choose another --out, or remove it yourself.",
            ) from error


class Phase:
    """The checkpoints of one part of a training.

    Attributes:
        folder: Where they lie.
        latest: The newest whole one; None before the first.
        progress: What it says; a new one's where there is none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        whole = [one for one in folder.glob("checkpoint-*") if _whole(one)]
        newest = max(whole, key=lambda one: int(one.name.rsplit("-", 1)[1]), default=None)
        self.latest: Path | None = of_first(newest)
        self.progress = Progress()
        if self.latest is not None:
            self.progress = msgspec.convert(read_json(self.latest / _PROGRESS), Progress)

    def load_best(self, stopping: EarlyStopping) -> None:
        """Give back the best weights that were known when the newest checkpoint was written."""
        if self.latest is not None:
            stopping.best = load_file(self.latest / _BEST)


class Checkpoints(TrainerCallback):
    """Completes each of the Trainer's checkpoints with the progress and the best weights.

    Args:
        progress: As it stands.
        stopping: Knows the best weights; None where nothing is evaluated.
    """

    def __init__(self, progress: Progress, stopping: EarlyStopping | None) -> None:
        self._progress, self._stopping = progress, stopping

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Write them; the progress last, for a checkpoint without it was cut short."""
        wait_for_all()
        if is_first():
            folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            if self._stopping is not None:
                save_file(self._stopping.best, folder / _BEST)
            self._progress.ended = bool(control.should_training_stop)
            write_json(folder / _PROGRESS, self._progress)


def _whole(checkpoint: Path) -> bool:
    return (checkpoint / _PROGRESS).is_file()
