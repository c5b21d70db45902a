"""The forward index counts what stands in the documents and comes back as it was saved."""

import numpy as np
from fake_index import random_documents

from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.features.forward import ForwardIndex

DOCUMENTS = list(random_documents(40).values())


def build():
    return ForwardIndex.build(DOCUMENTS, Analyzer("none"))


def test_frequencies_are_those_of_the_documents():
    index = build()
    for term, number in index.vocabulary.items():
        titles = [title.split() for title, _ in DOCUMENTS]
        texts = [text.split() for _, text in DOCUMENTS]
        both = [a + b for a, b in zip(titles, texts, strict=True)]
        assert index.title.document_frequency[number] == sum(term in words for words in titles)
        assert index.text.document_frequency[number] == sum(term in words for words in texts)
        assert index.document_frequency[number] == sum(term in words for words in both)
        assert index.text.collection_frequency[number] == sum(w.count(term) for w in texts)


def test_lengths_are_those_of_title_and_text_together():
    index = build()
    wanted = [len(title.split()) + len(text.split()) for title, text in DOCUMENTS]
    assert index.lengths.tolist() == wanted
    assert index.average_length == np.mean(wanted)


def test_gathered_terms_are_the_documents_in_the_order_asked_for():
    index = build()
    words = list(index.vocabulary)
    rows = np.array([7, 9, 3, 7])
    tokens, owner = index.text.gather(rows)
    for place, row in enumerate(rows):
        got = [words[token] for token in tokens[owner == place]]
        assert got == DOCUMENTS[row][1].split()


def test_a_saved_index_loads_equal(tmp_path):
    index = build()
    index.save(tmp_path)
    loaded = ForwardIndex.load(tmp_path)
    assert loaded.vocabulary == index.vocabulary
    np.testing.assert_array_equal(loaded.document_frequency, index.document_frequency)
    for field in ("title", "text"):
        for array in ("tokens", "offsets", "document_frequency", "collection_frequency"):
            ours, theirs = (getattr(getattr(one, field), array) for one in (index, loaded))
            np.testing.assert_array_equal(ours, theirs)


def test_a_collection_without_a_single_term_has_empty_statistics():
    index = ForwardIndex.build([("", ""), ("", "")], Analyzer("none"))
    assert index.n_documents == 2
    assert index.average_length == 0
    assert len(index.document_frequency) == 0
