"""Mining a file: weights, grades and provenance are fitted over all its trajectories."""

import numpy as np
import pytest
from hand_made import mined, run, search

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import check
from lrat_rank.mining.miner import MiningOptions, mine
from lrat_rank.mining.policies import POLICIES
from lrat_rank.trajectories.model import Browse, Reasoning, Trajectory


def many(count: int = 12, seed: int = 0) -> list[Trajectory]:
    """Trajectories of three searches with one to three browses each."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        turns = []
        for step in range(3):
            ids = [f"d{i}" for i in random.choice(30, size=6, replace=False)]
            turns.append(search(f"q{step}", " ".join(ids)))
            for doc_id in random.choice(ids, size=random.integers(1, 4), replace=False):
                turns.append(Browse(str(doc_id)))
                said = random.choice(["good ", "vain ", "unclear "], p=[0.7, 0.2, 0.1])
                turns.append(Reasoning(str(said) * int(random.integers(1, 40))))
        made.append(run(*turns, trajectory_id=f"t{number}", agent=f"agent-{number % 2}"))
    return made


@pytest.fixture(params=POLICIES.names())
def labels(request: pytest.FixtureRequest):
    return mined(request.param, *many())


def test_every_list_keeps_the_contract_and_its_query_id_is_unique(labels):
    for made in labels.lists:
        check(made, "mined")
    ids = [made.query_id for made in labels.lists]
    assert len(set(ids)) == len(ids) > 12


def test_only_relevant_documents_have_a_gain(labels):
    for made in labels.lists:
        for candidate in made.candidates:
            assert (candidate.gain > 0) == (candidate.state == "relevant")
            assert (candidate.grade > 0) == (candidate.gain > 0)


def test_grades_lead_back_to_gains_of_the_same_order(labels):
    pairs = sorted(
        {
            (c.gain, labels.grade_table.label_gain[c.grade])
            for m in labels.lists
            for c in m.candidates
        }
    )
    meant = [gain for _, gain in pairs]
    assert meant == sorted(meant)
    assert len(labels.grade_table.label_gain) <= 32


def test_the_report_counts_every_list_and_candidate(labels):
    report = labels.report.to_dict()
    assert report["trajectories"] == 12
    assert report["lists"] == len(labels.lists)
    assert sum(report["candidates"].values()) == sum(len(m.candidates) for m in labels.lists)


@pytest.mark.parametrize("policy", ["default", "paper"])
def test_the_mean_gain_of_relevant_documents_and_the_mean_list_weight_are_one(policy):
    lists = mined(policy, *many()).lists
    gains = [c.gain for made in lists for c in made.candidates if c.gain]
    weights = [made.weight for made in lists if made.orders_something]
    assert np.mean(gains) == pytest.approx(1.0, abs=1e-12)
    assert np.mean(weights) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("policy", ["default", "paper"])
def test_list_weights_stand_in_the_ratio_of_their_mean_gains(policy):
    lists = [made for made in mined(policy, *many()).lists if made.orders_something]
    means = [np.mean([c.gain for c in made.candidates if c.gain]) for made in lists]
    ratios = np.array([made.weight for made in lists]) / means
    assert ratios == pytest.approx(ratios[0], abs=1e-12)


def test_provenance_names_agent_policy_judge_tokenizer_and_fit():
    made = mined("default", *many()).lists
    meta = {m.trajectory_id: m.meta for m in made}
    assert (meta["t0"].agent, meta["t1"].agent) == ("agent-0", "agent-1")
    assert (meta["t0"].policy, meta["t0"].judge, meta["t0"].tokenizer) == (
        "default",
        "word",
        "whitespace",
    )
    assert len({(m.half_life, m.mean_utility) for m in meta.values()}) == 1


def test_mining_the_same_trajectories_twice_gives_the_same_labels():
    assert mined("default", *many()).lists == mined("default", *many()).lists


def test_a_trajectory_id_that_comes_twice_is_counted_and_named():
    one = run(search("q", "a b"), Browse("a"), Reasoning("good"))
    labels = mined("default", one, one)
    assert len(labels.lists) == 1
    assert labels.report.to_dict()["dropped_trajectories"] == [
        {"trajectory_id": "t", "source": "", "reason": "trajectory whose id came before"}
    ]


def test_a_trajectory_without_a_search_does_not_lose_the_rest():
    labels = mined("default", run(Reasoning("hm"), trajectory_id="x"), *many(2))
    assert len({made.trajectory_id for made in labels.lists}) == 2
    assert labels.report.to_dict()["drops"]["trajectory without a search"] == 1


def test_nothing_mined_is_an_empty_result_with_a_table_of_one_grade():
    labels = mine([])
    assert (labels.lists, labels.grade_table.label_gain) == ([], (0.0,))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"policy": "defualt"}, "Did you mean default"),
        ({"judge": "cue"}, "Did you mean cues"),
        ({"correctness": "filtre"}, "Did you mean filter"),
        ({"grade_levels": 1}, "grade levels must be at least 2"),
    ],
)
def test_an_unknown_option_says_what_is_known(options, message):
    with pytest.raises(InputError, match=message):
        MiningOptions.named(**options)
