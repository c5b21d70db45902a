"""Exports: labelled lists as the label files of other tools."""

from lrat_rank.mining.exports.base import Exporter, ExportSource, ExportSummary
from lrat_rank.mining.exports.registry import EXPORTERS

__all__ = ["EXPORTERS", "ExportSource", "ExportSummary", "Exporter"]
