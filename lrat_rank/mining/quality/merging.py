"""Labelled lists merged: those of one trajectory, or those of near-duplicate queries.

Both make lists with several grades, which a loss over differences of gain can use, from lists that
mostly have one relevant document.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from msgspec.structs import replace

from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import Context, LabelledList
from lrat_rank.mining.quality.balance import balanced
from lrat_rank.mining.quality.digest import digest
from lrat_rank.mining.quality.groups import joined_groups
from lrat_rank.mining.quality.join import (
    Conflict,
    Conflicts,
    by_best_rank,
    by_first_showing,
    canonical,
    join,
)
from lrat_rank.mining.quality.nearness import (
    Near,
    Similarity,
    Vectors,
    leaders_by_minhash,
    leaders_by_text,
    leaders_by_vectors,
)
from lrat_rank.mining.quality.query_options import QueryOptions
from lrat_rank.mining.quality.wording import normal_text

SESSION = "-session"
"""What the query_id of a session list ends in."""


@dataclass(frozen=True)
class Cluster:
    """Lists that became one.

    Attributes:
        query_id: Of the joined list.
        query: Of the joined list.
        members: The query_ids of the lists, in the order they were joined.
        queries: The distinct queries of the lists.
    """

    query_id: str
    query: str
    members: tuple[str, ...]
    queries: tuple[str, ...]


@dataclass
class Merged:
    """What merging gives.

    Attributes:
        lists: The lists, in the order in which the first of each stood in the file.
        grade_table: Fitted to their gains.
        clusters: The lists that were joined from several.
        conflicts: The documents that joined lists disagreed on.
        joined_groups: The new groups, and the groups each was made of.
        without_question: Trajectories that gave no session list, for want of a question.
        emptied: Joined lists left out because every document was dropped.
    """

    lists: list[LabelledList]
    grade_table: GradeTable
    clusters: list[Cluster] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    joined_groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    without_question: list[str] = field(default_factory=list)
    emptied: int = 0


def merge_sessions(
    lists: Sequence[LabelledList],
    *,
    conflicts: Conflicts = Conflicts.RELEVANT,
    grade_levels: int = 32,
) -> Merged:
    """One list a trajectory, under its question.

    Documents stand in the order in which the agent first saw them. The list knows nothing of what
    the agent did, since the question comes before the first search; its turn is that of the first
    list. Trajectories whose lists hold no question give none.
    """
    trajectories: dict[str, list[LabelledList]] = defaultdict(list)
    for one in lists:
        trajectories[one.trajectory_id].append(one)
    sets = [sorted(members, key=canonical) for members in trajectories.values()]
    groups = joined_groups({one.group for one in members} for members in sets)
    merged = Merged([], GradeTable((0.0,)), joined_groups=groups.made)
    for members in sets:
        first = members[0]
        question = next((one.context.question for one in members if one.context.question), None)
        if question is None:
            merged.without_question.append(first.trajectory_id)
            continue
        session, found = join(
            members,
            query_id=f"{first.trajectory_id}{SESSION}",
            query=question,
            order=by_first_showing,
            conflicts=conflicts,
        )
        context = Context(turn=first.context.turn, question=question, recorded=False)
        session = replace(session, context=context, group=groups.of(first.group))
        _keep(merged, members, session, found)
    return _graded(merged, grade_levels)


def merge_queries(
    lists: Sequence[LabelledList],
    options: QueryOptions | None = None,
    *,
    vectors: Mapping[str, Vectors] | None = None,
    grade_levels: int = 32,
) -> Merged:
    """Lists of near-duplicate queries made one list; all others stay as they are.

    The normal texts of a scope (a group, or the file with `across_groups`) are gone through from
    the most frequent to the rarest, ties by the text itself, and follow the nearest leader (see
    `nearness`); lists whose texts have one leader are joined under its query, as it is most often
    written. Nothing of this depends on where a list stands in the file.

    Args:
        lists: Of one file; query_ids are unique.
        options: When queries are near-duplicates, and what follows.
        vectors: For `embedding`: a vector of unit length for the normal text of each query.
        grade_levels: At most so many grades, 0 included.
    """
    options = options or QueryOptions()
    clusters = _clusters(lists, options, vectors or {})
    groups = joined_groups({one.group for one in members} for _, members in clusters)
    merged = Merged([], GradeTable((0.0,)), joined_groups=groups.made)
    for query, members in clusters:
        only = members[0]
        if len(members) == 1:
            merged.lists.append(replace(only, group=groups.of(only.group)))
            continue
        joined, found = join(
            members,
            query_id=f"merged-{digest(one.query_id for one in members)}",
            query=query,
            order=by_best_rank,
            conflicts=options.conflicts,
        )
        trajectories = {one.trajectory_id for one in members}
        several = f"merged-{digest(trajectories)}"
        joined = replace(
            joined,
            trajectory_id=several if len(trajectories) > 1 else only.trajectory_id,
            group=groups.of(only.group),
        )
        _keep(merged, members, joined, found)
    return _graded(merged, grade_levels)


def _most_written(lists: Iterable[LabelledList]) -> str:
    counts = Counter(one.query for one in lists)
    return min(counts, key=lambda query: (-counts[query], query))


def _clusters(
    lists: Sequence[LabelledList], options: QueryOptions, vectors: Mapping[str, Vectors]
) -> list[tuple[str, list[LabelledList]]]:
    """(query, lists in canonical order), in the order of the first list of each."""
    scopes: dict[str, dict[str, list[LabelledList]]] = defaultdict(lambda: defaultdict(list))
    for one in lists:
        scope = "" if options.across_groups else one.group
        scopes[scope][normal_text(one.query)].append(one)
    clusters: list[tuple[str, list[LabelledList]]] = []
    for texts in scopes.values():
        order = sorted(texts, key=lambda text: (-len(texts[text]), text))
        leaders = _near(options, vectors)(order)
        members: dict[str, list[LabelledList]] = defaultdict(list)
        for text, leader in zip(order, leaders, strict=True):
            members[order[leader]] += texts[text]
        for leading, joined in members.items():
            clusters.append((_most_written(texts[leading]), sorted(joined, key=canonical)))
    places = {one.query_id: place for place, one in enumerate(lists)}
    return sorted(clusters, key=lambda cluster: min(places[one.query_id] for one in cluster[1]))


def _near(options: QueryOptions, vectors: Mapping[str, Vectors]) -> Near:
    if options.similarity is Similarity.MINHASH:
        return partial(leaders_by_minhash, threshold=options.threshold, kind=options.shingles)
    if options.similarity is Similarity.EMBEDDING:
        return lambda texts: leaders_by_vectors(
            texts, np.stack([vectors[text] for text in texts]), threshold=options.threshold
        )
    return leaders_by_text


def _keep(
    merged: Merged, members: Sequence[LabelledList], joined: LabelledList, found: list[Conflict]
) -> None:
    merged.conflicts += found
    if not joined.candidates and any(one.candidates for one in members):
        merged.emptied += 1
        return
    merged.lists.append(joined)
    if len(members) > 1:
        ids = tuple(one.query_id for one in members)
        queries = tuple(dict.fromkeys(one.query for one in members))
        merged.clusters.append(Cluster(joined.query_id, joined.query, ids, queries))


def _graded(merged: Merged, levels: int) -> Merged:
    """With weights balanced, and grades fitted to the gains there are now."""
    gains = (c.gain for one in merged.lists for c in one.candidates)
    table = merged.grade_table = GradeTable.fit(gains, levels=levels)
    merged.lists = [
        replace(
            one,
            candidates=tuple(replace(c, grade=table.grade(c.gain)) for c in one.candidates),
        )
        for one in balanced(merged.lists)
    ]
    return merged
