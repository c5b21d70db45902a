"""Groups that must not be cut apart any more, because a list was joined from both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lrat_rank.mining.quality.digest import digest


@dataclass(frozen=True)
class JoinedGroups:
    """The groups that were joined.

    Attributes:
        made: The new groups, and the groups each was made of, in order.
    """

    made: dict[str, tuple[str, ...]]
    _new: dict[str, str]

    def of(self, group: str) -> str:
        """The group that a list of `group` belongs to now."""
        return self._new.get(group, group)


def joined_groups(together: Iterable[set[str]]) -> JoinedGroups:
    """Join groups that share a list, and those joined with them, however long the chain.

    Here a chain must be followed to its end: a list made of A and B and another made of B and C
    tie all three to one side of every split.

    Args:
        together: Each a set of groups that one list is made of.

    >>> joined = joined_groups([{"a"}, {"a", "b"}, {"b", "c"}, {"d"}])
    >>> list(joined.made.values()), joined.of("a") == joined.of("c"), joined.of("d")
    ([('a', 'b', 'c')], True, 'd')
    """
    parent: dict[str, str] = {}

    def root(group: str) -> str:
        while (above := parent.setdefault(group, group)) != group:
            parent[group] = group = parent[above]
        return group

    for groups in together:
        first, *others = sorted(groups)
        for other in others:
            parent[root(other)] = root(first)
    sets: dict[str, list[str]] = {}
    for group in sorted(parent):
        sets.setdefault(root(group), []).append(group)
    made = {f"joined-{digest(groups)}": tuple(groups) for groups in sets.values()}
    return JoinedGroups(made, {old: new for new, groups in made.items() for old in groups})
