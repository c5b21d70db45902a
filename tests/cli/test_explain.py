"""`explain`, `guard`, `calibrate`, tuned cascades and stacks, on rankers trained here."""

import json

import numpy as np
import pytest
import small_world

from lrat_rank.collections import read_run


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A folder with an index, labels, and one ranker of each kind."""
    from lrat_rank.cli.app import run

    folder = tmp_path_factory.mktemp("explain")
    small_world.write_corpus(folder / "corpus.jsonl")
    small_world.write_runs(folder / "runs")
    small_world.write_queries(folder / "queries.tsv")
    small_world.write_checkpoint(folder / "base")

    def call(*arguments):
        assert run([str(argument) for argument in arguments]) == 0, arguments

    labels, index = folder / "labels.jsonl", folder / "index"
    call("mine", folder / "runs", "--corpus", folder / "corpus.jsonl", "--out", labels)
    lines = labels.read_text().splitlines(keepends=True)
    (folder / "training.jsonl").write_text("".join(lines[:7]))
    (folder / "held.jsonl").write_text("".join(lines[7:]))
    training = folder / "training.jsonl"
    call("index", folder / "corpus.jsonl", "--out", index, "--encoder", "none")
    call(
        "train", "lightgbm", training, "--index", index, "--out", folder / "lightgbm", "--no-guard",
    )  # fmt: skip
    call(
        "train", "cross-encoder", training, "--index", index, "--out", folder / "cross-encoder",
        "--base", folder / "base", "--epochs", 1, "--max-length", 16, "--no-guard",
    )  # fmt: skip
    call(
        "cascade", folder / "lightgbm", folder / "cross-encoder", "--out", folder / "cascade",
        "--depth", 3, "--blend", 0.5,
    )  # fmt: skip
    call(
        "train", "stack", training, "--index", index, "--out", folder / "stack",
        "--base", "lightgbm", "--folds", 2, "--depth", 3, "--no-guard",
    )  # fmt: skip
    call("retrieve", index, folder / "queries.tsv", "--stage", "bm25", "--out", folder / "a.run")
    return folder


@pytest.fixture
def told(lrat_rank, world):
    """What `explain` says of the page `harbour` as JSON."""

    def call(ranker: str, *more: object, doc: str = "harbour"):
        outcome = lrat_rank(
            "explain", world / "index", "who described the harbour", doc,
            "--ranker", world / ranker, *more, "--json",
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
        return json.loads(outcome.out)

    return call


def reranked(lrat_rank, world, ranker, *more):
    out = world / f"{ranker}{len(more)}.run"
    outcome = lrat_rank(
        "rerank", world / "a.run", "--index", world / "index", "--queries", world / "queries.tsv",
        "--ranker", world / ranker, "--out", out, *more,
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    return read_run(out).rankings["harbour"]


@pytest.mark.parametrize("ranker", ["lightgbm", "stack"])
def test_contributions_and_offset_sum_to_the_score(told, ranker) -> None:
    found = told(ranker)["explanation"]
    terms = found["terms"]
    sums = [value for value in terms.values() if not isinstance(value, str)]
    assert sum(sums) == pytest.approx(found["score"], abs=1e-6)
    added = sum(one["contribution"] for one in found["contributions"])
    assert added == pytest.approx(terms["sum of the columns"], abs=1e-6)
    sizes = [abs(one["contribution"]) for one in found["contributions"]]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("ranker", ["lightgbm", "cross-encoder", "cascade", "stack"])
def test_the_score_and_rank_are_those_of_rerank(told, lrat_rank, world, ranker) -> None:
    hits = reranked(lrat_rank, world, ranker)
    found = told(ranker)["explanation"]
    rank = [hit.doc_id for hit in hits].index("harbour")
    assert found["rank"] == rank + 1
    assert found["score"] == pytest.approx(hits[rank].score, abs=1e-4)


def test_a_cross_encoder_shows_what_it_read_and_what_was_cut(told) -> None:
    found = told("cross-encoder")["explanation"]
    passage, terms = found["passage"], found["terms"]
    assert passage["query"] == "who described the harbour"
    whole = "Harbour The harbour was first described by an engineer who wrote of every harbour."
    assert passage["read"] + passage["cut"] == whole
    assert passage["cut"]
    assert len(passage["sentences"]) == 1
    offset, logit = terms["first stage's score, scaled"], terms["logit of the model"]
    assert offset + logit == pytest.approx(found["score"], abs=1e-5)


def test_a_sentences_effect_is_what_leaving_it_out_changes(world) -> None:
    from lrat_rank.collections import Document
    from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
    from lrat_rank.models.explain.texts import passage_read
    from lrat_rank.models.ranker import CandidateList

    ranker = CrossEncoderRanker.load(world / "cross-encoder")
    document = Document("d", "See. The A. loom was! See salt?")
    one = CandidateList("q", "the poet", ("d",))
    passage = passage_read(ranker, one, document, most_sentences=2)
    assert [s.text for s in passage.sentences] == ["See.", "The A. loom was!"]
    whole, without = ranker.score_pairs(
        [("the poet", passage.read), ("the poet", "See. See salt?")]
    )
    assert passage.sentences[1].effect == pytest.approx(float(whole - without), abs=1e-5)
    assert passage_read(ranker, one, document, most_sentences=0).sentences == ()


def test_a_cascade_shows_both_parts_where_both_looked(told) -> None:
    found = told("cascade")["explanation"]
    assert [part["ranker"] for part in found["parts"]] == [
        "first: lightgbm",
        "second: cross-encoder",
    ]
    assert found["terms"]["documents the second ranker read"] == 3
    low = told("cascade", doc="salt-stub")["explanation"]
    assert [part["ranker"] for part in low["parts"]] == ["first: lightgbm"]
    assert low["score"] < 0


def test_a_stack_names_its_base_rankers(told) -> None:
    found = told("stack")["explanation"]
    assert [part["ranker"] for part in found["parts"]] == ["base lightgbm: lightgbm"]


def test_people_get_a_table_without_json(lrat_rank, world) -> None:
    outcome = lrat_rank(
        "explain", world / "index", "who described the harbour", "harbour",
        "--ranker", world / "cascade",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    for part in ("first: lightgbm", "second: cross-encoder", "effect", "not read"):
        assert part in outcome.out


def test_an_unknown_document_is_told(lrat_rank, world) -> None:
    outcome = lrat_rank(
        "explain", world / "index", "harbour", "nowhere", "--ranker", world / "lightgbm"
    )
    assert outcome.code == 2
    assert "doc_id must be in the index; got 'nowhere'" in outcome.err


def test_a_guard_is_put_around_and_left_out_again(told, lrat_rank, world) -> None:
    guarded = ("guard", world / "lightgbm", world / "training.jsonl", "--index", world / "index")
    bare = told("lightgbm")["explanation"]
    outcome = lrat_rank(*guarded, "--validation", world / "held.jsonl", "--json")
    assert outcome.code == 0, outcome.err
    result = json.loads(outcome.out)
    found = told("lightgbm")["explanation"]
    assert found["ranker"] == "guard"
    assert found["terms"]["blend that validation chose"] == result["blend"]
    assert found["parts"][0]["score"] == bare["score"]
    assert told("lightgbm", "--no-guard")["explanation"] == bare
    with_guard = reranked(lrat_rank, world, "lightgbm", "--depth", 30)
    without = reranked(lrat_rank, world, "lightgbm", "--no-guard")
    assert [hit.score for hit in with_guard] != [hit.score for hit in without]
    assert without[0].score == pytest.approx(max(hit.score for hit in without))
    calibrated = lrat_rank(
        "calibrate", world / "lightgbm", world / "held.jsonl", "--index", world / "index",
        "--method", "platt",
    )  # fmt: skip
    assert calibrated.code == 0, calibrated.err
    assert 0 <= told("lightgbm")["probability"] <= 1
    assert told("lightgbm", "--no-guard")["probability"] is None
    refused = lrat_rank(
        "rerank", world / "a.run", "--index", world / "index", "--queries", world / "queries.tsv",
        "--ranker", world / "lightgbm", "--out", world / "c.run", "--calibrated", "--no-guard",
    )  # fmt: skip
    assert refused.code == 2
    assert "Leave out --no-guard." in refused.err
    (world / "lightgbm" / "calibration.json").unlink()
    (world / "lightgbm" / "guard.json").unlink()


def test_a_calibration_is_lost_only_once_the_new_guard_is_there(world, monkeypatch) -> None:
    from lrat_rank.pipeline import guard

    def full(folder, _) -> None:
        raise OSError("disk full")

    calibration = world / "lightgbm" / "calibration.json"
    calibration.write_text("{}")
    monkeypatch.setattr(guard, "write_guard", full)
    with pytest.raises(OSError, match="disk full"):
        guard.guard_ranker(
            world / "lightgbm", world / "training.jsonl", world / "index", validation=None, depth=20
        )
    assert calibration.exists()
    calibration.unlink()


def test_base_rankers_of_a_stack_are_trained_with_its_seed(lrat_rank, world, monkeypatch) -> None:
    from lrat_rank.models.lightgbm.ranker import LightGBMRanker

    seeds, train = [], LightGBMRanker.train
    monkeypatch.setattr(
        LightGBMRanker,
        "train",
        lambda lists, index, *, options: (
            seeds.append(options.seed) or train(lists, index, options=options)
        ),
    )
    outcome = lrat_rank(
        "train", "stack", world / "training.jsonl", "--index", world / "index",
        "--out", world / "seeded", "--base", "lightgbm", "--folds", 2, "--seed", 7, "--no-guard",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert seeds == [7, 7, 7]


def test_a_guard_refuses_the_training_questions_as_validation(lrat_rank, world) -> None:
    outcome = lrat_rank(
        "guard", world / "lightgbm", world / "training.jsonl", "--index", world / "index",
        "--validation", world / "training.jsonl",
    )  # fmt: skip
    assert outcome.code == 2
    assert "other questions" in outcome.err
    assert not (world / "lightgbm" / "guard.json").exists()


def test_calibrated_runs_hold_probabilities_in_the_raw_order(told, lrat_rank, world) -> None:
    asked = ("--calibrated",)
    missing = lrat_rank(
        "rerank", world / "a.run", "--index", world / "index", "--queries", world / "queries.tsv",
        "--ranker", world / "stack", "--out", world / "c.run", *asked,
    )  # fmt: skip
    assert missing.code == 2
    assert "lrat-rank calibrate" in missing.err
    outcome = lrat_rank(
        "calibrate", world / "stack", world / "held.jsonl", "--index", world / "index",
        "--method", "platt",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    raw = reranked(lrat_rank, world, "stack")
    calibrated = reranked(lrat_rank, world, "stack", *asked)
    assert [hit.doc_id for hit in calibrated] == [hit.doc_id for hit in raw]
    scores = np.array([hit.score for hit in calibrated])
    assert ((scores >= 0) & (scores <= 1)).all()
    assert 0 <= told("stack")["probability"] <= 1
    (world / "stack" / "calibration.json").unlink()


def test_a_tuned_cascade_records_what_it_was_chosen_from(lrat_rank, world) -> None:
    made = ("cascade", world / "lightgbm", world / "cross-encoder", "--out", world / "tuned")
    outcome = lrat_rank(*made, "--tune", world / "held.jsonl")
    assert outcome.code == 2
    assert "--index" in outcome.err
    outcome = lrat_rank(
        *made, "--tune", world / "held.jsonl", "--index", world / "index", "--blend", 0.5
    )
    assert outcome.code == 2
    assert "--blend must be left out with --tune" in outcome.err
    outcome = lrat_rank(
        *made, "--tune", world / "held.jsonl", "--index", world / "index", "--budget", 6, "--json"
    )
    assert outcome.code == 0, outcome.err
    result = json.loads(outcome.out)
    record = json.loads((world / "tuned" / "ranker.json").read_text())
    assert record["tuning"] == result["tuning"]
    assert record["options"] == result["options"]
    assert result["tuning"]["pairs"] <= 6
    figures = result["tuning"]["choice"]["figures"]
    assert figures[0]["setting"] == "the first ranker alone"
    assert len(figures) > 10


def test_a_part_of_a_cascade_leaves_its_guard_behind(lrat_rank, world, capsys) -> None:
    guard = world / "cross-encoder" / "guard.json"
    guard.write_text("{}")
    outcome = lrat_rank(
        "cascade", world / "lightgbm", world / "cross-encoder", "--out", world / "bare"
    )
    guard.unlink()
    assert outcome.code == 0
    assert "guard" in outcome.err
    assert not (world / "bare" / "second" / "guard.json").exists()


def test_an_unknown_base_of_a_stack_is_told(lrat_rank, world) -> None:
    outcome = lrat_rank(
        "train", "stack", world / "training.jsonl", "--index", world / "index",
        "--out", world / "other", "--base", "cross-encodr",
    )  # fmt: skip
    assert outcome.code == 2
    assert "cross-encoder" in outcome.err
    assert not (world / "other").exists()
