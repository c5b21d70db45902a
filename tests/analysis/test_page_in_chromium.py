"""The page as people meet it, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contrast import POOR_CONTRASTS
from invented_runs import HOSTILE, analysis, extremes, hostile, ordinary
from playwright.sync_api import Browser, Page

from lrat_rank.analysis.page import render_page


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "index.html"
    path.write_text(render_page(analysis(*ordinary(), hostile())), encoding="utf-8")
    return path


class Watched:
    """An open page, with what it complained of and what it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: Path, address: str = "") -> Page:
        self.page.goto(path.as_uri() + address)
        return self.page


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    # With motion reduced nothing scrolls slowly, and clicks need not wait for it.
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce"
    )
    context.set_default_timeout(4000)
    yield Watched(context.new_page())
    context.close()


def options(page: Page) -> list[str]:
    return page.locator("#list [role=option] .about span:first-child").all_inner_texts()


def chosen(page: Page) -> str:
    return page.locator("#list [aria-selected=true] .about span").first.inner_text()


def sideways(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def test_the_filter_narrows_by_query_document_and_outcome(watched, file):
    page = watched.open(file)
    assert len(options(page)) == 13
    page.fill("#filter", "verse 1-7")
    assert options(page) == ["r7"]
    page.fill("#filter", "")
    page.select_option("#outcome", "incorrect")
    assert options(page) == ["r1", "r4", "r7", "r10"]
    page.fill("#filter", "no such words")
    assert options(page) == []
    assert page.inner_text("#matches") == "No run matches."


def test_choosing_a_run_shows_its_lists_reasons_and_labels(watched, file):
    page = watched.open(file)
    page.locator("#list [role=option]", has_text="Who was r4?").click()
    assert page.locator("#run h3").inner_text() == "Who was r4?"
    assert page.locator("#run .turn.search").count() == 3
    assert page.locator("#run .turn.search .hit").count() == 18
    assert page.locator("#run .turn.answer .text").inner_text() == "It was a poet."
    badges = set(page.locator("#run .turn .badge").all_inner_texts())
    assert "skipped" in badges
    assert badges & {"relevant", "rejected"}
    assert "Opened in turn" in page.locator("#run .turn.browse .why").first.inner_text()


def test_arrow_keys_move_through_the_list_and_stop_at_its_ends(watched, file):
    page = watched.open(file)
    page.focus("#filter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert chosen(page) == "r2"
    page.keyboard.press("ArrowUp")
    assert chosen(page) == "r1"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert chosen(page) == "r0"
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert page.locator("#list").get_attribute("aria-activedescendant") == "choose-12"
    assert page.locator("#run h3").inner_text() == HOSTILE


def test_an_address_leads_to_its_run_and_turn_and_follows_the_choice(watched, file):
    page = watched.open(file, "#run=r5&turn=3")
    assert chosen(page) == "r5"
    assert page.locator("#turn-3.here").is_visible()
    page.locator("#list [role=option]", has_text="Who was r6?").click()
    assert page.url.endswith("#run=r6")
    page.evaluate("location.hash = '#run=r8'")
    page.wait_for_function("document.querySelector('#run h3').textContent === 'Who was r8?'")
    assert chosen(page) == "r8"


def test_a_wrong_address_shows_the_first_run(watched, file):
    for address in ("#run=nobody", "#run=%E0%A4%A", "#outcomes"):
        assert chosen(watched.open(file, address)) == "r0"
        watched.page.goto("about:blank")
    assert watched.complaints == []


def test_long_texts_fold_and_unfold(watched, file):
    page = watched.open(file)
    long = page.locator("#run .turn.reasoning details").first
    assert not long.locator(".text").is_visible()
    assert "show all" in long.locator("summary").inner_text()
    long.locator("summary").click()
    assert long.locator(".text").is_visible()
    page.click("text=Open all texts")
    assert page.locator("#run details:not([open])").count() == 0
    assert page.locator("#run .hits.whole").count() == 3
    page.click("text=Fold all texts")
    assert page.locator("#run details[open]").count() == 0
    assert page.locator("#run .hits.whole").count() == 0


def test_the_theme_button_changes_colours_and_is_remembered(watched, file):
    page = watched.open(file)
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.click("#theme")
    dark = page.evaluate(colour)
    assert dark != light
    # Chromium hands what a page stores to another process, in its own time: a page that is
    # loaded right after the click may still read what stood there before it.
    for _ in range(20):
        page.reload()
        if page.evaluate(colour) == dark:
            break
    page.reload()
    assert page.evaluate(colour) == dark
    page.click("#theme")
    assert page.evaluate(colour) == light


def test_the_systems_dark_colours_are_followed(watched, file):
    page = watched.open(file)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert page.inner_text("#theme") == "Light colours"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(watched, file, scheme):
    page = watched.open(file)
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate(POOR_CONTRASTS) == []


def test_hostile_text_runs_nothing_asks_for_nothing_and_stays_readable(watched, file):
    page = watched.open(file)
    page.keyboard.press("Tab")
    page.focus("#list")
    page.keyboard.press("End")
    page.click("text=Open all texts")
    assert "<img src=x" in page.locator("#run .turn.answer .text").inner_text()
    assert page.locator("#run img, #run script").count() == 0
    assert watched.complaints == []
    assert watched.requests == [file.as_uri()]


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_sticks_out_sideways(watched, file, width):
    watched.page.set_viewport_size({"width": width, "height": 900})
    page = watched.open(file)
    page.focus("#list")
    page.keyboard.press("End")
    page.click("text=Open all texts")
    assert sideways(page) == 0


def test_extreme_runs_fit_a_narrow_screen_without_complaint(watched, tmp_path):
    watched.page.set_viewport_size({"width": 400, "height": 900})
    for name, runs in extremes():
        path = tmp_path / f"{name}.html"
        path.write_text(render_page(analysis(*runs)), encoding="utf-8")
        page = watched.open(path)
        assert sideways(page) == 0, name
        assert page.locator("#run h3").count() == 1, name
    assert watched.complaints == []


def test_reduced_motion_is_respected(watched, file):
    page = watched.open(file)
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(behaviour) == "auto"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(behaviour) == "smooth"
