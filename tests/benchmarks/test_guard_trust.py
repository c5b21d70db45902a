"""What the guard's benchmark compares, on two small invented collections without vectors."""

import sys
from types import SimpleNamespace

import guard_trust
import numpy as np
import pytest
from guard_trust import checks, collections_table, parts, queries_table, rest_to_part, trusts
from study.material import SUB_QUESTIONS, Material
from study.states import with_sessions
from study_collection import place_of, write_collection

from lrat_rank.collections import Document

NAMES = ("home", "away")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("trust")
    for name, seed in zip(NAMES, (3, 4), strict=True):
        write_collection(root, name, seed=seed, documents=260, questions=10)
    (place_of(root).data / "away" / "hops.jsonl").unlink()
    return root


@pytest.fixture(scope="module")
def materials(root) -> list[Material]:
    return [Material(name, place_of(root)) for name in NAMES]


def cells(row: str) -> list[str]:
    return row.strip("| ").split(" | ")


def test_parts_are_halves_samples_and_where_there_are_vectors_topics():
    vectors = np.repeat(np.eye(4, dtype=np.float32), (100, 80, 50, 30), axis=0)
    index = SimpleNamespace(doc_ids=range(260), text_vectors=vectors)
    found = {kind: [int(mask.sum()) for mask in masks] for kind, masks in parts(index)}
    assert found.pop("one topic of 4") != [65] * 4
    assert found == {"a half": [130] * 3, "200 documents": [200] * 3}
    topics = dict(parts(index))["one topic of 4"]
    assert sorted(int(mask.sum()) for mask in topics) == [30, 50, 80, 100]
    index.text_vectors = None
    assert list(dict(parts(index))) == list(found)


def test_a_part_is_compared_with_training_on_the_rest(monkeypatch):
    plain = [Document(str(n), "alpha beta gamma delta epsilon") for n in range(300)]
    odd = [Document(f"odd {n}", "omega psi chi phi upsilon " * 4) for n in range(30)]
    profile_of, trained_on = guard_trust.CorpusProfile.of, []

    def profile(index):
        trained_on.append(index.forward.n_documents)
        return profile_of(index)

    monkeypatch.setattr(guard_trust.CorpusProfile, "of", profile)
    found = rest_to_part([*plain, *odd], np.arange(330) >= 300)
    assert trained_on == [300]
    assert found.differences["vocabulary"] > 0.9
    assert found.differences["text lengths"] > 1
    assert found.trust == 0


def test_a_check_has_seen_no_question_that_it_is_asked_about(materials):
    home = materials[0]
    fitted = checks(home)
    tested = [questions for _, questions in fitted]
    assert set().union(*tested) == home.units
    assert sum(map(len, tested)) == len(home.units)
    asked_by = [home.question_of[one.group] for one in with_sessions(home.cues)]
    for check, questions in fitted:
        assert check.n_lists == sum(question not in questions for question in asked_by)
    asked = trusts(home.tasks[SUB_QUESTIONS], home.index, fitted, held_out=True)
    assert len(asked) == len(home.tasks[SUB_QUESTIONS].lists)
    every = trusts(home.tasks[SUB_QUESTIONS], home.index, fitted, held_out=False)
    assert len(every) == len(fitted) * len(asked)


def test_both_tables_have_a_row_a_comparison(materials):
    _, _, *rows = map(cells, collections_table(materials))
    trust = {name: told[-1] for name, *told in rows}
    assert list(trust)[:2] == ["from home to away", "from away to home"]
    assert len(trust) == 2 + 2 * 2
    assert trust["home: from the rest to a half"] == "1.000"
    _, _, *rows = map(cells, queries_table(materials[0], materials[1:]))
    tasks = [*materials[0].tasks.values(), materials[1].tasks["away"]]
    assert [int(one[1]) for one in rows] == [len(task.lists) for task in tasks]
    assert [one[0] for one in rows[:-1]] == [f"home, {name}" for name in materials[0].tasks]
    assert rows[-1][0] == "away"
    for *_, mean, with_collection in rows:
        assert 0 <= float(with_collection) <= float(mean) <= 1


def test_what_is_trained_on_is_not_another_collection_too(root, monkeypatch, capsys):
    place = place_of(root)
    command = ["guard_trust.py", "--work", str(place.work), "--data", str(place.data)]
    command += ["--indexes", str(place.indexes), "--runs", "2", "--collection", "home"]
    monkeypatch.setattr(sys, "argv", [*command, "--others", "home away nowhere"])
    guard_trust.main()
    told = capsys.readouterr().out
    assert told.startswith("nowhere is skipped: ")
    assert "from home to home" not in told
    assert told.count("| home, ") == 3
