"""What the guard's benchmark compares, on two small invented collections without vectors."""

import numpy as np
import pytest
from guard_trust import checks, collections_table, parts, queries_table
from study.material import Material
from study_collection import place_of, write_collection


@pytest.fixture(scope="module")
def materials(tmp_path_factory) -> list[Material]:
    root = tmp_path_factory.mktemp("trust")
    for name, seed in (("home", 3), ("away", 4)):
        write_collection(root, name, seed=seed, documents=260, questions=10)
    place = place_of(root)
    (place.data / "away" / "hops.jsonl").unlink()
    return [Material(name, place) for name in ("home", "away")]


def test_parts_are_halves_and_samples_and_topics_only_where_there_are_vectors(materials):
    found = dict(parts(materials[0].index))
    assert list(found) == ["a half, to the other", "200 documents, to the rest"]
    count = len(materials[0].index.doc_ids)
    halves, samples = found.values()
    assert [int(mask.sum()) for mask in halves] == [count // 2] * 3
    assert [int(mask.sum()) for mask in samples] == [200] * 3
    assert not np.array_equal(halves[0], halves[1])


def test_a_check_has_seen_no_question_that_it_is_asked_about(materials):
    home = materials[0]
    fitted = checks(home)
    tested = [questions for _, questions in fitted]
    assert set().union(*tested) == home.units
    assert sum(map(len, tested)) == len(home.units)
    ordered = [home.question_of[one.group] for one in home.mined.cues]
    for check, questions in fitted:
        assert check.n_lists == sum(question not in questions for question in ordered)


def test_both_tables_have_a_row_a_comparison_and_trust_halves_of_a_collection(materials):
    _, _, *rows = collections_table(materials)
    cells = {name: told for name, *told in (row.strip("| ").split(" | ") for row in rows)}
    assert [*cells][:2] == ["home to away", "away to home"]
    assert len(cells) == 2 + 2 * 2
    assert cells["home: a half, to the other"][-1] == "1.000"
    _, _, *rows = queries_table(materials[0], materials[1:])
    told = [row.strip("| ").split(" | ") for row in rows]
    tasks = [*materials[0].tasks.values(), materials[1].tasks["away"]]
    assert [int(one[1]) for one in told] == [len(task.lists) for task in tasks]
    for *_, mean, with_collection in told:
        assert 0 <= float(with_collection) <= float(mean) <= 1
