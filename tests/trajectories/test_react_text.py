"""ReAct transcripts: what the actions did, where runs begin, and what a broken text leaves."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from lrat_rank.mining.labels import State
from lrat_rank.mining.miner import mine
from lrat_rank.mining.options import MiningOptions
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.formats import sniff
from lrat_rank.trajectories.matching import DocumentMatcher
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
)
from lrat_rank.trajectories.reading import read_trajectories
from lrat_rank.trajectories.texts.react import REACT

CHOSEN = """Question: Who made the clay dog?
Thought 1: I search the dog.
Action 1: Search["Clay Dog"]
Observation 1: Could not find ["Clay Dog"]. Similar: ['Clay Dog (film)', "Baker's Dog", 'SAS: Dogs']
Thought 2: The film it is.
Action 2: Search[clay dog (film)]
Observation 2: Clay Dog is a film by Ann Baker.
It won a prize.
Thought 3: So the answer is Ann Baker.
Action 3: Finish[Ann Baker]
Observation 3: Answer is CORRECT
Correct answer: Ann Baker
"""
DIRECT = """Question: Where is Oslo?
Thought: I search Oslo,
then read.
Action: Search[Oslo]
Observation: Oslo is a city.
Thought: It does not say where. I look up the country.
Action: Lookup[country]
Observation: (Result 1/1) Oslo is the capital of Norway.
Thought: In Norway, says the page.
Action: Finish[Norway]
Observation: Episode finished, reward = 0
"""


def read(text: object, setting: ReadSetting | None = None) -> Trajectory:
    return REACT.read(text, trajectory_id="t", source="", setting=setting or ReadSetting())


def run(*lines: str) -> str:
    return "\n".join(["Question: Q?", "Thought 1: Go.", *lines])


def kinds(trajectory: Trajectory) -> list[str]:
    return [type(turn).__name__ for turn in trajectory.turns]


def test_a_title_chosen_from_a_shown_list_is_a_browse() -> None:
    trajectory = read(CHOSEN)
    _, search, _, browse, _, answer = trajectory.turns
    assert isinstance(search, Search)
    assert search.query == '"Clay Dog"'
    assert [(i.doc_id, i.rank, i.snippet) for i in search.impressions] == [
        ("Clay Dog (film)", 1, "Clay Dog (film)"),
        ("Baker's Dog", 2, "Baker's Dog"),
        ("SAS: Dogs", 3, "SAS: Dogs"),
    ]
    text = "Clay Dog is a film by Ann Baker.\nIt won a prize."
    assert browse == Browse("Clay Dog (film)", text)
    assert answer == Answer("Ann Baker")
    assert (trajectory.correct, trajectory.status) == (True, "completed")
    assert (trajectory.question, trajectory.answer) == ("Who made the clay dog?", "Ann Baker")


def test_a_page_that_a_search_goes_straight_to_is_a_list_of_one_and_a_browse() -> None:
    _, search, browse, *_ = read(DIRECT).turns
    assert isinstance(search, Search)
    assert [(i.doc_id, i.rank, i.snippet) for i in search.impressions] == [
        ("Oslo", 1, "Oslo is a city.")
    ]
    assert browse == Browse("Oslo", "Oslo is a city.")


def test_lists_of_one_document_order_nothing() -> None:
    mined = mine(
        [read(DIRECT), replace(read(CHOSEN), trajectory_id="u")], MiningOptions.named(judge="none")
    )
    assert [labelled.orders_something for labelled in mined.lists] == [False, True]


def test_a_lookup_reads_on_so_that_the_thought_after_it_counts_for_the_page() -> None:
    trajectory = read(DIRECT)
    assert kinds(trajectory)[1:6] == ["Search", "Browse", "Reasoning", "Browse", "Reasoning"]
    assert trajectory.turns[4] == Browse("Oslo", "(Result 1/1) Oslo is the capital of Norway.")
    (labelled,) = mine([trajectory], MiningOptions.named(judge="none")).lists
    (candidate,) = labelled.candidates
    assert candidate.state is State.RELEVANT
    assert candidate.evidence.reasoning_length == 10 + 5


@pytest.mark.parametrize("nothing", ["No Results", "No more results.", ""])
def test_a_lookup_that_finds_nothing_reads_nothing(nothing: str) -> None:
    text = DIRECT.replace("(Result 1/1) Oslo is the capital of Norway.", nothing)
    assert kinds(read(text))[4] == "OtherCall"


def test_a_lookup_outside_a_page_is_counted() -> None:
    setting = ReadSetting()
    text = run("Action 1: Lookup[x]", "Observation 1: The last page Searched was not found")
    assert kinds(read(text, setting)) == ["Reasoning", "OtherCall"]
    assert setting.report.unplaced == {"lookup outside a page": 1}


def test_thoughts_keep_their_lines_and_outcomes_their_sign() -> None:
    trajectory = read(DIRECT)
    assert trajectory.turns[0] == Reasoning("I search Oslo,\nthen read.")
    assert trajectory.correct is False


@pytest.mark.parametrize(
    "observation",
    [
        "Could not find [x]. Similar: ['A (b, c)', \"D's\"]",
        "Could not find x. Similar: ['A (b, c)', \"D's\"].",
        "Could not find [x]. Similar: ['A (b, c)', \"D's\", 'cut o",
    ],
)
def test_lists_are_read_in_every_spelling(observation: str) -> None:
    search = read(run("Action 1: Search[x]", f"Observation 1: {observation}")).turns[1]
    assert isinstance(search, Search)
    assert [i.doc_id for i in search.impressions] == ["A (b, c)", "D's"]


def test_an_empty_list_shows_nothing_and_did_not_fail() -> None:
    setting = ReadSetting()
    text = run("Action 1: Search[x]", "Observation 1: Could not find [x]. Similar: []")
    assert read(text, setting).turns[1] == Search("x")
    assert setting.report.unplaced == {"search output with no documents": 1}


def test_a_search_that_the_environment_refused_failed() -> None:
    refused = (
        "Invalid Action. Valid Actions are Lookup[<topic>] Search[<topic>] and Finish[<answer>]."
    )
    turn = read(run("Action 1: Search[x]", f"Observation 1: {refused}")).turns[1]
    assert turn == Search("x", failed=True)


def test_an_action_that_is_no_call_is_counted_and_ends_the_reading() -> None:
    setting = ReadSetting()
    text = run("Action 1: Let me think.", "Observation 1: Invalid Action.", "Thought 2: Hm.")
    assert kinds(read(text, setting)) == ["Reasoning", "OtherCall", "Reasoning"]
    assert setting.report.unplaced == {"action that cannot be read": 1}


def test_tools_with_an_input_are_read_as_the_tool_map_says() -> None:
    listed = '[{"docid": "7", "snippet": "s"}, {"docid": "8", "snippet": "s"}]'
    setting = ReadSetting()
    trajectory = read(
        run(
            *("Action: search", 'Action Input: "clay dog"', f"Observation: {listed}"),
            *("Thought: The first.", "Action: get_document"),
            *('Action Input: {"docid": "7"}', "Observation: Seven."),
            *("Action: calculator", "Action Input: 1+1", "Observation: 2"),
            "Final Answer: seven",
        ),
        setting,
    )
    _, search, _, browse, other, answer = trajectory.turns
    assert isinstance(search, Search)
    assert (search.query, [i.doc_id for i in search.impressions]) == ("clay dog", ["7", "8"])
    assert (browse, other) == (Browse("7", "Seven."), OtherCall("calculator"))
    assert answer == Answer("seven")
    assert setting.report.unplaced == {"unknown tool calculator": 1}


def test_a_text_that_ends_in_a_thought_was_cut_there() -> None:
    *_, last = read(
        run("Action 1: Search[Oslo]", "Observation 1: A city.", "Thought 2: So i")
    ).turns
    assert last == Reasoning("So i", truncated=True)


def test_a_search_without_an_observation_shows_nothing() -> None:
    trajectory = read(run("Action 1: Search[Oslo"))
    (search,) = (turn for turn in trajectory.turns if isinstance(turn, Search))
    assert (search.query, search.impressions) == ("Oslo", ())
    assert trajectory.status is None


def test_an_opened_title_stays_whole() -> None:
    browse = read(run("Action 1: Open[SAS: Dogs]", "Observation 1: Who dares.")).turns[1]
    assert browse == Browse("SAS: Dogs", "Who dares.")


def test_a_question_inside_a_page_begins_no_run() -> None:
    page = "A quiz.\nQuestion: Who won?\nThought 2: I read on.\nAction 2: Finish[no one]"
    text = run("Action 1: Search[Quiz]", f"Observation 1: {page}")
    assert REACT.pieces is not None
    assert not REACT.pieces.is_piece(text)
    assert REACT.pieces.is_piece(f"{text}\n{CHOSEN}")
    assert read(text).question == "Q?"


def test_with_a_corpus_ids_are_the_corpus_ids_and_others_are_left_out() -> None:
    corpus = [
        ("d1", "Baker's dog", "Bread."),
        ("d2", "The Film", "Clay Dog is a film by Ann Baker."),
    ]
    setting = ReadSetting(documents=DocumentMatcher(corpus))
    search = read(CHOSEN, setting).turns[1]
    assert isinstance(search, Search)
    assert [(i.doc_id, i.rank) for i in search.impressions] == [("d1", 2)]
    missing = [count for reason, count in setting.report.unplaced.items() if "shown" in reason]
    assert missing == [2]


def test_a_page_under_another_name_is_found_by_its_text() -> None:
    text = "The arena, once known under many other names, stands in the town of Sunrise."
    setting = ReadSetting(documents=DocumentMatcher([("d9", "Live Arena", f"{text} It is old.")]))
    trajectory = read(run("Action 1: Search[Old Center]", f"Observation 1: {text}"), setting)
    assert trajectory.turns[2] == Browse("d9", text)


def test_a_text_of_many_runs_gives_each_with_its_group(tmp_path: Path) -> None:
    halted = run("Action 1: Search[Q]", "Observation 1: Question: is a page.\nQuestion: in a page")
    (tmp_path / "log.txt").write_text(
        "#########\nBEGIN TRIAL 1\nTrial summary: Correct: 1\n"
        f"------------- BEGIN CORRECT AGENTS -------------\n\n{CHOSEN}\n"
        "------------- BEGIN INCORRECT AGENTS -----------\n\n"
        f"{DIRECT.replace('reward = 0', '')}\nCorrect answer: Europe\n\n"
        "You have attempted this before.\nReflections:\n- Read more.\n\n"
        f"------------- BEGIN HALTED AGENTS -----------\n\n{halted}\nCorrect answer: none\n"
    )
    runs = list(read_trajectories([tmp_path]))
    assert [r.trajectory_id for r in runs] == ["log-1", "log-2", "log-3"]
    assert [(r.correct, r.status, r.answer) for r in runs] == [
        (True, "completed", "Ann Baker"),
        (False, "completed", "Europe"),
        (None, "halted", "none"),
    ]
    assert kinds(runs[2]) == ["Reasoning", "Search", "Browse"]
    assert kinds(runs[0])[-1] == kinds(runs[1])[-1] == "Answer"


def test_examples_and_earlier_trials_of_a_prompt_are_no_runs() -> None:
    prompt = f"Here are some examples:\n{DIRECT}\n(END OF EXAMPLES)\n{CHOSEN}"
    record = json.loads(json.dumps({"id": 5, "model": "m", "log": prompt}))
    trajectory = read(record)
    assert (trajectory.question, trajectory.agent) == ("Who made the clay dog?", "m")
    assert REACT.run_name(record) == "5"
    assert REACT.pieces is not None
    assert not REACT.pieces.is_piece(prompt)


@pytest.mark.parametrize(
    "other",
    [
        "Plain text.",
        {"messages": [{"role": "assistant", "content": CHOSEN}]},
        {"log": "Action: none"},
        {"log": [CHOSEN]},
        None,
        3,
        [CHOSEN],
    ],
)
def test_other_records_are_not_claimed(other: object) -> None:
    assert not REACT.recognises(other)


def test_texts_and_fields_are_recognised() -> None:
    assert sniff(CHOSEN) is REACT
    assert sniff({"scratchpad": DIRECT}) is REACT


def test_a_text_without_a_question_is_one_run(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(DIRECT.partition("\n")[2])
    (only,) = read_trajectories([tmp_path])
    assert (only.trajectory_id, only.question) == ("log", "")
    assert only.turns == read(DIRECT).turns


@pytest.mark.shared
def test_a_published_log_is_read_to_the_last_turn(shared: Path) -> None:
    setting = ReadSetting()
    runs = list(read_trajectories([shared / "trajectories" / "react"], setting=setting))
    assert Counter((r.correct, r.status) for r in runs) == {(True, "completed"): 30}
    assert all(r.question and r.answer and kinds(r)[-1] == "Answer" for r in runs)
    # Counted by grep: 66 Search actions, of which 14 gave a list (2 of them empty), 11 opened a
    # title of a list and 41 went straight to a page; 2 Lookup actions, of which 1 found nothing.
    assert setting.report.turns == {
        "reasoning": 98,
        "search": 14 + 41,
        "browse": 11 + 41 + 1,
        "other_call": 1,
        "answer": 30,
    }
    searches = [turn for r in runs for turn in r.turns if isinstance(turn, Search)]
    assert sum(len(search.impressions) for search in searches) == 107 + 41
    assert setting.report.unplaced == {"search output with no documents": 2}
    assert not setting.report.failed
