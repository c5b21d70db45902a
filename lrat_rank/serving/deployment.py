"""One ranker in service: loaded from its folder, tried, told apart from others, and closed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.models.ranker import Ranker

_LOG = logging.getLogger(__name__)
_VERSION_BYTES = 6

Loader = Callable[[Path], Ranker]
"""Loads a ranker folder."""
Check = Callable[[Ranker], None]
"""Tries and warms a ranker before it serves; what it raises refuses the ranker."""


@dataclass(frozen=True, eq=False, slots=True)
class Deployment:
    """One ranker in service.

    Attributes:
        ranker: Orders the candidates; None keeps the first stage's order.
        version: Tells rankers apart, also two that stood in the same folder; see `version_of`.
        folder: Where it was loaded from, if anywhere.
        arm: Of the A/B test; empty where there is none.
        identity: Equal to no other deployment's, but for its copies with another arm. It does not
            keep the ranker in memory.
    """

    ranker: Ranker | None = None
    version: str = "first-stage"
    folder: Path | None = None
    arm: str = ""
    identity: object = field(default_factory=object, repr=False)


def load_deployment(folder: Path, load: Loader, check: Check | None) -> Deployment:
    """A ranker from its folder, tried.

    Args:
        folder: Where it lies; it must not change meanwhile.
        load: Loads it.
        check: Tries it, if it is to be tried.

    Raises:
        InputError: It cannot be loaded, or fails when it is tried.
    """
    ranker: Ranker | None = None
    try:
        with trying(folder):
            version = version_of(folder)
            ranker = load(folder)
            if check is not None:
                check(ranker)
            changed = version_of(folder) != version
    except LratRankError:
        close_ranker(ranker)
        raise
    if changed:
        close_ranker(ranker)
        raise InputError(
            "ranker",
            must="a folder at rest",
            got="files that changed while they were read",
            where=folder,
            do="Write the folder elsewhere and rename it into its place.",
        )
    return Deployment(ranker, version, folder)


@contextmanager
def trying(folder: Path | None) -> Iterator[None]:
    """Says in one line, and of which folder, why its ranker does not load or score.

    Raises:
        InputError: Something that is no error of ours was raised.
    """
    try:
        yield
    except LratRankError:
        raise
    except Exception as error:  # whatever a broken file makes a library say
        raise InputError(
            "ranker",
            must="a folder that loads and scores",
            got=f"{type(error).__name__}: {error}",
            where=folder,
        ) from error


def version_of(folder: Path) -> str:
    """A short fingerprint of a ranker folder: of the names and the bytes of its files.

    Raises:
        OSError: A file cannot be read.
    """
    whole = hashlib.blake2b(digest_size=_VERSION_BYTES)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "blake2b").digest()
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + digest)
    return whole.hexdigest()


def close_ranker(ranker: object) -> None:
    """Close a ranker that holds threads or the like; most have nothing to close.

    It does not raise: whoever had the ranker's last call has nothing to do with how it ends.
    """
    close = getattr(ranker, "close", None)
    if callable(close):
        try:
            close()
        except Exception:
            _LOG.exception("a ranker that left service could not be closed")
