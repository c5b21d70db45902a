"""What merging did, for JSON and for people."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.quality.merging import Merged


def counts(merged: Merged, read: int) -> dict[str, Any]:
    """The numbers of a merge.

    Args:
        merged: What came out.
        read: How many lists went in.
    """
    kinds = Counter(kind for conflict in merged.conflicts for kind in conflict.kinds)
    sizes = [len(cluster.members) for cluster in merged.clusters]
    return {
        "lists_read": read,
        "lists_written": len(merged.lists),
        "joined_lists": len(sizes),
        "joined_from": sum(sizes),
        "largest": max(sizes, default=0),
        "lists_with_several_gains": sum(map(_has_several_gains, merged.lists)),
        "lists_emptied": merged.emptied,
        "trajectories_without_question": len(merged.without_question),
        "groups_joined": sum(len(groups) for groups in merged.joined_groups.values()),
        "conflicts": dict(sorted(kinds.items())),
    }


def details(merged: Merged) -> dict[str, Any]:
    """Everything by name: what was joined, what disagreed, what was left out."""
    return {
        "clusters": [asdict(cluster) for cluster in merged.clusters],
        "conflicting_documents": [
            {
                "query_id": conflict.query_id,
                "doc_id": conflict.doc_id,
                "states": conflict.states,
                "became": conflict.became,
            }
            for conflict in merged.conflicts
        ],
        "joined_groups": merged.joined_groups,
        "without_question": merged.without_question,
    }


def lines(numbers: dict[str, Any]) -> list[str]:
    """The numbers of a merge for people, one fact a line."""
    told = [
        f"{numbers['lists_read']} lists read, {numbers['lists_written']} written",
        f"{numbers['joined_lists']} of them joined from {numbers['joined_from']} "
        f"(at most {numbers['largest']} into one); "
        f"{numbers['lists_with_several_gains']} hold several positive gains",
        *(f"conflict: {count} × {kind}" for kind, count in numbers["conflicts"].items()),
    ]
    worth_knowing = {
        "trajectories_without_question": "left out: {} × trajectory without a question",
        "lists_emptied": "left out: {} × list whose documents all conflict",
        "groups_joined": "groups joined, so that no split cuts a list: {}",
    }
    return told + [
        text.format(numbers[name]) for name, text in worth_knowing.items() if numbers[name]
    ]


def _has_several_gains(labelled: LabelledList) -> bool:
    return len({c.gain for c in labelled.candidates if c.gain}) > 1
