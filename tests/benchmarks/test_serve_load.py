"""The load benchmark for seconds, on a tiny ranker: what must hold on any machine."""

from pathlib import Path

import pytest
from serve_load import WORDS, Figures, make_pairs, measure, options, report
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.first_stage import Index, IndexOptions

GOOD = Figures(ratio=1.9, shared=9.0, longer=0.004, growth=0.01, errors=[])


@pytest.fixture
def index(tmp_path) -> Path:
    Index.build(
        [Document("1", "An old harbour.")], tmp_path / "index", IndexOptions(encoder="none")
    )
    return tmp_path / "index"


@pytest.fixture
def ranker(tmp_path) -> Path:
    base = write_tiny_bert(tmp_path / "base", sorted(set(WORDS.split())), logits=1)
    CrossEncoderRanker.load(base, device="cpu").save(tmp_path / "ranker")
    return tmp_path / "ranker"


@pytest.mark.slow
def test_a_saturated_server_makes_no_error_shares_batches_and_does_not_grow(index, ranker):
    small = ["--requests", "48", "--documents", "8", "--words", "15"]
    chosen = options([*small, "--rounds", "1", "--minutes", "0.2"])
    found = measure(chosen, index, ranker)
    assert found.errors == []
    assert found.shared > 1.5, "clients at once did not share batches"
    assert found.growth is not None
    assert found.growth <= 0.05


def test_requests_differ_and_hold_as_many_texts_as_asked():
    pairs = make_pairs(5, 20, 25)
    assert [len(one) for one in pairs] == [20] * 5
    assert all(len({query for query, _ in one}) == 1 for one in pairs)
    assert len({pair for one in pairs for pair in one}) == 100


def test_every_goal_met_ends_with_0(capsys):
    assert report(GOOD) == 0
    assert capsys.readouterr().out.count(": pass") == 4


@pytest.mark.parametrize(
    "worse", [{"ratio": 1.7}, {"longer": 0.006}, {"growth": 0.06}, {"errors": ["500"]}]
)
def test_any_goal_missed_ends_with_1(worse, capsys):
    found = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__} | worse
    assert report(Figures(**found)) == 1
    assert capsys.readouterr().out.count(": FAIL") == 1
