"""The file that says that a folder is an export of ours, and what it holds."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.files import write_json
from lrat_rank.mining.exports.base import ExportSummary

MANIFEST = "export.json"
FORMAT = "lrat-rank-export"


def write_manifest(folder: Path, target: str, summary: ExportSummary) -> None:
    """Write the manifest of an exported folder, by which a later export may replace it."""
    record = {
        "format": FORMAT,
        "target": target,
        "rows": summary.rows,
        "left_out": dict(summary.left_out),
    }
    write_json(folder / MANIFEST, record)
