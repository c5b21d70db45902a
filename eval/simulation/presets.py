"""Kinds of agent by name: how they behave, and which published figures they are fitted to."""

from __future__ import annotations

from dataclasses import dataclass

from lrat_rank.eval.simulation.behaviour import AgentBehaviour
from lrat_rank.eval.simulation.targets import BROWSECOMP, INFOSEEK, Target
from lrat_rank.registry import Registry


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind of agent.

    Attributes:
        name: What it is called.
        summary: What it follows, in a line.
        behaviour: Its parameters.
        targets: The published figures they were fitted to; none where there are none.
    """

    name: str
    summary: str
    behaviour: AgentBehaviour
    targets: tuple[Target, ...] = ()


PRESETS: Registry[Preset] = Registry("preset")


def _add(preset: Preset) -> None:
    PRESETS.add(preset.name, preset)


_add(
    Preset(
        name="demo",
        summary="short runs with much evidence in them, fitted to nothing",
        behaviour=AgentBehaviour(),
    )
)
_add(
    Preset(
        name="infoseek",
        summary="runs on InfoSeek with BM25, after Table 1 of the LRAT paper",
        behaviour=AgentBehaviour(
            max_steps=40,
            patience=40,
            word_drop=0.05,
            unfocused=0.32,
            snippet_insight=0.2,
            snippet_threshold=0.83,
            impatience=0.007,
            next_threshold=0.5,
            hesitation=0.44,
            max_opened=6,
            browse_again=0.5,
            reopen=0.06,
            false_positive=0.08,
            false_negative=0.05,
            grasp_on_queries=0.3,
            grasp_on_browsing=0.3,
        ),
        targets=INFOSEEK,
    )
)
_add(
    Preset(
        name="browsecomp",
        summary="runs on BrowseComp-Plus, after Fig. 4 of the LRAT paper",
        behaviour=AgentBehaviour(
            max_steps=60,
            patience=60,
            word_drop=0.22,
            unfocused=0.27,
            snippet_insight=0.1,
            snippet_threshold=0.75,
            next_threshold=0.15,
            hesitation=0.6,
            max_opened=8,
            browse_again=0.68,
            reopen=0.15,
            false_positive=0.11,
            false_negative=0.32,
            useful_words=142.0,
            other_words=72.0,
            vague=0.02,
            credit=0.72,
            grasp_on_queries=1.0,
            grasp_on_browsing=0.8,
            grasp_on_reading=1.0,
            grasp_on_length=0.8,
        ),
        targets=BROWSECOMP,
    )
)
