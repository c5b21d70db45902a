"""What `guard.json` holds, how it is learned, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.files import write_json
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.blending.choice import Choice
from lrat_rank.models.blending.validation import USE_DEPTH, validation_lists
from lrat_rank.models.group_splits import check_groups_apart
from lrat_rank.models.guard.blend import learn_blend
from lrat_rank.models.guard.corpus import CorpusProfile
from lrat_rank.models.guard.shift import ShiftCheck, fit_shift_check
from lrat_rank.models.guard.signature import signatures
from lrat_rank.models.ranker import CandidateList, Ranker
from lrat_rank.models.versioned_record import read_versioned

GUARD = "guard.json"
VERSION = 1


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """How far a ranker is to be believed.

    Attributes:
        blend: The ranker's share where trust is full, in [0, 1]; 0 is the first stage alone.
        shift: Tells queries unlike those of training.
        corpus: Tells collections unlike the one of training.
        validation: What each blend reached; None where no validation lists were given, and the
            blend was not learned.
        kind: "guard".
        version: Of this record's form.
    """

    blend: float
    shift: ShiftCheck
    corpus: CorpusProfile
    validation: Choice | None = None
    kind: str = "guard"
    version: int = VERSION

    def __post_init__(self) -> None:
        if not 0 <= self.blend <= 1:
            raise InputError("guard blend", must="in [0, 1]", got=self.blend)


def learn_guard(
    ranker: Ranker,
    lists: Sequence[LabelledList],
    index: FeatureSource,
    validation: Sequence[LabelledList] | None = None,
    *,
    depth: int = USE_DEPTH,
) -> Guard:
    """Learn a guard for a ranker.

    Args:
        ranker: Trained on `lists` and over `index`.
        lists: The lists it was trained on; the shift check remembers what their queries are like.
        index: The index of their documents.
        validation: Lists of groups it was not trained on, which choose the blend; without them the
            ranker keeps its full share.
        depth: How long validation lists are made with the first stage's documents.

    Raises:
        InputError: The lists are of fewer than two groups, a group is in both sets, or no
            validation list orders anything.

    Example:
        guard = learn_guard(ranker, training, index, held_out)
        write_guard("out/lightgbm", guard)
    """
    queries = [CandidateList(one.query_id, one.query, (), one.context) for one in lists]
    shift = fit_shift_check(signatures(index, queries), [one.group for one in lists])
    blend, choice = 1.0, None
    if validation is not None:
        check_groups_apart(lists, validation)
        usable = validation_lists(validation, index, depth=depth)
        wholes = [one.whole for one in usable]
        priors = first_stage_prior(index, wholes)
        blend, choice = learn_blend(usable, priors, ranker.score(wholes))
    return Guard(blend=blend, shift=shift, corpus=CorpusProfile.of(index), validation=choice)


def write_guard(folder: Path | str, guard: Guard) -> None:
    """Put a guard beside a ranker; an older one is replaced."""
    write_json(Path(folder) / GUARD, guard)


def read_guard(folder: Path | str) -> Guard | None:
    """The guard of a ranker folder; None where there is none.

    Raises:
        InputError: It is damaged, or of another version.
    """
    path = Path(folder) / GUARD
    if not path.is_file():
        return None
    do = "Make it again with: lrat-rank guard, or load with --no-guard"
    return read_versioned(path, Guard, "guard", version=VERSION, what="guard", do=do)
