"""The judge `cues` reads what agents write after a document; the sentences are made up."""

import json
import re

import pytest
from cpu_time import cpu_seconds

from lrat_rank.mining.judges import JUDGES
from lrat_rank.mining.judges.base import Case
from lrat_rank.mining.judges.cues import CueJudge
from lrat_rank.mining.judges.cues.judge import GROUPS
from lrat_rank.mining.judges.none import NoJudge

USES = [
    "The page states that he led the delegation in 1914.",
    "Great! That gives the year.",
    "According to the article, the label was founded in 1993.",
    "This confirms the second clue.",
    "We now have the name of the bridge.",
    "Thus the answer is 12 metres.",
    "Born in 1922 in a small town, the historian had two brothers.",
    "This is relevant, but we still need to search for the date.",
    "The document is not irrelevant: it names the author.",
    "The article isn't unrelated to the treaty.",
    "The page doesn't mention the year, but it does state the place.",
    "The passage mentions the treaty. It does not say who signed it.",
    "Search results were not helpful earlier. The page says 1914.",
]
REJECTS = [
    "That document does not directly answer. Let's search again.",
    "This is not relevant.",
    "The page doesn't mention the delegate, so we need another source.",
    "Unfortunately the article is unrelated.",
    "No useful information here.",
    "There is nothing about the treaty.",
    "It does not contain the answer.",
    "The passage says nothing on the matter.",
    "I couldn't find the delegate in it.",
    "Hmm, this article is about a different person.",
    "The text lists many albums. None is from 1993. So this document is not helpful.",
    "Not what we need.",
]
UNKNOWN = [
    "",
    "   \n ",
    "Let's search for the conference.",
    "I need to open the next one.",
    "Is this page relevant?",
    "The page could not be loaded.",
    "I am not sure whether this is relevant.",
    'Let me look up "does not mention".',
]


@pytest.mark.parametrize("text", USES)
def test_text_that_draws_on_the_document_uses_it(text):
    assert CueJudge().decide(Case(text)).verdict.value == "uses"


@pytest.mark.parametrize("text", REJECTS)
def test_text_that_turns_the_document_down_rejects_it(text):
    assert CueJudge().decide(Case(text)).verdict.value == "rejects"


@pytest.mark.parametrize("text", UNKNOWN)
def test_text_that_does_not_speak_of_the_document_is_unknown(text):
    assert CueJudge().decide(Case(text)).verdict.value == "unknown"


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_group_of_cues_finds_its_example_by_a_word_it_names(group):
    assert group.finder()(group.example)
    assert not group.words or set(group.words.split()) & set(re.findall("[a-z0-9]+", group.example))


VERDICT_OF = {"useful": "uses", "tells": "uses", "concludes": "uses", "useless": "rejects"}
VERDICT_OF |= {"lacks": "rejects", "unread": "unknown", "aside": "unknown"}


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_the_example_of_a_group_gets_the_verdict_that_the_group_stands_for(group):
    decided = CueJudge().decide(Case(group.example)).verdict.value
    assert decided == VERDICT_OF[group.says.value]


SUBJECTS = ["The page", "It", "This document", "The retrieved article", "Document 12345"]
SUBJECTS += ["The article on Kessler", "The webpage", "The document I opened", "This result"]
PREDICATES = {
    "rejects": [
        *("doesn't mention the ship", "does not seem to contain the answer", "isn't relevant"),
        *("is not directly related to it", "seems irrelevant", "is about something else"),
        *("is about another person", "has no information on it", "contains nothing about it"),
        *("doesn't have what I need", "lacks the year", "did not help", "is not what I expected"),
        *("fails to answer the question", "doesn't match the clues", "makes no mention of it"),
        *("is of no use", "only mentions it in passing", "is not it", "is not specific enough"),
    ],
    "uses": [
        *("mentions the ship", "states that it was sold", "is very helpful", "confirms the year"),
        *("contains the information we need", "matches the clues", "is what we need"),
        *("answers the question", "seems to be exactly what we need", "is relevant"),
    ],
    "unknown": ["could not be loaded", "is empty", "may contain the answer", "might be relevant"],
}


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("verdict", PREDICATES)
def test_plain_english_is_understood_of_every_subject(subject, verdict):
    texts = [f"{subject} {predicate}." for predicate in PREDICATES[verdict]]
    judged = {text: CueJudge().decide(Case(text)).verdict.value for text in texts}
    assert judged == dict.fromkeys(texts, verdict)


def test_a_doubt_or_a_plan_takes_the_force_of_the_cue_behind_it():
    judge = CueJudge()
    for text in ("Let me see whether the page states the year.", "I need a page that says more."):
        assert judge.decide(Case(text)).verdict.value == "unknown"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("It does not name the year, but it names the town.", "uses"),
        ("It does not name the year. However, it names the town.", "uses"),
        ("It does not name the year, but I know that the town is Ulm.", "rejects"),
        ("Although it names the town, it does not name the year.", "rejects"),
        ("This is a different person, although it mentions the town.", "rejects"),
        ("The page says he wrote. So this does not help.", "rejects"),
        ("It says he wrote. He sang. He cooked. He swam. This does not help him.", "uses"),
        ("It says he wrote. He sang. He cooked. He swam. This page is useless.", "rejects"),
    ],
)
def test_what_outweighs_a_verdict_given_before(text, verdict):
    assert CueJudge().decide(Case(text)).verdict.value == verdict


@pytest.mark.parametrize(
    "text", ["Der Artikel nennt das Jahr nicht.", "El documento es útil.", "文章没有提到。", "1914"]
)
def test_other_languages_and_murmurs_are_unknown(text):
    assert CueJudge().decide(Case(text)).verdict.value == "unknown"


def test_the_reason_is_the_sentence_that_decided_cut_to_a_line():
    text = "It is long. Unfortunately, this isn’t  useful. Next."
    assert CueJudge().decide(Case(text)).why == "Unfortunately, this isn’t  useful."
    assert len(CueJudge().decide(Case(f"The page says {'so ' * 500}.")).why) == 120


HOSTILE = [
    "a",
    '"',
    "“",
    "«",
    " ",
    "\n",
    "; ",
    ", but ",
    "it not ",
    "the page of ",
    "no ",
    "neither ",
]
HOSTILE += ["i can not get ", "it is about ", "n't ", "let me see. ", "access ", "NOT İ ", "so "]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_long_hostile_text_takes_under_a_second(unit):
    text = (unit * 200_000)[:200_000] + " but it does not help"
    assert cpu_seconds(lambda: CueJudge().decide(Case(text)), enough=1) < 1


@pytest.mark.parametrize("text", [*USES, *REJECTS])
def test_a_plan_for_the_next_step_changes_no_verdict(text):
    judge = CueJudge()
    assert (
        judge.decide(Case(f"{text} Let's search for something else.")).verdict
        == judge.decide(Case(text)).verdict
    )


@pytest.mark.parametrize("text", [*REJECTS, *UNKNOWN])
def test_the_judge_none_takes_every_browse_for_relevant(text):
    assert NoJudge().decide(Case(text)).verdict.value == "uses"


def test_every_judge_is_registered_under_its_own_name():
    assert {name: make().name for name, make in JUDGES.items()} == {"cues": "cues", "none": "none"}


@pytest.mark.shared
def test_verdicts_on_real_reasoning_agree_with_a_reading_by_hand(shared):
    by_hand = {  # (file, step of the browse): what the text after it says
        ("1", 3): "uses",
        ("10", 5): "rejects",
        ("10", 11): "uses",
        ("10", 17): "uses",
        ("10", 21): "uses",
        ("11", 7): "uses",
        ("14", 3): "uses",
        ("14", 7): "uses",
        ("14", 13): "uses",
        ("17", 7): "uses",
        ("17", 9): "unknown",
        ("17", 13): "uses",
        ("4", 15): "uses",
        ("4", 17): "rejects",
        ("4", 21): "rejects",
    }
    judged = {}
    for name, step in by_hand:
        log = json.loads((shared / "trajectories" / "lrat" / f"{name}.json").read_text())
        judged[name, step] = (
            CueJudge().decide(Case(log["result"][step + 1]["output"])).verdict.value
        )
    assert judged == by_hand
