"""Which ranker serves which session: hot reload, and the arms of an A/B test.

Rankers are changed by swapping one deployment for another: a call keeps the one it began with, and
a deployment that was taken out of service is closed when its last call is done.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.serving.arms import NAMES, SERVING, check_shares, session_place
from lrat_rank.serving.calls_in_flight import CallsInFlight
from lrat_rank.serving.deployment import (
    Check,
    Deployment,
    Loader,
    close_ranker,
    load_deployment,
    version_of,
)
from lrat_rank.serving.shadow import Shadow


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
            return load_deployment(Path(place), load, check)

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
        now = self._now
        return (now.serving, *(arm for arm, _ in now.arms))

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

    def reload(self) -> Reloaded:
        """Load every folder in service again, and serve with all of them or, where one fails, none.

        The arms' and the shadow's are among them. A folder that has not changed is left alone.

        Raises:
            InputError: A ranker cannot be loaded or does not work; what served serves on. Or
                nothing in service came from a folder.
        """
        with self._reloading:
            before, told, loaded = self.in_service, self.versions(), list[Deployment]()
            if not any(old.folder for old in before):
                raise InputError("ranker folder", must="in service", got="none to load again")
            try:
                for old in before:
                    loaded.append(self._again(old))
            except LratRankError:
                for new in _without(loaded, before):
                    close_ranker(new.ranker)
                raise
            self._switch(loaded)
            return Reloaded(now=self.versions(), before=told)

    def close(self) -> None:
        """Stop the shadow and close the rankers that have something to close."""
        if self.shadow is not None:
            self.shadow.close()
        for deployment in _without(self.all, ()):
            self._calls.retire(deployment)

    def versions(self) -> dict[str, str]:
        """What serves by arm (`a` where there is no test), and the shadow's as `shadow`."""
        told = {one.arm or SERVING: one.version for one in self.all}
        if self.shadow is not None:
            told["shadow"] = self.shadow.deployment.version
        return told

    def _again(self, old: Deployment) -> Deployment:
        if old.folder is None or _is_unchanged(old, old.folder):
            return old
        is_shadow = self.shadow is not None and old is self.shadow.deployment
        load = self._load_shadow if is_shadow else self._load
        if load is None:
            raise InputError("reload", must="given a loader of rankers", got="none")
        return replace(load_deployment(old.folder, load, self._check), arm=old.arm)

    def _switch(self, loaded: Sequence[Deployment]) -> None:
        """Serve with these, which stand in the order of `in_service`."""
        serving, *others = loaded
        if self.shadow is not None:
            self.shadow.replace(others.pop())
        before = self.all
        shares = [share for _, share in self._now.arms]
        self._now = _InService(serving, tuple(zip(others, shares, strict=True)))
        for deployment in _without(before, self.in_service):
            self._calls.retire(deployment)


def _without(some: Sequence[Deployment], others: Sequence[Deployment]) -> list[Deployment]:
    """One deployment of each ranker that only `some` hold: a ranker may serve in several arms."""
    held = {id(one.ranker) for one in others}
    return list({id(one.ranker): one for one in some if id(one.ranker) not in held}.values())


def _is_unchanged(deployment: Deployment, folder: Path) -> bool:
    """Whether the folder holds what was loaded from it; loading says why it cannot be read."""
    try:
        return folder.is_dir() and version_of(folder) == deployment.version
    except OSError:
        return False
