"""The judge `cues` reads what agents write after a document; the sentences are made up."""

import json

import pytest

from lrat_rank.mining.judges import JUDGES
from lrat_rank.mining.judges.base import Case
from lrat_rank.mining.judges.cues import CueJudge
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
