"""Examples: a row a positive, what may be a negative, and what a batch makes of them."""

from pathlib import Path

import numpy as np
import pytest
from dense_tiny import make_encoder, options
from made_lists import Texts, candidate, labelled, relevant

from lrat_rank.collections import Document
from lrat_rank.mining.labels import State
from lrat_rank.models.dense.batch import ContrastCollator
from lrat_rank.models.dense.checkpoint import open_sentence_encoder
from lrat_rank.models.dense.examples import (
    ExampleDataset,
    ShownExample,
    draw_negatives,
    examples_of,
    own_negatives,
)
from lrat_rank.models.dense.false_negatives import FalseNegatives
from lrat_rank.models.dense.texts import same_texts
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.usable_lists import training_lists


class Everything:
    def __contains__(self, doc_id: object) -> bool:
        return True


def numbered(lists) -> dict[str, int]:
    """Every document a text of its own."""
    doc_ids = dict.fromkeys(c.doc_id for one in lists for c in one.candidates)
    return {doc_id: number for number, doc_id in enumerate(doc_ids)}


def examples(lists, use=None, text_of=None):
    use = use or IntensityUse(gain=True)
    text_of = text_of or numbered(lists)
    used, _ = training_lists(lists, Everything(), use)
    return examples_of(used, FalseNegatives(lists, text_of), text_of, gain_weighs=use.gain)


def negatives(lists, query_id: str, text_of=None) -> tuple[set[str], set[str]]:
    """The rejected and the other negatives of one list."""
    text_of = text_of or numbered(lists)
    used, _ = training_lists(lists, Everything(), IntensityUse())
    one = next(one for one in used if one.query == query_id)
    rejected, others = own_negatives(one, FalseNegatives(lists, text_of), text_of)
    return set(rejected), set(others)


def test_every_positive_of_a_list_is_an_example_with_the_lists_negatives() -> None:
    one = labelled("q", [relevant("a", 0.5), candidate("b"), relevant("c", 2.0), candidate("d")])
    found = examples([one])
    assert [(e.positive, e.others) for e in found] == [("a", ("b", "d")), ("c", ("b", "d"))]


@pytest.mark.parametrize(
    ("use", "weights"),
    [
        (IntensityUse(gain=True, weight=False), [0.5, 2.0]),
        (IntensityUse(gain=False, weight=True), [3.0, 3.0]),
        (IntensityUse(gain=True, weight=True), [1.5, 6.0]),
        (IntensityUse(gain=False, weight=False), [1.0, 1.0]),
    ],
)
def test_an_example_weighs_what_the_intensity_use_says(use, weights) -> None:
    one = labelled("q", [relevant("a", 0.5), relevant("b", 2.0), candidate("c")], weight=3.0)
    assert [example.weight for example in examples([one], use)] == weights


def test_what_any_list_of_the_group_finds_relevant_is_no_negative_there() -> None:
    lists = [
        labelled("one", [relevant("a"), candidate("b"), candidate("c")], group="g"),
        labelled("two", [relevant("b"), candidate("a"), candidate("d")], group="g"),
        labelled("else", [relevant("d"), candidate("b"), candidate("a")], group="h"),
    ]
    assert negatives(lists, "one") == (set(), {"c"})
    assert negatives(lists, "two") == (set(), {"d"})
    assert negatives(lists, "else") == (set(), {"a", "b"})


@pytest.mark.parametrize("state", [State.ALREADY_READ, State.UNJUDGED])
def test_what_a_list_of_the_group_masks_is_no_negative_in_another(state) -> None:
    lists = [
        labelled("one", [relevant("a"), candidate("b"), candidate("c")], group="g"),
        labelled("two", [relevant("d"), candidate("e"), candidate("b", state=state)], group="g"),
    ]
    assert negatives(lists, "one") == (set(), {"c"})


def test_what_was_read_before_a_search_of_the_group_is_no_negative() -> None:
    lists = [
        labelled("one", [relevant("a"), candidate("b"), candidate("c")], group="g"),
        labelled("two", [relevant("d"), candidate("e")], group="g", read=("b",)),
    ]
    assert negatives(lists, "one") == (set(), {"c"})


def test_the_same_query_of_another_question_spares_too() -> None:
    lists = [
        labelled("Red fox?", [relevant("a"), candidate("b"), candidate("c")]),
        labelled("q2", [relevant("b"), candidate("d")], query="red fox"),
    ]
    assert negatives(lists, "Red fox?") == (set(), {"c"})


def test_a_document_rejected_here_stays_a_negative_though_it_was_read_then() -> None:
    lists = [
        labelled(
            "one", [relevant("a"), candidate("b", state=State.REJECTED), candidate("c")], group="g"
        ),
        labelled(
            "two", [relevant("d"), candidate("b", state=State.ALREADY_READ)], group="g", read=("b",)
        ),
        labelled("three", [relevant("e"), candidate("b")], group="g"),
    ]
    assert negatives(lists, "one") == ({"b"}, {"c"})
    assert negatives(lists, "three") == (set(), set())


def test_a_document_rejected_here_and_relevant_there_is_no_negative() -> None:
    lists = [
        labelled(
            "one", [relevant("a"), candidate("b", state=State.REJECTED), candidate("c")], group="g"
        ),
        labelled("two", [relevant("b"), candidate("d")], group="g"),
    ]
    assert negatives(lists, "one") == (set(), {"c"})


def test_a_near_duplicate_of_a_relevant_text_is_no_negative() -> None:
    told = "the lighthouse of orrin was built by ada veld long ago on the northern shore"
    documents = [
        Document("a", told),
        Document("copy", told.upper() + " today"),
        Document("year", told + " in 1871"),
        Document("other", "a bridge over the river"),
    ]
    one = labelled("q", [relevant("a"), *(candidate(d) for d in ("copy", "year", "other"))])
    assert negatives([one], "q", same_texts(documents, 0.9)) == (set(), {"year", "other"})


def test_rejected_documents_fill_their_share_first() -> None:
    rejected, others = [f"r{n}" for n in range(6)], [f"s{n}" for n in range(40)]

    def drawn(share: float, seed: int) -> list[str]:
        rng = np.random.default_rng(seed)
        return [d[0] for d in draw_negatives(rejected, others, 9, rejected_share=share, rng=rng)]

    for seed in range(5):
        assert drawn(1.0, seed).count("r") == 6
        assert drawn(0.5, seed)[:4] == ["r"] * 4
    assert np.mean([drawn(0.0, seed).count("r") for seed in range(50)]) == pytest.approx(
        9 * 6 / 46, abs=0.4
    )


def test_no_negative_is_drawn_twice_and_short_lists_give_all() -> None:
    rng = np.random.default_rng(0)
    drawn = draw_negatives(["r", "t"], [f"s{n}" for n in range(20)], 9, rejected_share=0.1, rng=rng)
    assert len(drawn) == len(set(drawn)) == 9
    assert set(draw_negatives(["r"], ["s"], 9, rejected_share=1.0, rng=rng)) == {"r", "s"}


def test_epochs_draw_other_negatives_and_the_same_epoch_the_same(tmp_path: Path) -> None:
    one = labelled("q", [relevant("a"), *(candidate(f"s{n}") for n in range(30))])
    data = ExampleDataset(examples([one]), options(tmp_path))
    first = data[0].negatives
    data.set_epoch(1)
    second = data[0].negatives
    data.set_epoch(0)
    assert first == data[0].negatives
    assert set(first) != set(second)
    assert len(first) == 9


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = make_encoder(tmp_path_factory.mktemp("tiny") / "base")
    return open_sentence_encoder(str(folder), max_length=32)


def collated(encoder, shown, *, in_batch: bool = True):
    contents = {doc_id: f"word{number}" for number, doc_id in enumerate("abcde")}
    text_of = {doc_id: number for number, doc_id in enumerate("abcde")}
    return ContrastCollator(encoder, contents, text_of, in_batch=in_batch)(shown)


def test_a_batch_holds_each_document_once_and_bars_false_negatives(encoder) -> None:
    shown = [
        ShownExample("ask0", "a", ("b", "c"), 1.0, frozenset({0})),
        ShownExample("ask1", "d", ("b",), 2.0, frozenset({3, 0})),
        ShownExample("ask2", "a", ("e",), 0.5, frozenset({0, 2})),
    ]
    batch = collated(encoder, shown)
    # Columns: a b c d e. The second spares a, the third c; positives always take part.
    assert batch["allowed"].tolist() == [
        [True, True, True, True, True],
        [False, True, True, True, True],
        [True, True, False, True, True],
    ]
    assert batch["positives"].tolist() == [0, 3, 0]
    assert batch["labels"].tolist() == [1.0, 2.0, 0.5]


def test_without_in_batch_negatives_an_example_sees_its_own_documents(encoder) -> None:
    shown = [
        ShownExample("ask0", "a", ("b",), 1.0, frozenset({0})),
        ShownExample("ask1", "d", ("b", "e"), 1.0, frozenset({3})),
    ]
    assert collated(encoder, shown, in_batch=False)["allowed"].tolist() == [
        [True, True, False, False],
        [False, True, True, True],
    ]


def test_documents_the_index_lacks_take_no_part() -> None:
    texts = Texts([Document("a", "word1"), Document("b", "word2")])
    one = labelled("q", [relevant("a"), candidate("b"), candidate("gone")])
    used, left_out = training_lists([one], texts, IntensityUse())
    text_of = same_texts(texts.all, 0.9)
    [example] = examples_of(used, FalseNegatives([one], text_of), text_of, gain_weighs=True)
    assert example.others == ("b",)
    assert left_out.unknown_candidates == 1
