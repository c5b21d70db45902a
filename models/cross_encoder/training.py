"""Training the cross-encoder on labelled lists, with the Hugging Face Trainer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder, fingerprint
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cross_encoder.continuing import continued
from lrat_rank.models.cross_encoder.distillation import Objective
from lrat_rank.models.cross_encoder.held_out import Material, gather_material
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.job import Job
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.processes import count, is_first, of_first, wait_for_all
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker, Documents, as_source
from lrat_rank.models.cross_encoder.resume import PartialTraining, fingerprint_of
from lrat_rank.models.cross_encoder.run_options import RunOptions
from lrat_rank.models.cross_encoder.trainer import trainer_arguments
from lrat_rank.models.offline import checkpoint
from lrat_rank.models.precision import Precision
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.ranker_folder import RECORD
from lrat_rank.models.usable_lists import UsableList


def train_cross_encoder(
    lists: Sequence[LabelledList],
    documents: Documents,
    *,
    out: Path | str,
    options: CrossEncoderOptions | None = None,
    validation: Sequence[LabelledList] | None = None,
    teacher: Ranker | None = None,
    run: RunOptions | None = None,
) -> CrossEncoderRanker:
    """Train on labelled lists and write the ranker into a folder.

    Masked candidates and candidates without a text are left out; lists in which nothing is left to
    order are dropped; `ranker.json` counts both. The same seed gives the same model on the same
    machine, also when the training is killed and run again, and, but for rounding, when several
    processes share it under `torchrun`.

    Args:
        lists: The labels.
        documents: Texts by doc_id; an index, unless `options.anchor` is off.
        out: Folder to write; an older ranker there is replaced.
        options: How to train.
        validation: Lists whose nDCG decides when to stop and which step is kept; they share no
            group with `lists`. When None, some of the labels' groups where there are enough; an
            empty sequence for none.
        teacher: A ranker to learn from beside the labels, as `options.distillation` says.
        run: What is done beside training.

    Returns:
        The ranker, as loaded from the folder.

    Raises:
        InputError: Fewer than two lists order anything, the base is no checkpoint, the training
            diverges, or, with `run.strict`, the model fails its gate.
    """
    options = options or CrossEncoderOptions()
    material = gather_material(lists, validation, documents, as_source(documents), options)
    return train_on(material, lists, documents, out=out, options=options, teacher=teacher, run=run)


def train_on(
    material: Material,
    labelled: Sequence[LabelledList],
    documents: Documents,
    *,
    out: Path | str,
    options: CrossEncoderOptions,
    teacher: Ranker | None = None,
    run: RunOptions | None = None,
) -> CrossEncoderRanker:
    """As `train_cross_encoder`, on lists that have been gathered.

    Args:
        material: The lists.
        labelled: The labels they come from, which say what a group knows of a document.
        documents: Texts by doc_id; an index, unless `options.anchor` is off.
        out: Folder to write.
        options: How to train.
        teacher: A ranker to learn from beside the labels.
        run: What is done beside training.

    Raises:
        InputError: As there.
    """
    run, out, options = run or RunOptions(), Path(out).resolve(), continued(options)
    objective = Objective(options.loss, options.distillation)
    source = as_source(documents)
    if options.anchor and source is None:
        raise InputError(
            "anchor", must="used with an index", got="texts alone", do="Turn it off, or index them."
        )
    with tempfile.TemporaryDirectory() as nowhere:
        # From here on the processes of a torchrun know one another.
        device = trainer_arguments(options, nowhere).device
    precision = of_first(Precision.parse(options.precision).resolve(device))
    # Opened before the work, so that a folder that may not be replaced is refused now and not then.
    with _output(out) as new:
        found = _fingerprint(options, material, labelled, documents, teacher)
        partial = PartialTraining(out, found, precision, fresh=run.fresh)
        job = Job(
            options=options,
            run=run,
            material=material,
            documents=documents,
            source=source,
            labelled=labelled,
            objective=objective,
            teacher=teacher,
            device=device,
        )
        try:
            ranker = job.train(partial)
            if is_first():
                ranker.save(new)
        except BaseException as error:
            if isinstance(error, InputError) or not partial.holds_something:
                partial.remove()
            raise
    partial.remove()
    wait_for_all()
    return CrossEncoderRanker.load(
        out, documents, options=ScoringOptions(precision=options.precision)
    )


@contextmanager
def _output(out: Path) -> Iterator[Path]:
    """The folder to write into; only the first process's becomes the ranker's."""
    if is_first():
        with atomic_folder(out, marker=RECORD) as new:
            yield new
    else:
        with tempfile.TemporaryDirectory() as nowhere:
            yield Path(nowhere)


def _fingerprint(
    options: CrossEncoderOptions,
    material: Material,
    labelled: Sequence[LabelledList],
    documents: Documents,
    teacher: Ranker | None,
) -> str:
    """Of all that decides how the training goes."""
    import torch

    base, index = checkpoint(options.base), getattr(documents, "folder", None)
    taught = teacher.score([one.judged for one in material.used[:1]]) if teacher else []
    return fingerprint_of(
        options,
        list(labelled),
        fingerprint(index) if index is not None else None,
        [_said(one) for one in material.used],
        [_said(one) for one in material.held],
        sorted(material.readings.items()),
        fingerprint(Path(base)) if Path(base).is_dir() else base,
        [scores.tolist() for scores in taught],
        [count(), str(torch.__version__)],
    )


def _said(one: UsableList) -> list[object]:
    values = (getattr(one, field.name) for field in fields(one))
    return [value.tolist() if isinstance(value, np.ndarray) else value for value in values]
