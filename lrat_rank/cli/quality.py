"""`lrat-rank merge`, `lrat-rank split` and `lrat-rank validate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit, split_values

PARTS = "train=0.8 validation=0.1 test=0.1"
LabelsArgument = Annotated[Path, typer.Argument(help="Labelled-list file.")]


def merge(
    labels: LabelsArgument,
    by: Annotated[
        str, typer.Option(help="session (one list a trajectory) or query (near-duplicate queries).")
    ],
    out: Annotated[Path, typer.Option("--out", help="Labelled-list file to write.")],
    similarity: Annotated[
        str, typer.Option(help="Of queries: exact (normalised text), minhash or embedding.")
    ] = "exact",
    threshold: Annotated[
        float, typer.Option(help="Least Jaccard similarity (minhash) or cosine (embedding).")
    ] = 0.8,
    shingles: Annotated[
        str, typer.Option(help="What minhash compares: words or characters.")
    ] = "words",
    encoder: Annotated[
        str, typer.Option(help="For embedding: offline, a folder, or a hub name.")
    ] = "offline",
    conflicts: Annotated[
        str,
        typer.Option(help="Relevant here and negative there is: relevant, majority or drop."),
    ] = "relevant",
    across_groups: Annotated[
        bool,
        typer.Option("--across-groups", help="Join lists of different groups, and the groups."),
    ] = False,
    grade_levels: Annotated[int, typer.Option(help="At most so many grades, 0 included.")] = 32,
    as_json: JsonOption = False,
) -> None:
    """Merge the lists of a trajectory, or those of near-duplicate queries."""
    from lrat_rank.mining.quality.merge_report import lines
    from lrat_rank.mining.quality.query_options import QueryOptions
    from lrat_rank.pipeline.quality import MergeBy, merge_file
    from lrat_rank.registry import one_of

    options = QueryOptions.named(
        similarity=similarity,
        threshold=threshold,
        shingles=shingles,
        conflicts=conflicts,
        across_groups=across_groups,
    )
    result = merge_file(
        labels,
        out,
        by=one_of(MergeBy, by, "--by"),
        options=options,
        encoder=encoder,
        grade_levels=grade_levels,
    )
    files = {
        "labels": str(result.labels),
        "gains": str(result.gains),
        "report_file": str(result.report_file),
    }
    told = [*lines(result.numbers), f"Wrote {', '.join(files.values())}."]
    emit({**files, **result.numbers}, told, as_json=as_json)


def split(
    labels: LabelsArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
    parts: Annotated[
        list[str] | None, typer.Option(help=f"Name and share of each part [default: {PARTS}].")
    ] = None,
    salt: Annotated[str, typer.Option(help="Another salt is another split.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Split labels by group, so that no question is in two parts, now or when data is added."""
    from lrat_rank.mining.quality.partition import Partition
    from lrat_rank.pipeline.quality import split_file

    result = split_file(labels, out, Partition.parse(split_values(parts or [PARTS]), salt))
    record = {"folder": str(result.folder), **result.to_dict()}
    emit(record, result.lines(), as_json=as_json)


def validate(
    labels: Annotated[
        list[Path], typer.Argument(help="Labelled-list files; several are checked for leaks too.")
    ],
    near: Annotated[
        float | None,
        typer.Option(help="Leaks: also texts of this Jaccard similarity of words, such as 0.8."),
    ] = None,
    most: Annotated[int, typer.Option(help="So many problems of a kind are told in full.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Check labels to their end: every fault, what they hold, and what two files share.

    Exit code 2 where a file breaks its contract; 0 with warnings alone.
    """
    from lrat_rank.pipeline.quality import validate_files

    result = validate_files(labels, near=near, most=most)
    emit(result.to_dict(), result.lines(), as_json=as_json)
    if result.faults:
        raise typer.Exit(2)
