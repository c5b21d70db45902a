"""Figures of agents are counted as published, and presets come near the ones they follow."""

import json

import pytest

from lrat_rank.errors import InputError
from lrat_rank.eval.simulation import (
    PRESETS,
    AgentBehaviour,
    Preset,
    World,
    calibration,
    calibration_lines,
    evidence_of,
    questions_from_hops,
    simulate,
)
from lrat_rank.eval.simulation.agent_figures import agent_figures
from lrat_rank.eval.simulation.calibration import TOLERANCE
from lrat_rank.eval.simulation.targets import Figure, Target
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    Reasoning,
    Search,
    Trajectory,
)

LIST = (Impression("e", 1), Impression("o", 2))
USED = Reasoning("The page states that it is Kelm.")
USELESS = Reasoning("That page is not relevant here.")
RIGHT = Trajectory(
    "a",
    "Where?",
    (
        Search("q", LIST),
        Reasoning("Let me search again."),
        Search("q", LIST),
        Browse("o", "text"),
        USELESS,
        Browse("e", "text"),
        USED,
        Search("q", LIST),
        Browse("e", "text"),
        USED,
        Answer("Kelm"),
    ),
    correct=True,
    question_id="q1",
)
WRONG = Trajectory("b", "Who?", (*RIGHT.turns[:5], Search("q", LIST)), correct=False)
EVIDENCE = {"q1": {"e"}}


def preset(*targets: Target) -> Preset:
    return Preset("mine", "for a test", AgentBehaviour(), targets)


def test_figures_are_those_counted_by_hand():
    figures = agent_figures([RIGHT, WRONG], EVIDENCE)
    assert figures == {
        Figure.SEARCHES_CORRECT: 3,
        Figure.BROWSES_CORRECT: 3,
        Figure.BROWSES_PER_SEARCH_CORRECT: 1,
        Figure.SEARCH_AFTER_SEARCH_CORRECT: 1 / 3,
        Figure.BROWSE_AFTER_SEARCH_CORRECT: 2 / 3,
        Figure.SEARCH_AFTER_BROWSE_CORRECT: 1 / 2,
        Figure.BROWSE_AFTER_BROWSE_CORRECT: 1 / 2,
        Figure.TOKENS_CORRECT: 20 / 3,
        Figure.SEARCHES_INCORRECT: 3,
        Figure.BROWSES_INCORRECT: 1,
        Figure.BROWSES_PER_SEARCH_INCORRECT: 1 / 3,
        Figure.SEARCH_AFTER_SEARCH_INCORRECT: 1 / 2,
        Figure.BROWSE_AFTER_SEARCH_INCORRECT: 1 / 2,
        Figure.SEARCH_AFTER_BROWSE_INCORRECT: 1,
        Figure.BROWSE_AFTER_BROWSE_INCORRECT: 0,
        Figure.TOKENS_INCORRECT: 6,
        Figure.TOKENS_EVIDENCE: 7,
        Figure.TOKENS_OTHER: 6,
        Figure.KEPT_EVIDENCE: 1,
        Figure.KEPT_OTHER: 0,
    }


def test_every_figure_that_is_measured_has_a_name_and_every_name_is_measured():
    assert set(agent_figures([RIGHT, WRONG], EVIDENCE)) == set(Figure)


@pytest.mark.parametrize(
    ("published", "within"), [(3.0, True), (2.62, True), (3.52, True), (2.6, False), (3.54, False)]
)
def test_a_row_is_within_when_the_ratio_is_1_give_or_take_the_tolerance(published, within):
    result = calibration(
        [RIGHT], preset(Target(Figure.SEARCHES_CORRECT, published, "a table")), EVIDENCE
    )
    (row,) = result.rows
    assert row.ratio == pytest.approx(3 / published)
    assert row.within is result.within is within is (abs(row.ratio - 1) <= TOLERANCE)
    assert ("OFF" in calibration_lines(result)[-1]) is not within


def test_a_figure_that_the_runs_do_not_give_is_missing_and_not_within():
    target = Target(Figure.SEARCHES_INCORRECT, 2.0, "a table")
    (row,) = calibration([RIGHT], preset(target), EVIDENCE).rows
    assert (row.simulated, row.ratio, row.within) == (None, None, False)


def test_the_table_names_every_figure_with_its_source():
    browsecomp = PRESETS.get("browsecomp")
    lines = calibration_lines(calibration([RIGHT, WRONG], browsecomp, EVIDENCE))
    assert len(lines) == 1 + len(browsecomp.targets)
    for line, target in zip(lines[1:], browsecomp.targets, strict=True):
        assert line.startswith(target.figure)
        assert target.source in line


def test_the_record_is_json():
    result = calibration([RIGHT, WRONG], PRESETS.get("infoseek"), EVIDENCE)
    record = json.loads(json.dumps(result.to_record()))
    assert record["preset"] == "infoseek"
    assert (record["runs"], record["correct"], record["within"]) == (2, 0.5, False)
    assert record["rows"][0]["published"] == 9.15


def test_no_runs_are_refused():
    with pytest.raises(InputError, match="trajectories must be one or more"):
        calibration([], PRESETS.get("demo"), {})


def test_the_presets_say_what_they_follow():
    assert PRESETS.names() == ["demo", "infoseek", "browsecomp"]
    assert PRESETS.get("demo").behaviour == AgentBehaviour()
    assert not PRESETS.get("demo").targets
    assert all("Table 1" in target.source for target in PRESETS.get("infoseek").targets)
    assert all("BrowseComp" in target.source for target in PRESETS.get("browsecomp").targets)
    for name, one in PRESETS.items():
        assert one.name == name


@pytest.mark.parametrize("name", ["infoseek", "browsecomp"])
def test_a_preset_works_in_the_invented_world_too(world: World, tool, name):
    one = PRESETS.get(name)
    runs = list(simulate(world.questions[:60], tool, behaviour=one.behaviour))
    result = calibration(runs, one, evidence_of(world.questions))
    assert 0.1 < result.correct < 0.9
    searches = {right: [] for right in (True, False)}
    for run in runs:
        searches[bool(run.correct)].append(sum(isinstance(t, Search) for t in run.turns))
    assert sum(searches[True]) / len(searches[True]) < sum(searches[False]) / len(searches[False])


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("name", ["infoseek", "browsecomp"])
def test_a_preset_comes_near_its_figures_on_musique(shared, musique_tool, name):
    questions = questions_from_hops(shared / "collections/musique/hops.jsonl")
    one = PRESETS.get(name)
    runs = list(simulate(questions, musique_tool, behaviour=one.behaviour, seed=50))
    for row in calibration(runs, one, evidence_of(questions)).rows:
        assert row.ratio == pytest.approx(1, abs=0.4), row.figure
