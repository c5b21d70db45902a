"""The page of an evaluation is complete in itself, small, and shows what it was given."""

import dataclasses
import re

import pytest
from invented_evaluations import HOSTILE, MEASURES, invented
from page_elements import PageElements

from lrat_rank.collections import Run
from lrat_rank.errors import InputError
from lrat_rank.eval.evaluation import evaluate_runs
from lrat_rank.eval.report.page import PageSources, render_page, write_page
from lrat_rank.eval.report.table import table_lines

LIMIT = 2_000_000


SHAPES = {
    "one run": lambda: invented(6, 1, baseline=False),
    "one run that is the baseline": lambda: invented(6, 1),
    "two runs without a baseline": lambda: invented(6, 2, baseline=False),
    "five queries": lambda: invented(5, 2),
    "one query": lambda: invented(1, 2),
    "eight runs": lambda: invented(5, 8),
    "hostile names": lambda: invented(8, 3, mark=HOSTILE),
    "long names": lambda: invented(8, 3, longer=60),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_element_is_closed_and_nothing_is_loaded(shape):
    page = PageElements(render_page(*SHAPES[shape]()))
    assert page.wrong == []
    assert page.open == []
    for tag, attributes in page.found:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        assert "src" not in attributes
        assert "style" not in attributes
        assert (attributes.get("href") or "#").startswith("#")


def test_ids_are_unique_and_every_link_leads_somewhere():
    page = PageElements(render_page(*invented(8, 3)))
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"][1:] for tag, attributes in page.found if tag == "a"}
    assert links <= set(ids)


def test_the_links_and_the_headings_have_the_same_words():
    html = render_page(*invented(8, 3))
    links = re.findall(r'<li><a href="#([\w-]+)">([^<]+)</a>', html)
    assert links == re.findall(r'<h2 id="h-([\w-]+)">([^<]+)</h2>', html)
    assert len(links) == 7


def test_p_values_stand_on_one_line():
    html = render_page(*invented(30, 3))
    assert re.search(r"\(p\xa0(<|=\xa0)\.\d", html)
    assert not re.search(r"\bp [<=]", html)


def test_the_effect_size_of_page_and_terminal_is_the_same():
    evaluation, sources = invented(30, 2)
    page, terminal = render_page(evaluation, sources), "\n".join(table_lines(evaluation))
    for one in evaluation.comparisons:
        shown = f"{one.effect.hedges_g:+.2f}"
        assert shown != f"{one.effect.cohens_d:+.2f}"
        assert f'<td data-name="Hedges&#39; g">{shown.replace("-", "−")}</td>' in page
        assert shown in terminal


def test_hostile_names_stay_text():
    html = render_page(*invented(8, 3, mark=HOSTILE))
    assert "<script>alert" not in html
    page = PageElements(html)
    assert sum(tag == "script" for tag, _ in page.found) == 1
    assert f"run 1{HOSTILE}" in page.text
    assert f"d1{HOSTILE}"[:4] in page.text


def test_tables_hold_the_means_and_differences_of_the_evaluation():
    evaluation, sources = invented(30, 3)
    text = PageElements(render_page(evaluation, sources)).text
    for scores in evaluation.runs:
        assert scores.name in text
        for measure in MEASURES:
            assert measure in text
            assert f"{scores.means[measure]:.4f}" in text
    for one in evaluation.comparisons:
        assert f"{one.difference:+.4f}".replace("-", "−") in text
        assert f"{one.wins} / {one.ties} / {one.losses}" in text


def test_without_a_baseline_the_page_says_what_is_missing():
    text = PageElements(render_page(*invented(6, 2, baseline=False))).text
    assert "No baseline was named" in text
    assert "needs a baseline" in text
    assert "Helped and hurt" in text
    assert "(baseline)" not in text


def test_a_baseline_by_another_measure_chooses_other_queries():
    evaluation, sources = invented(30, 2)
    by_first, by_ap = (render_page(evaluation, sources, measure=m) for m in (None, "AP"))
    assert "By nDCG@10: the queries" in by_first
    assert "By AP: the queries" in by_ap


def test_a_measure_that_was_not_scored_is_refused():
    with pytest.raises(InputError, match="measure of the page must be among"):
        render_page(*invented(5, 2), measure="MRR")


def test_query_and_document_texts_are_shown_when_given():
    evaluation, sources = invented(30, 2)
    with_texts = PageElements(render_page(evaluation, sources)).text
    bare = PageElements(
        render_page(evaluation, dataclasses.replace(sources, topics={}, documents=()))
    ).text
    assert "What is q" in with_texts
    assert "Title of d" in with_texts
    assert "What is q" not in bare
    assert "Title of d" not in bare


def test_a_run_that_misses_a_query_is_said_to_return_nothing():
    full = Run.from_scores("full", {"q1": {"d1": 1.0}, "q2": {"d1": 1.0}})
    half = Run.from_scores("half", {"q1": {"d1": 1.0}})
    qrels = {"q1": {"d1": 1}, "q2": {"d1": 1}}
    runs = {"full": full, "half": half}
    evaluation = evaluate_runs(qrels, runs, ["AP"], baseline="full")
    text = PageElements(render_page(evaluation, PageSources(qrels, runs))).text
    assert "Returned nothing for this query." in text
    assert "lost" in text


@pytest.mark.parametrize(
    ("queries", "runs", "longer"), [(10_000, 2, 0), (60, 9, 60)], ids=["many", "wide"]
)
def test_the_page_stays_below_two_megabytes(tmp_path, queries, runs, longer):
    path = tmp_path / "page.html"
    write_page(path, *invented(queries, runs, longer=longer, depth=12))
    assert path.stat().st_size < LIMIT


def test_more_runs_than_fit_are_named_as_left_out():
    text = PageElements(render_page(*invented(5, 11))).text
    assert re.search(r"queries of 2 more runs are not listed", text)
