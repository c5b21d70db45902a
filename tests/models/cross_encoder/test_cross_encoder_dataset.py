"""What an epoch shows of each list: documents, offsets, a teacher's scores."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from cross_encoder_tiny import make_checkpoint, options, parts, planted, sampling
from fake_index import FakeIndex
from made_lists import Texts

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Context, State
from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.cross_encoder.context_text import ContextTemplate
from lrat_rank.models.cross_encoder.reading import Reading
from lrat_rank.models.cross_encoder.sampling import SamplingOptions
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.ranker import CandidateList


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


@pytest.fixture(scope="module")
def world():
    """Lists, texts, and an index with more documents than the lists hold."""
    lists, texts = planted(8, size=10)
    _, others = planted(30, size=2, seed=3, prefix="other-")
    both = Texts(texts.all + others.all)
    return lists, both, FakeIndex({d.doc_id: (d.title, d.text) for d in both.all})


def drawn(data, epoch=0):
    data.set_epoch(epoch)
    return list(data.drawn)


def own(one):
    return {candidate.doc_id for candidate in one.candidates}


def with_state(one, state, query_id):
    """The same documents in another list, all of one state."""
    gain = float(state is State.RELEVANT)
    candidates = tuple(msgspec.structs.replace(c, state=state, gain=gain) for c in one.candidates)
    return msgspec.structs.replace(one, candidates=candidates, query_id=query_id)


def test_epochs_show_different_negatives_and_repeat_them_for_the_same_seed(base, world):
    lists, texts, index = world
    chosen = options(base, sampling=SamplingOptions(list_size=6))
    _, data, _ = parts(base, lists, texts, chosen, source=index)
    _, again, _ = parts(base, lists, texts, chosen, source=index)
    _, other, _ = parts(
        base, lists, texts, msgspec.structs.replace(chosen, seed=5), source=index
    )  # fmt: skip

    def shown(dataset, epoch):
        return [one.doc_ids for one in drawn(dataset, epoch)]

    first, second = shown(data, 0), shown(data, 1)
    assert first != second
    assert shown(again, 1) == second
    assert (shown(again, 0), shown(data, 0)) == (first, first)
    assert shown(other, 0) != first
    assert data.pairs_an_epoch == 8 * 6


def test_the_shown_pairs_are_those_of_the_drawn_documents(base, world):
    lists, texts, index = world
    _, data, _ = parts(base, lists, texts, options(base), source=index)
    tokenizer = data._tokenizer
    by_id = {document.doc_id: document for document in texts.all}
    for epoch in (0, 1):
        for number, one in enumerate(drawn(data, epoch)):
            expected = [
                tokenizer.pair(*tokenizer.tokenize([lists[number].query, by_id[doc_id].text]))
                for doc_id in one.doc_ids
            ]
            assert data[number].pairs == expected


def test_what_is_shown_has_its_own_gain_and_everything_else_none(base, world):
    lists, texts, index = world
    wide = options(base, sampling=SamplingOptions(list_size=9))
    _, data, _ = parts(base, lists, texts, wide, source=index)
    for one, shown in zip(lists, drawn(data), strict=True):
        gain = {c.doc_id: c.gain for c in one.candidates}
        assert shown.gains.tolist() == [gain.get(doc_id, 0.0) for doc_id in shown.doc_ids]
        assert shown.gains.max() > 0


def test_unseen_documents_are_the_first_stages_own_and_reach_no_deeper(base, world):
    lists, texts, index = world
    near = options(base, sampling=sampling(list_size=6, depth=15, skipped_above=0.0,
                                           skipped_below=0.0, rejected=0.0))  # fmt: skip
    _, data, _ = parts(base, lists, texts, near, source=index)
    for one, shown in zip(lists, drawn(data), strict=True):
        hits = index.stage_hits([one.query], 15)
        reach = {index.doc_ids[row] for found in hits.values() for row in found.rows[0].tolist()}
        foreign = set(shown.doc_ids) - own(one)
        assert len(foreign) == 5
        assert foreign <= reach


@pytest.mark.parametrize("state", [State.RELEVANT, State.ALREADY_READ, State.UNJUDGED])
def test_what_a_list_of_the_group_holds_relevant_or_masked_is_never_a_negative(base, world, state):
    lists, texts, index = world
    spared = with_state(lists[1], state, "spared")
    spared = msgspec.structs.replace(spared, group=lists[0].group)
    chosen = options(base, sampling=SamplingOptions(list_size=16))
    _, data, _ = parts(base, [*lists, spared], texts, chosen, source=index)
    others = set()
    for epoch in range(20):
        shown = drawn(data, epoch)
        assert not own(lists[1]) & set(shown[0].doc_ids)
        assert len(shown[0].doc_ids) == 16
        others.update(shown[2].doc_ids)
    # Another group draws them.
    assert own(lists[1]) & others


def test_without_an_index_unrelated_documents_come_from_other_groups(base):
    lists, texts = planted(6, size=5)
    chosen = options(base, sampling=sampling(list_size=6, unrelated=2.0, skipped_above=1.0,
                                             skipped_below=1.0, rejected=1.0))  # fmt: skip
    _, data, _ = parts(base, lists, texts, chosen)
    for one, shown in zip(lists, drawn(data), strict=True):
        assert sum(doc_id not in own(one) for doc_id in shown.doc_ids) >= 2
        assert len(shown.doc_ids) == 6
    same = [msgspec.structs.replace(one, group="one") for one in lists]
    _, data, _ = parts(base, same, texts, chosen)
    assert all(set(shown.doc_ids) == own(one) for one, shown in zip(same, drawn(data), strict=True))


@pytest.mark.parametrize("depth", [5, 100])
def test_offsets_are_the_anchors_for_every_shown_document(base, world, depth):
    lists, texts, index = world
    anchor = Anchor(scale=1.7, depth=depth)
    _, data, _ = parts(base, lists, texts, options(base, sampling=SamplingOptions()),
                       source=index, anchor=anchor)  # fmt: skip
    for epoch in (0, 3):
        asked = [
            asked_again(one, shown.doc_ids)
            for one, shown in zip(data._lists, drawn(data, epoch), strict=True)
        ]
        expected = anchor.offsets(index, asked)
        assert any(np.ptp(of_list) > 0 for of_list in expected)
        for number, of_list in enumerate(expected):
            np.testing.assert_array_equal(data[number].offsets, of_list)


def asked_again(one, doc_ids):
    """The list's question about other documents."""
    return CandidateList(one.query_id, one.query, tuple(doc_ids), one.context)


def test_without_an_anchor_offsets_are_nought_and_with_one_an_index_is_needed(base, world):
    lists, texts, index = world
    _, data, _ = parts(base, lists, texts, options(base), source=index)
    assert not np.concatenate([data[number].offsets for number in range(8)]).any()
    with pytest.raises(InputError, match=r"^anchor must be used with an index"):
        parts(base, lists, texts, options(base), anchor=Anchor(scale=1.0))


class LengthTeacher:
    """Scores a document by its doc_id's length and the query's, and counts its calls."""

    def __init__(self):
        self.calls = 0

    def score(self, lists):
        self.calls += 1
        return [np.array([len(d) + len(one.query) for d in one.doc_ids], float) for one in lists]


def test_a_teacher_is_asked_once_an_epoch_for_exactly_what_is_shown(base, world):
    lists, texts, index = world
    teacher = LengthTeacher()
    _, data, _ = parts(base, lists, texts, options(base, sampling=SamplingOptions()),
                       source=index, teacher=teacher)  # fmt: skip
    for epoch in range(3):
        for number, shown in enumerate(drawn(data, epoch)):
            expected = [len(d) + len(lists[number].query) for d in shown.doc_ids]
            assert data[number].teacher.tolist() == expected
    assert teacher.calls == 3
    _, plain, _ = parts(base, lists, texts, options(base))
    assert plain[0].teacher is None


def test_a_list_reads_its_documents_as_it_is_told_and_no_other_list_does(base, world):
    lists, texts, _ = world
    titled = Texts([Document(d.doc_id, d.text, "colour5") for d in texts.all])
    hidden = next(c.doc_id for c in lists[0].candidates if c.gain)
    readings = {
        lists[0].query_id: Reading(texts={hidden: "word1"}),
        lists[1].query_id: Reading(titles=False),
    }
    every = options(base, sampling=sampling(list_size=10))
    _, data, _ = parts(base, lists, titled, every, readings=readings)
    words = data._tokenizer._tokenizer

    def documents(number):
        return {
            doc_id: words.decode(pair.input_ids).split("[SEP]")[1].strip()
            for doc_id, pair in zip(data.drawn[number].doc_ids, data[number].pairs, strict=True)
        }

    as_it_stands = {d.doc_id: d.text for d in texts.all}
    assert documents(0)[hidden] == "colour5 word1"
    for number in (0, 2):
        rest = {d: text for d, text in documents(number).items() if d != hidden}
        assert rest == {d: f"colour5 {as_it_stands[d]}" for d in rest}
    assert documents(1) == {d: as_it_stands[d] for d in documents(1)}


def test_documents_without_text_are_shown_like_others(base, world):
    lists, texts, _ = world
    empty = Texts([Document(d.doc_id, "") for d in texts.all])
    _, data, collate = parts(base, lists, empty, options(base))
    batch = collate([data[number] for number in range(8)])
    assert batch["mask"].sum() == data.pairs_an_epoch == 64
    assert data.shortened_share == 0


def test_the_shortened_share_counts_the_epochs_pairs_that_lose_tokens(base, world):
    lists, texts, _ = world
    _, data, _ = parts(base, lists, texts, options(base, max_length=8))
    words = [len(f"{one.query} {text}".split())
             for one, shown in zip(lists, drawn(data), strict=True)
             for text in (next(d.text for d in texts.all if d.doc_id == i) for i in shown.doc_ids)
             ]  # fmt: skip
    assert 0 < data.shortened_share < 1
    assert data.shortened_share == pytest.approx(np.mean(np.array(words) > 8 - 3))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_gains_that_are_no_finite_numbers_are_refused_with_their_list(base, world, value):
    lists, texts, _ = world
    candidates = tuple(
        msgspec.structs.replace(c, gain=value if c.gain else 0.0) for c in lists[3].candidates
    )
    broken = msgspec.structs.replace(lists[3], candidates=candidates)
    with pytest.raises(InputError, match=f"^gain must be a finite number.*list {broken.query_id}"):
        parts(base, [*lists[:3], broken], texts, options(base))


def test_a_context_is_dropped_from_the_share_of_lists_that_is_asked_for(base, world):
    lists, texts, _ = world
    told = [
        msgspec.structs.replace(one, context=Context(turn=1, reasoning="word7 word8"))
        for one in lists
    ]
    template = PairTemplate(context=ContextTemplate.parse("reasoning"))

    def lengths(share):
        chosen = options(base, template=template, context_dropout=share)
        _, data, _ = parts(base, told, texts, chosen)
        shown = []
        for epoch in range(12):
            documents = [one.doc_ids for one in drawn(data, epoch)]
            shown += [len(data[n].pairs[0].input_ids) for n in range(8)]
            assert documents == [one.doc_ids for one in plain_data(epoch)]
        return np.array(shown)

    _, plain, _ = parts(base, lists, texts, options(base))

    def plain_data(epoch):
        return drawn(plain, epoch)

    never, half, always = lengths(0.0), lengths(0.5), lengths(1.0)
    assert (never > always).all()
    assert 0.3 < (half == never).mean() < 0.7
    assert set((half == never) | (half == always)) == {True}
    np.testing.assert_array_equal(half, lengths(0.5))
