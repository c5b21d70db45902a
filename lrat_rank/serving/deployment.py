"""Which ranker serves which session: hot reload, and the arms of an A/B test.

A deployment is one loaded ranker. Deployments are changed by swapping one for another: a call keeps
the one it began with, and a deployment that was taken out of service is closed when its last call
is done.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.models.ranker import Ranker
from lrat_rank.serving.arms import NAMES, SERVING, check_shares, session_place
from lrat_rank.serving.calls_in_flight import CallsInFlight, close_ranker
from lrat_rank.serving.shadow import Shadow

_VERSION_BYTES = 6

Loader = Callable[[Path], Ranker]
Check = Callable[[Ranker], None]


@dataclass(frozen=True, eq=False, slots=True)
class Deployment:
    """One ranker in service.

    Attributes:
        ranker: Orders the candidates; None keeps the first stage's order.
        version: Tells rankers apart, also two that stood in the same folder; see `version_of`.
        folder: Where it was loaded from, if anywhere.
        arm: Of the A/B test; empty where there is none.
    """

    ranker: Ranker | None = None
    version: str = "first-stage"
    folder: Path | None = None
    arm: str = ""


class Reloaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a reload changed: versions by arm (`a` where there is no test), and the shadow's.

    Attributes:
        now: Versions in service.
        before: Versions that were.
    """

    now: Mapping[str, str]
    before: Mapping[str, str]

    @property
    def changed(self) -> bool:
        """Whether another ranker serves, in any arm or as the shadow."""
        return dict(self.now) != dict(self.before)


@dataclass(frozen=True, slots=True)
class _InService:
    """What is in service at one moment; never changed, only replaced."""

    serving: Deployment
    arms: tuple[tuple[Deployment, float], ...] = ()


class Deployments:
    """The rankers in service. Every method may be called from any thread.

    Args:
        serving: The ranker of all sessions that are in no arm.
        arms: Further rankers, each with the share of sessions it serves.
        shadow: A ranker that scores what others serve; see `Shadow`.
        load: Loads a ranker folder, for `reload`.
        check: Is given a ranker before it serves, to try and warm it; what it raises refuses it.
        load_shadow: Loads the shadow's ranker, where that must differ: a shadow must share nothing
            with what serves, no queue and no worker, or it would delay replies. `load` when None.

    Raises:
        InputError: A share is not above 0, or the shares exceed 1, or there are more than nine.
    """

    def __init__(
        self,
        serving: Deployment,
        *,
        arms: Sequence[tuple[Deployment, float]] = (),
        shadow: Shadow | None = None,
        load: Loader | None = None,
        check: Check | None = None,
        load_shadow: Loader | None = None,
    ) -> None:
        check_shares([share for _, share in arms])
        named = [(replace(arm, arm=name), share) for name, (arm, share) in zip(NAMES, arms)]  # noqa: B905
        serving = replace(serving, arm=SERVING) if named else serving
        self._now = _InService(serving, tuple(named))
        self.shadow = shadow
        self._load, self._check, self._load_shadow = load, check, load_shadow or load
        self._calls = CallsInFlight()
        self._reloading = threading.Lock()

    @classmethod
    def open(
        cls,
        load: Loader,
        folder: Path | str | None,
        *,
        arms: Sequence[tuple[Path | str, float]] = (),
        shadow: Path | str | None = None,
        check: Check | None = None,
        load_shadow: Loader | None = None,
    ) -> Deployments:
        """Load the rankers of a server from their folders.

        Args:
            load: Loads a ranker folder.
            folder: Of the ranker that serves; None for the first stage alone.
            arms: (folder, share) of further arms.
            shadow: Folder of the shadow's ranker.
            check: As for the class.
            load_shadow: As for the class.

        Raises:
            InputError: A folder holds no ranker, or a share is out of its range.
        """
        check_shares([share for _, share in arms])

        def deployed(place: Path | str, load: Loader = load) -> Deployment:
            return _loaded(Path(place), load, check)

        serving = Deployment() if folder is None else deployed(folder)
        return cls(
            serving,
            arms=[(deployed(place), share) for place, share in arms],
            shadow=None if shadow is None else Shadow(deployed(shadow, load_shadow or load)),
            load=load,
            check=check,
            load_shadow=load_shadow,
        )

    @property
    def serving(self) -> Deployment:
        """What serves the sessions that are in no further arm."""
        return self._now.serving

    @property
    def all(self) -> tuple[Deployment, ...]:
        """What serves, arm by arm; one where there is no test."""
        return (self._now.serving, *(arm for arm, _ in self._now.arms))

    @property
    def in_service(self) -> tuple[Deployment, ...]:
        """What serves, arm by arm, then the shadow's, where there is one."""
        return self.all if self.shadow is None else (*self.all, self.shadow.deployment)

    def for_session(self, session_id: str) -> Deployment:
        """The deployment of a session: the same one for the same id, in every process.

        A call that belongs to no session (an empty id) is in no arm; what serves answers it.
        """
        now = self._now
        if not now.arms:
            return now.serving
        if not session_id:
            return replace(now.serving, arm="")
        place = session_place(session_id)
        for arm, share in now.arms:
            if place < share:
                return arm
            place -= share
        return now.serving

    @contextmanager
    def using(self, session_id: str = "") -> Iterator[Deployment]:
        """The session's deployment, for one call: it is not closed before the call is done."""
        with self._calls.of(lambda: self.for_session(session_id)) as deployment:
            yield deployment

    def replace(self, new: Deployment) -> Deployment:
        """Serve with another ranker from the next call on; calls in flight finish on the old one.

        Returns:
            What served before.
        """
        with self._reloading:
            before = self._now
            new = replace(new, arm=before.serving.arm)
            self._put(replace(before, serving=new))
            return before.serving

    def reload(self, folder: Path | str | None = None) -> Reloaded:
        """Load rankers again and serve with them; all of them, or, where one fails, none.

        Args:
            folder: Of another ranker for what serves; None loads every folder in service again,
                those of the arms and the shadow too. A folder that has not changed is left.

        Raises:
            InputError: A ranker cannot be loaded or does not work; what served serves on. Or
                nothing was loaded from a folder, and none is given.
        """
        with self._reloading:
            before, told, loaded = self.in_service, self._versions(), list[Deployment]()
            if folder is None and not any(old.folder for old in before):
                raise InputError("ranker folder", must="given", got="none in service to load again")
            try:
                for old in before if folder is None else before[:1]:
                    loaded.append(self._again(old, folder))
            except LratRankError:
                for new in set(loaded).difference(before):
                    close_ranker(new.ranker)
                raise
            self._switch(loaded)
            return Reloaded(now=self._versions(), before=told)

    def close(self) -> None:
        """Stop the shadow and close the rankers that have something to close."""
        if self.shadow is not None:
            self.shadow.close()
        for deployment in self.all:
            self._calls.retire(deployment)

    def _versions(self) -> dict[str, str]:
        told = {one.arm or SERVING: one.version for one in self.all}
        if self.shadow is not None:
            told["shadow"] = self.shadow.deployment.version
        return told

    def _again(self, old: Deployment, folder: Path | str | None = None) -> Deployment:
        place = Path(folder) if folder is not None else old.folder
        if place is None:
            return old
        is_shadow = self.shadow is not None and old is self.shadow.deployment
        load = self._load_shadow if is_shadow else self._load
        if load is None:
            raise InputError("reload", must="given a loader of rankers", got="none")
        if place == old.folder and place.is_dir() and version_of(place) == old.version:
            return old
        return replace(_loaded(place, load, self._check), arm=old.arm)

    def _switch(self, loaded: Sequence[Deployment]) -> None:
        """Serve with these, in the order of `in_service`; further ones stay."""
        now = self._now
        arms = loaded[1 : len(now.arms) + 1] or [arm for arm, _ in now.arms]
        shares = [share for _, share in now.arms]
        self._put(_InService(loaded[0], tuple(zip(arms, shares, strict=True))))
        if self.shadow is not None and len(loaded) > len(shares) + 1:
            self.shadow.replace(loaded[-1])

    def _put(self, new: _InService) -> None:
        before, self._now = self.all, new
        for deployment in set(before).difference(self.all):
            self._calls.retire(deployment)


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


def _loaded(folder: Path, load: Loader, check: Check | None) -> Deployment:
    """A ranker from its folder, tried.

    Raises:
        InputError: It cannot be loaded, or fails when it is tried.
    """
    ranker: Ranker | None = None
    try:
        version = version_of(folder)
        ranker = load(folder)
        if check is not None:
            check(ranker)
        changed = version_of(folder) != version
    except LratRankError:
        close_ranker(ranker)
        raise
    except Exception as error:  # whatever a broken file makes a library say
        close_ranker(ranker)
        raise InputError(
            "ranker",
            must="a folder that loads and scores",
            got=f"{type(error).__name__}: {error}",
            where=folder,
        ) from error
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
