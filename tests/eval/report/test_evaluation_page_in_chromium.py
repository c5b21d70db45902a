"""The page of an evaluation as people meet it, in a real browser."""

from collections.abc import Iterator

import pytest
from contrast import POOR_CONTRASTS
from invented_evaluations import HOSTILE, invented
from playwright.sync_api import Page

from lrat_rank.eval.report.page import write_page


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page(path, *invented(30, 3, mark=HOSTILE, longer=12))
    return path.as_uri()


@pytest.fixture(params=[1280, 360], ids=["desktop", "phone"])
def page(request, browser, address) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, reduced_motion="reduce"
    )
    context.set_default_timeout(4000)
    opened = context.new_page()
    opened.complaints, opened.requests = [], []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("dialog", lambda dialog: opened.complaints.append(dialog.message))
    opened.on("request", lambda request: opened.requests.append(request.url))
    opened.goto(address)
    yield opened
    context.close()


def test_nothing_complains_nothing_is_fetched_and_nothing_runs_off_sideways(page, address):
    page.click("text=Open all >> visible=true")
    assert page.complaints == []
    assert page.requests == [address]
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_menu_shows_one_measure_at_a_time(page):
    menu = page.get_by_label("Measure", exact=True)
    shown = "#by-query [data-panel]:not([hidden])"
    assert page.locator(shown).get_attribute("data-panel") == "nDCG@10"
    menu.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(shown).get_attribute("data-panel") == "P(rel=2)@5"


def test_a_query_opens_by_keyboard_and_shows_both_lists(page):
    query = page.locator("#queries [data-panel]:not([hidden]) details.query").first
    query.locator("summary").focus()
    page.keyboard.press("Enter")
    assert query.locator(".pair ol >> visible=true").count() == 2
    assert query.locator(".pair ol").first.locator("li").count() == 10


def test_the_theme_button_changes_the_colours(page):
    colour = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(colour)
    page.click("#theme")
    assert page.evaluate(colour) != before


def test_without_scripts_every_panel_is_there(browser, address):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address)
    assert opened.locator("#by-query [data-panel] >> visible=true").count() == 3
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('[hidden]').forEach((one) => { one.hidden = false })")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.evaluate(POOR_CONTRASTS) == []


def test_every_link_and_every_value_of_a_comparison_can_be_seen_without_scrolling_sideways(page):
    outside = """(chosen) => [...document.querySelectorAll(chosen)].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.left < 0 || box.right > window.innerWidth;
    }).length"""
    assert page.evaluate(outside, "nav a, .comparisons td") == 0
