"""Which tools search and which open documents, judged by name; each name here is on purpose."""

import pytest

from lrat_rank.trajectories.calls.arguments import read_doc_ids, read_queries
from lrat_rank.trajectories.calls.tool_names import is_browse, is_search, without_namespace


def names(text):
    return text.split()


SEARCHES = names(
    "search web_search google_search search_documents search_docs search_web search_the_web"
    " retrieve retriever retrieve_blog_posts vector_store_retriever googleSearch webSearchTool"
    " tavily_search_results_json brave_web_search wikipedia_search search_wikipedia file_search"
    " search_knowledge_base query_knowledge_base local_knowledge_base_retrieval mcp__kb__search"
    " browser.search web_search_exa search_engine kb:search duckduckgo-search find_documents"
    " retrieval_tool get_documents_retrieval search_arxiv_papers"
)
BROWSES = names(
    "get_document visit open fetch read_page open_page fetch_url read_document crawl browse"
    " browser.open visit_webpage visit_url get_page_content fetch_webpage read_url web_fetch"
    " tavily_extract firecrawl_scrape jina_reader crawling_exa get_document_by_id getDocument"
    " retrieve_document browser_navigate mcp__kb__fetch scrape_website open_url url_reader"
)
NEITHER = names(
    "research_plan research deep_research open_file read_file read search_files search_code"
    " search_and_replace search_tools tool_search tool_search_tool find_in_page browser.find"
    " python execute_code think final_answer get_weather get load open_issue visit_planner"
    " fetch_results list_documents write_document create_page page_down searching"
)


@pytest.mark.parametrize("tool", SEARCHES)
def test_tools_that_search(tool):
    assert (is_search(tool), is_browse(tool)) == (True, False)


@pytest.mark.parametrize("tool", BROWSES)
def test_tools_that_open_documents(tool):
    assert (is_search(tool), is_browse(tool)) == (False, True)


@pytest.mark.parametrize("tool", [*NEITHER, "", "  ", ".", "__", "工具"])
def test_tools_that_do_neither(tool):
    assert (is_search(tool), is_browse(tool)) == (False, False)


@pytest.mark.parametrize(
    "tool", ["kb.look", "mcp__kb__look", "kb/look", "kb:look", "look", " look"]
)
def test_a_namespace_comes_off(tool):
    assert without_namespace(tool) == "look"


@pytest.mark.parametrize(
    "arguments",
    [{"query": "x"}, {"q": "x"}, {"search_query": "x"}, {"input": "x"}, {"queries": ["x"]}],
)
def test_queries_are_found_under_their_usual_names(arguments):
    assert read_queries(arguments) == ("x",)


def test_a_query_goes_before_what_may_be_one():
    assert read_queries({"question": "all of it", "query": "part"}) == ("part",)


@pytest.mark.parametrize("key", ["docid", "document_id", "url", "urls", "link", "input"])
def test_documents_are_found_under_their_usual_names(key):
    assert read_doc_ids({key: "7"}) == ("7",)
