"""The page is complete in itself, and log text stays text."""

import base64
import hashlib
import json
import re
from itertools import pairwise

import pytest
from invented_runs import HOSTILE, analysis, extremes, hostile, ordinary, run, shown
from page_elements import PageElements
from position_based_agents import runs_with_repeats, runs_with_swaps

from lrat_rank.analysis import figures
from lrat_rank.analysis.flow import flow
from lrat_rank.analysis.page import render_page, script_json
from lrat_rank.analysis.viewer import MOST_BYTES
from lrat_rank.trajectories.model import Browse, Reasoning

EXTREMES = dict(extremes())


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(analysis(*ordinary()))


def test_every_element_is_closed_in_order(page):
    tags = PageElements(page)
    assert tags.wrong == []
    assert tags.open == []


def test_nothing_is_loaded_from_anywhere(page):
    for tag, attributes in PageElements(page).found:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in page
    assert "@import" not in page


def test_the_policy_lets_only_the_pages_own_script_and_style_run(page):
    policy = next(
        attributes["content"]
        for tag, attributes in PageElements(page).found
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind, pattern in {
        "script": "<script>(.*?)</script>",
        "style": "<style>(.*?)</style>",
    }.items():
        (own,) = re.findall(pattern, page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_there_are_no_style_attributes_or_handlers_for_the_policy_to_refuse(page):
    for _, attributes in PageElements(page).found:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)


def test_log_text_never_becomes_markup():
    plain, bad = render_page(analysis(run())), render_page(analysis(hostile()))
    assert "<img" not in bad
    assert bad.count("<script") == plain.count("<script")
    assert bad.count("</script") == plain.count("</script")
    assert PageElements(bad).open == []


def test_the_embedded_runs_come_back_as_they_were(page):
    made = analysis(hostile())
    text = script_json(made.runs)
    assert not set("<>&\u2028\u2029") & set(text)
    (view,) = json.loads(text)
    assert view["trajectory_id"] == HOSTILE
    assert view["turns"][1]["documents"][0]["text"]["text"] == HOSTILE


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_runs_give_a_whole_page_and_whole_numbers(name):
    made = analysis(*EXTREMES[name])
    page = render_page(made)
    assert PageElements(page).wrong == []
    assert len(page.encode()) < MOST_BYTES
    assert not re.search(r'"[^"]*\b(nan|inf|None)\b[^"]*"', page.split('id="data"')[0])
    assert json.loads(json.dumps(made.to_dict(), allow_nan=False))


def test_the_page_is_bounded_however_long_the_runs_are():
    hits = shown("q", " ".join(f"d{i}" for i in range(30)))
    turns = [turn for _ in range(60) for turn in (hits, Browse("d1"), Reasoning("w " * 4000))]
    page = render_page(analysis(*(run(*turns, name=f"n{i}") for i in range(25))))
    assert len(page.encode()) < MOST_BYTES * 1.2
    assert "more did not fit into this file" in page


def test_headings_step_down_one_level_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in PageElements(page).found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_tells_its_numbers_in_words(page):
    charts = [a for tag, a in PageElements(page).found if tag == "svg" and a.get("role") == "img"]
    assert len(charts) >= 7
    assert all(re.search(r"\d", chart["aria-label"] or "") for chart in charts)


def test_every_table_has_a_caption(page):
    tags = [tag for tag, _ in PageElements(page).found]
    assert tags.count("table") == tags.count("caption") > 3


def test_shapes_stay_inside_their_frame():
    made = analysis(*ordinary())
    for draw in (figures.browse_by_rank, figures.lengths_by_state, figures.gains, figures.utility):
        chart = draw(made)
        assert chart is not None
        for line in chart.lines:
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", line.path)]
            assert all(0 <= n <= 400 for n in numbers[::2])
            assert all(0 <= n <= 250 for n in numbers[1::2])
        for bar in chart.bars:
            assert bar.x >= 0
            assert bar.x + bar.width <= 400


def test_the_curve_tells_of_impressions_that_count_and_not_of_lists():
    made = analysis(*ordinary())
    chart = figures.browse_by_rank(made)
    assert chart is not None
    assert f"of the {made.audit.curve[0].shown} impressions of it that count" in chart.summary


def test_examination_is_drawn_where_the_logs_tell_it():
    made = analysis(*runs_with_swaps(600, seed=1), *runs_with_repeats(400, seed=2), show=1)
    chart = figures.examination(made)
    assert chart is not None
    assert [key.text.split()[0] for key in chart.keys] == ["randomised", "harvested", "every"]
    assert len(chart.dots) == 2 * 5
    assert figures.examination(analysis(*ordinary())) is None


def test_arrows_are_as_thick_as_their_transitions_are_frequent():
    drawn = flow(analysis(*ordinary()).transitions())
    assert drawn is not None
    thickness = {arrow.words.text: arrow.width for arrow in drawn.arrows}
    shares = {f"{t.share * 100:.0f}\u00a0%": t.count for t in analysis(*ordinary()).transitions()}
    by_count = sorted(thickness, key=lambda words: shares[words])
    assert [thickness[words] for words in by_count] == sorted(thickness.values())
    assert "start to search 100%" in drawn.summary


def test_few_lengths_are_marked_one_by_one_and_many_drawn_as_a_curve():
    few = figures.lengths_by_state(analysis(*EXTREMES["one-run"]))
    many = figures.lengths_by_state(analysis(*ordinary()))
    assert few is not None
    assert many is not None
    assert "single marks" in few.keys[0].text
    assert any(line.area for line in many.lines)
    assert not any(line.area for line in few.lines)


def test_there_is_no_chart_where_there_is_nothing_to_draw():
    made = analysis(*EXTREMES["no-turns"])
    assert figures.browse_by_rank(made) is None
    assert figures.lengths_by_outcome(made) is None
    assert figures.utility(made) is None
    assert figures.list_sizes(made) is None
    assert figures.gains(made) is None
