"""A snippet is a part of the document, character for character."""

import pytest

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.serving.snippets import first_words, readable

TEXT = "  Ana Lor\n\n was\ta poet.  She\u00a0wrote odes. "


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 100, 2**40])
@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\u00a0", "\x1c")])
def test_a_snippet_is_cut_from_the_text_as_it_was_written(text, limit):
    snippet = first_words(text, limit)
    assert snippet in text
    assert snippet.split() == text.split()[:limit]


def test_no_limit_shows_the_text_unchanged():
    assert first_words(TEXT, -1) == TEXT


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_document_has_an_empty_snippet(text):
    assert first_words(text, 5) == ""


@pytest.mark.parametrize("limit", [0, -2])
def test_a_limit_that_shows_nothing_is_refused(limit):
    with pytest.raises(InputError, match=f"snippet tokens must be at least 1.*got {limit}"):
        first_words(TEXT, limit)


def test_the_title_stands_above_the_text_once():
    assert readable(Document("1", "A poet.", "Ana Lor")) == "Ana Lor\nA poet."
    assert readable(Document("1", "Ana Lor\nA poet.", "Ana Lor")) == "Ana Lor\nA poet."
    assert readable(Document("1", "Odes to the sea.", "Odes")) == "Odes\nOdes to the sea."
    assert readable(Document("1", "A poet.")) == "A poet."
