"""Shown documents are found in the corpus by title and text, or not at all."""

import random

import pytest

from lrat_rank.trajectories.matching import WINDOW, DocumentMatcher, made_id


def prose(seed: int, words: int = 200) -> str:
    draw = random.Random(seed)
    return " ".join("".join(draw.choices("aeioulmnrst", k=4)) for _ in range(words))


PAGES = [(str(n), f"Page {n}", prose(n)) for n in range(20)]


@pytest.mark.parametrize(
    "title",
    ["wallace & gromit", " Wallace  &amp;\tGromit ", '"Wallace & Gromit"', "“Wallace & Gromit”"],
)
def test_case_space_quotes_and_entities_make_no_difference_in_titles(title: str) -> None:
    assert DocumentMatcher([("7", "Wallace & Gromit", "Clay.")]).find(title) == "7"


def test_punctuation_tells_titles_apart() -> None:
    assert DocumentMatcher([("7", "C", "A language.")]).find("C++") is None


def test_a_title_that_two_documents_have_needs_the_text() -> None:
    corpus = DocumentMatcher([("1", "Oslo", "A city."), ("2", "Oslo", "A ship.")])
    assert corpus.find("Oslo") is None
    assert corpus.find("Oslo", "a ship") == "2"
    assert corpus.find("Oslo", "A book.") is None


def test_equal_documents_count_as_the_first() -> None:
    text = prose(1)
    corpus = DocumentMatcher([("b", "Oslo", text), ("a", "OSLO", f"{text}.")])
    assert corpus.find("Oslo") == "b"
    assert corpus.find("Oslo", text) == "b"
    assert corpus.find("", " ".join(text.split()[:60])) == "b"


@pytest.mark.parametrize("start", [0, 80])
def test_a_piece_of_one_document_finds_it_whatever_the_title(start: int) -> None:
    corpus = DocumentMatcher(PAGES)
    piece = " ".join(PAGES[3][2].split()[start : start + 90])
    assert corpus.find("", piece) == "3"
    assert corpus.find("Unknown name", piece) == "3"
    assert corpus.find("Page 3", f"{piece} cut wi") == "3"


def test_a_piece_that_two_documents_hold_is_no_match() -> None:
    shared = prose(99)
    corpus = DocumentMatcher(
        [("1", "A", f"{shared} {prose(1)}"), ("2", "B", f"{shared} {prose(2)}")]
    )
    piece = " ".join(shared.split()[:100])
    assert corpus.find("", piece) is None
    assert corpus.find("B", piece) == "2"


def test_a_title_whose_document_does_not_hold_the_text_is_no_match_if_another_does() -> None:
    corpus = DocumentMatcher(PAGES)
    assert corpus.find("Page 3", PAGES[4][2][:600]) is None
    assert corpus.find("Page 3", prose(77)) == "3"


def test_a_text_that_quotes_a_document_is_not_that_document() -> None:
    quoted = " ".join(PAGES[3][2].split()[: WINDOW + 2])
    assert DocumentMatcher(PAGES).find("", f"{quoted} {prose(77, 400)}") is None


def test_passages_of_one_page_are_told_apart_by_their_text() -> None:
    words = prose(5, 300).split()
    texts = [" ".join(words[start : start + 100]) for start in (0, 100, 200)]
    corpus = DocumentMatcher((str(n), "Page", text) for n, text in enumerate(texts))
    assert [corpus.find("Page", text) for text in texts] == ["0", "1", "2"]
    assert corpus.find("Page", " ".join(words[100:170])) == "1"


def test_a_title_in_quotes_on_the_first_line_is_the_title() -> None:
    corpus = DocumentMatcher([("1", "", '"Oslo"\nA city.'), ("2", "", '"Rome"\nAnother.')])
    assert corpus.find('"Rome"', "Another.") == "2"
    assert corpus.find("Rome", "cut") == "2"


def test_an_untitled_document_goes_by_its_id_if_that_is_a_name() -> None:
    corpus = DocumentMatcher([("Oslo", "", "A city."), ("1984", "", "A page.")])
    assert corpus.find("oslo") == "Oslo"
    assert corpus.find("1984") is None


def test_nothing_finds_nothing() -> None:
    corpus = DocumentMatcher([("1", "", ""), ("2", "?!", "...")])
    assert corpus.find("", "") is None
    assert corpus.find("?!", "...") is None
    assert DocumentMatcher([]).find("Oslo", prose(1)) is None


def test_made_ids_depend_on_the_words_alone_and_fit_into_a_run_file() -> None:
    assert (
        made_id("Oslo", "A city.") == made_id("OSLO", " a  city") == made_id("", '"Oslo"\nA city.')
    )
    assert made_id("Oslo", "A city.") != made_id("Oslo", "A ship.")
    assert not any(map(str.isspace, made_id("New Oslo", "A city.")))


def test_no_text_is_kept() -> None:
    corpus = DocumentMatcher([("1", "Oslo", "unmistakable " * 50)])
    held = repr(
        [vars(part) if hasattr(part, "__dict__") else part for part in vars(corpus).values()]
    )
    assert "unmistakable" not in held
