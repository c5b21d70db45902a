"""What search agents did: the typed model, the log formats, and reading and writing them.

`read_trajectories` reads files and folders in any registered format; `write_trajectory` writes
BrowseComp-Plus run JSON that reads back equal. What was left out stands in a `ReadReport`.
"""

from lrat_rank.trajectories.adapter import TrajectoryFormat
from lrat_rank.trajectories.browsecomp_writer import browsecomp_run, write_trajectory
from lrat_rank.trajectories.formats import FORMATS, sniff
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)
from lrat_rank.trajectories.reading import read_trajectories
from lrat_rank.trajectories.report import ReadReport, Skipped

__all__ = [
    "FORMATS",
    "Answer",
    "Browse",
    "Impression",
    "OtherCall",
    "ReadReport",
    "Reasoning",
    "Search",
    "Skipped",
    "Trajectory",
    "TrajectoryFormat",
    "Turn",
    "browsecomp_run",
    "read_trajectories",
    "sniff",
    "write_trajectory",
]
