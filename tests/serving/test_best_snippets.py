"""The best window of a document: where it lies, where it is cut, and what is marked in it."""

import itertools
import random
import unicodedata

import pytest

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import SearchTool
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.snippets import Snippets, first_words
from lrat_rank.serving.words import span_of_first, words

FILLER = " ".join(f"filler{n}" for n in range(40)) + "."


def best(query, text, limit=8, index=None):
    return Snippets("best", limit, index).of(query, text)


def marked(excerpt):
    return [excerpt.text[start:end] for start, end in excerpt.highlights]


def test_the_window_lies_where_the_query_is_spoken_of():
    text = f"Ana Lor\n{FILLER} A poet wrote odes to the sea. {FILLER}"
    excerpt = best("odes poet", text)
    assert excerpt.text == "A poet wrote odes to the sea. filler0"
    assert marked(excerpt) == ["poet", "odes"]


def test_all_terms_at_one_place_go_before_one_term_many_times():
    text = f"poet poet poet poet {FILLER} the poet of odes {FILLER}"
    assert marked(best("poet odes", text)) == ["poet", "odes"]


def test_of_equally_good_windows_the_first_is_shown():
    text = f"A poet. {FILLER} A poet. {FILLER}"
    assert best("poet", text).text.startswith("A poet. filler0")


def test_a_title_that_says_it_all_opens_the_snippet():
    text = f"Odes of Ana Lor\n{FILLER} odes {FILLER}"
    excerpt = best("odes lor", text)
    assert excerpt.text.startswith("Odes of Ana Lor\nfiller0")
    assert marked(excerpt) == ["Odes", "Lor"]


def test_a_window_begins_with_its_sentence_where_there_is_room():
    text = f"{FILLER} Then it rained. She wrote many odes there and left. {FILLER}"
    assert best("odes", text, 10).text.startswith("She wrote many odes there and left. filler0")
    assert best("odes rained", text, 10).text.startswith("Then it rained. She wrote")
    assert best("odes", text, 3).text == "many odes there"
    assert "odes" in best("odes", text, 2).text


@pytest.mark.parametrize("query", ["", "?!", "…", "zebra", "   "])
@pytest.mark.parametrize("text", ["", "  ", "Ana Lor\nA poet of the coast.", FILLER])
def test_a_query_that_says_nothing_of_the_text_gets_its_first_words(query, text):
    excerpt = best(query, text)
    assert excerpt == (first_words(text, 8), ())


@pytest.mark.parametrize("text", ["  A poet \n", "poet", "A poet of odes."])
def test_a_text_shorter_than_the_window_is_shown_whole(text):
    assert best("poet", text).text == text.strip()


def test_the_whole_text_can_be_shown_with_its_words_marked():
    excerpt = best("poet", "  a poet  ", -1)
    assert (excerpt.text, marked(excerpt)) == ("  a poet  ", ["poet"])


def test_first_words_are_marked_too():
    excerpt = Snippets("first", 3).of("POET sea", "a poet  of the sea")
    assert (excerpt.text, marked(excerpt)) == ("a poet  of", ["poet"])


def test_a_text_without_spaces_is_cut_by_characters_and_matched_by_pairs():
    text = (
        "私は毎日本を読む。" * 20 + "東京都に住む詩人が海の歌を書いた。" + "私は毎日本を読む。" * 20
    )
    excerpt = best("東京の詩人", text, 20)
    assert len(excerpt.text) == 20
    assert marked(excerpt) == ["東京", "詩人"]
    assert excerpt.text.startswith("東京都に住む詩人")
    assert marked(best("海", text, 20)) == ["海"]
    assert first_words(text, 5) == "私は毎日本"


def test_the_index_tells_which_words_are_one_and_how_rare_they_are(tmp_path):
    common = [Document(f"c{n}", "A harbour is a harbour.") for n in range(30)]
    text = f"A harbour harbour. {FILLER} Glaciers moved. {FILLER}"
    options = IndexOptions(encoder="none", bm25_backend="rank-bm25")
    index = Index.build([*common, Document("d", text, "Ice")], tmp_path / "index", options)
    excerpt = best("the glacier harbours", text, 5, index)
    assert marked(excerpt) == ["Glaciers"]
    assert marked(best("the", text, 5, index)) == []
    tool = SearchTool(Engine(index, None, EngineOptions(k=1, snippet="best", snippet_tokens=5)))
    [hit] = tool.search("glacier moving")
    assert [hit.snippet[a:b] for a, b in hit.highlights] == ["Glaciers", "moved"]


MARKS = "\u0301\u0308\u3099\u0e31\u0e49\ufe0f\u200d\U0001f3fd\u20e3\U000e0101"
LETTERS = "aß1.!東京かﾊกำ👩👧é가अΩ"


def is_extending(character):
    return (
        unicodedata.category(character) in ("Mn", "Me")
        or character == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def random_text(chance):
    parts = []
    for _ in range(chance.randrange(60)):
        parts.append(chance.choice([*LETTERS, " ", " ", "\n", "\u3000"]))
        if chance.random() < 0.4:
            parts.append(chance.choice(MARKS))
    return "".join(parts)


@pytest.mark.parametrize("seed", range(300))
def test_any_snippet_is_a_part_of_its_text_and_cut_between_whole_characters(seed):
    chance = random.Random(seed)
    text = random_text(chance)
    query = "".join(chance.choice([*LETTERS, " "]) for _ in range(6))
    limit = chance.randrange(1, 12)
    for choice in ("first", "best"):
        excerpt = Snippets(choice, limit).of(query, text)
        places = [n for n in range(len(text) + 1) if text.startswith(excerpt.text, n)]
        assert places
        assert len(list(words(excerpt.text))) <= limit
        assert excerpt.text == excerpt.text.rstrip()
        # The character after the end and the first one join nothing before them.
        assert any(
            (n + len(excerpt.text) == len(text) or not is_extending(text[n + len(excerpt.text)]))
            and (n == 0 or not excerpt.text or not is_extending(text[n]))
            and (n == 0 or not excerpt.text or text[n - 1] != "\u200d")
            for n in places
        )
        ends = [0, *(place for span in excerpt.highlights for place in span), len(excerpt.text)]
        assert ends == sorted(ends)
        assert all(start < end for start, end in excerpt.highlights)


@pytest.mark.parametrize("seed", range(100))
def test_words_miss_nothing_but_white_space_and_do_not_overlap(seed):
    text = random_text(random.Random(seed))
    spans = list(words(text))
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    covered = {place for span in spans for place in range(*span)}
    assert all(place in covered or text[place].isspace() for place in range(len(text)))


@pytest.mark.parametrize("seed", range(50))
def test_a_text_has_the_same_words_whatever_script_stands_behind_it(seed):
    chance = random.Random(seed)
    text = "".join(chance.choice("aZ1.,! \n\t\x0b\x1c\x1f\x7f") for _ in range(60))
    assert text.isascii()
    spans = list(words(text))
    assert spans == list(words(f"{text} \u6771"))[:-1]
    for count in (1, 2, 5, 80):
        some = spans[:count]
        assert span_of_first(text, count) == (some[0].start, some[-1].end)
        assert span_of_first(f"{text} \u6771", count)[0] == some[0].start


def test_many_queries_for_one_text_mark_what_each_of_them_says():
    snippets = Snippets("first", 20)
    text = "The poet wrote odes in 東京 for the sea."
    asked = {
        "odes": ["odes"],
        "the sea": ["The", "the", "sea"],
        "東京": ["東京"],
        "odes again": ["odes"],
    }
    assert {query: marked(snippets.of(query, text)) for query in asked} == asked
