"""The log formats we read, by name or by looking at a record.

To add a format, write its adapter (a `TrajectoryFormat`) in a file of its own and add it here.
"""

from __future__ import annotations

from lrat_rank.errors import InputError
from lrat_rank.registry import Registry
from lrat_rank.trajectories.adapter import TrajectoryFormat
from lrat_rank.trajectories.browsecomp import BROWSECOMP
from lrat_rank.trajectories.journal import JOURNAL
from lrat_rank.trajectories.messages.anthropic import ANTHROPIC_MESSAGES
from lrat_rank.trajectories.messages.atif import ATIF
from lrat_rank.trajectories.messages.bare import BARE_MESSAGES
from lrat_rank.trajectories.messages.openai_chat import OPENAI_CHAT
from lrat_rank.trajectories.messages.openai_responses import OPENAI_RESPONSES
from lrat_rank.trajectories.messages.openresearcher import OPENRESEARCHER
from lrat_rank.trajectories.texts.react import REACT
from lrat_rank.trajectories.texts.search_r1 import SEARCH_R1
from lrat_rank.trajectories.texts.tongyi_tags import TONGYI
from lrat_rank.trajectories.traces.langsmith import LANGSMITH
from lrat_rank.trajectories.traces.otel_genai import OTEL_GENAI

AUTO = "auto"

FORMATS: Registry[TrajectoryFormat] = Registry("trajectory format")
FORMATS.add(BROWSECOMP.name, BROWSECOMP)
FORMATS.add(JOURNAL.name, JOURNAL)
FORMATS.add(LANGSMITH.name, LANGSMITH)
FORMATS.add(OTEL_GENAI.name, OTEL_GENAI)
FORMATS.add(ATIF.name, ATIF)
FORMATS.add(TONGYI.name, TONGYI)
FORMATS.add(SEARCH_R1.name, SEARCH_R1)
FORMATS.add(REACT.name, REACT)
FORMATS.add(BARE_MESSAGES.name, BARE_MESSAGES)
FORMATS.add(OPENRESEARCHER.name, OPENRESEARCHER)
FORMATS.add(ANTHROPIC_MESSAGES.name, ANTHROPIC_MESSAGES)
FORMATS.add(OPENAI_RESPONSES.name, OPENAI_RESPONSES)
FORMATS.add(OPENAI_CHAT.name, OPENAI_CHAT)


def sniff(record: object) -> TrajectoryFormat | None:
    """The first registered format that recognises a decoded record, or None."""
    return next((known for _, known in FORMATS.items() if known.recognises(record)), None)


def format_named(name: str) -> TrajectoryFormat | None:
    """The format of that name; None for `auto`.

    Raises:
        InputError: There is none.
    """
    if name == AUTO:
        return None
    if name not in FORMATS.names():
        known = ", ".join([AUTO, *FORMATS.names()])
        raise InputError("trajectory format", must=f"one of {known}", got=repr(name))
    return FORMATS.get(name)
