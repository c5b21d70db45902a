"""Search-R1 rollouts: the prompt is not the run, and documents are known by their words."""

import pytest

from lrat_rank.mining.miner import mine
from lrat_rank.mining.report import Drop
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.formats import sniff
from lrat_rank.trajectories.matching import DocumentMatcher, made_id
from lrat_rank.trajectories.model import Answer, Reasoning, Search, Trajectory
from lrat_rank.trajectories.texts.search_r1 import NO_BROWSES, NOT_FOUND, SEARCH_R1

PROMPT = (
    "Answer the given question. You must conduct reasoning inside <think> and </think> first. "
    "Call a search engine by <search> query </search> and it will return results between "
    "<information> and </information>. For example, <answer> Beijing </answer>. "
    "Question: Where is Oslo?\n"
)
ROLLOUT = """<think> I must find it. </think>
<search> Oslo </search>

<information>Doc 1(Title: "Oslo (city)") Oslo is a city
in the north.
Doc 2(Title: Oslo (ship)) A ship.
Doc 3(Title: "The "Oslo" Hotel") A house. Doc 4 is not here.
</information>

<think> The first says so. </think>
<answer> Norway </answer>"""
SHOWN = [
    ("Oslo (city)", "Oslo is a city\nin the north."),
    ("Oslo (ship)", "A ship."),
    ('The "Oslo" Hotel', "A house. Doc 4 is not here."),
]


def read(record: object, setting: ReadSetting | None = None) -> Trajectory:
    return SEARCH_R1.read(record, trajectory_id="t", source="", setting=setting or ReadSetting())


def test_a_rollout_is_reasoning_lists_and_an_answer() -> None:
    before, search, after, answer = read(ROLLOUT).turns
    assert before == Reasoning("I must find it.")
    assert isinstance(search, Search)
    assert search.query == "Oslo"
    assert [(i.doc_id, i.rank) for i in search.impressions] == [
        (made_id(title, body), rank) for rank, (title, body) in enumerate(SHOWN, start=1)
    ]
    assert search.impressions[0].snippet == "Oslo (city)\nOslo is a city\nin the north."
    assert (after, answer) == (Reasoning("The first says so."), Answer("Norway"))


@pytest.mark.parametrize(
    "record",
    [
        PROMPT + ROLLOUT,
        "Question: Where is Oslo?\n" + ROLLOUT,
        f"<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n{PROMPT}<|im_end|>\n"
        f"<|im_start|>assistant\n{ROLLOUT}<|im_end|>",
        {"sequences_str": PROMPT + ROLLOUT},
        {"input": f"system\nuser\n{PROMPT}\nassistant\n", "output": ROLLOUT},
        {"question": "Where is Oslo?", "response": ROLLOUT},
        {
            "messages": [
                {"role": "user", "content": PROMPT},
                {"role": "assistant", "content": ROLLOUT[: ROLLOUT.index("<information>")]},
                {
                    "role": "user",
                    "content": ROLLOUT[ROLLOUT.index("<info") : ROLLOUT.rindex("<think>")],
                },
                {"role": "assistant", "content": ROLLOUT[ROLLOUT.rindex("<think>") :]},
            ]
        },
    ],
)
def test_the_prompt_is_the_question_and_no_turns(record: object) -> None:
    assert sniff(record) is SEARCH_R1
    trajectory = read(record)
    assert trajectory.question == "Where is Oslo?"
    assert trajectory.turns == read(ROLLOUT).turns


def test_a_run_without_a_search_is_still_one() -> None:
    record = {"messages": [{"role": "user", "content": PROMPT}]}
    record["messages"].append(
        {"role": "assistant", "content": "<think>a</think><answer>b</answer>"}
    )
    assert sniff(record) is SEARCH_R1
    trajectory = read(record)
    assert trajectory.turns == (Reasoning("a"), Answer("b"))
    assert trajectory.question == "Where is Oslo?"


def test_with_a_corpus_documents_keep_their_ranks_and_strangers_are_left_out() -> None:
    corpus = [
        ("a", "", '"Oslo (city)"\nOslo is a city in the north.'),
        ("c", "The Oslo Hotel", "x"),
    ]
    setting = ReadSetting(documents=DocumentMatcher(corpus))
    search = read(ROLLOUT, setting).turns[1]
    assert isinstance(search, Search)
    assert [(i.doc_id, i.rank) for i in search.impressions] == [("a", 1), ("c", 3)]
    assert setting.report.unplaced[NOT_FOUND] == 1


def test_the_report_says_that_nothing_was_opened() -> None:
    setting = ReadSetting()
    mined = mine([read(ROLLOUT, setting)])
    assert mined.lists == []
    assert mined.report.drops == {Drop.SEARCH_WITHOUT_BROWSE: 1}
    assert setting.report.unplaced == {NO_BROWSES: 1}


def test_what_the_environment_says_of_an_invalid_action_is_no_search() -> None:
    note = (
        "\nMy previous action is invalid. If I want to search, I should put the query between "
        "<search> and </search>. If I want to give the final answer, I should put the answer "
        "between <answer> and </answer>. Let me try again.\n"
    )
    setting = ReadSetting()
    assert read(f"<think>So.</think>{note}{ROLLOUT}", setting).turns[1:] == read(ROLLOUT).turns
    assert setting.report.unplaced["action that the environment called invalid"] == 1


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("<search>x</search><think>and so", Reasoning("and so", truncated=True)),
        ("<search>x</search><answer>y", Answer("y")),
    ],
)
def test_a_text_may_end_anywhere(text: str, last: object) -> None:
    assert read(text).turns[-1] == last


@pytest.mark.parametrize("text", ["<search>x</search>", "<search>x</search> <search>and more"])
def test_a_search_whose_list_the_log_does_not_hold_shows_nothing(text: str) -> None:
    (search,) = read(text).turns
    assert isinstance(search, Search)
    assert (search.query, search.impressions) == ("x", ())


def test_a_think_without_its_end_stops_at_the_next_tag() -> None:
    first, search, second, _ = read(ROLLOUT.replace(" </think>", "", 1)).turns
    assert first == Reasoning("I must find it.")
    assert (type(search), second) == (Search, Reasoning("The first says so."))


def test_a_think_whose_start_is_in_the_prompt_is_a_think() -> None:
    assert read(ROLLOUT.removeprefix("<think>")).turns == read(ROLLOUT).turns


def test_information_without_documents_shows_none() -> None:
    setting = ReadSetting()
    (search,) = read("<search>x</search><information> nothing </information>", setting).turns
    assert search == Search("x")
    assert setting.report.unplaced["search output with no documents"] == 1


@pytest.mark.parametrize(
    "other",
    [
        PROMPT,
        "Plain text.",
        {"response": "<tool_call>{}</tool_call>"},
        {"messages": [{"role": "user", "content": ROLLOUT}]},
        {"messages": [{"role": "assistant", "content": ROLLOUT, "tool_calls": [{"id": "1"}]}]},
        {"response": 3},
        {"messages": [None, 3, {"role": 3, "content": {}}]},
        None,
        [ROLLOUT],
    ],
)
def test_other_records_are_not_claimed(other: object) -> None:
    assert not SEARCH_R1.recognises(other)
