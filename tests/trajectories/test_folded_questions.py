"""When two wordings are one question."""

import pytest

from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.questions import folded


@pytest.mark.parametrize(
    ("text", "other", "same"),
    [
        ("Who led  Kelm?", " who LED\nkelm? ", True),
        ("Straße", "STRASSE", True),
        ("Who led Kelm?", "Who led Kelm", False),
    ],
)
def test_a_question_is_the_same_whatever_its_case_and_white_space(text, other, same):
    assert (folded(text) == folded(other)) is same
    groups = {Trajectory(name, name, ()).group for name in (text, other)}
    assert (len(groups) == 1) is same
