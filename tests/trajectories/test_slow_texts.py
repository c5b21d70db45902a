"""Texts made to be slow to read are read in linear time, and no prompt takes a run with it."""

import pytest
from cpu_time import cpu_seconds

from lrat_rank.trajectories import Search
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.calls.outputs import read_opened, read_shown
from lrat_rank.trajectories.calls.web_results import sections, web_results
from lrat_rank.trajectories.messages.browser_pages import read_page
from lrat_rank.trajectories.payloads import structured
from lrat_rank.trajectories.texts.react import REACT, gather
from lrat_rank.trajectories.texts.search_r1 import SEARCH_R1
from lrat_rank.trajectories.texts.tagged import Piece, pieces
from lrat_rank.trajectories.texts.tongyi_tags import TONGYI
from lrat_rank.trajectories.traces.otlp import attributes_of

SIZE = 200_000
FRAGMENTS = [
    *(
        "\n",
        "=====\n",
        "1. [",
        "](",
        "1. [a](b ",
        "<think>",
        "<think><search>",
        "</think>",
        "<search>",
    ),
    *("inside <think> and </think> ", "\nQuestion: ", "My previous action is invalid."),
    *("Here are some examples:", "Previous trial:", "Use the following format:", "Begin!\n"),
    *("Here are some examples: (END OF EXAMPLES)", "(END OF EXAMPLES)", "404 ", "【1†a", "<a>"),
    "\nPrevious trial: (END PREVIOUS TRIAL) Here are some examples:",
]
READERS = {
    "sections": lambda text: sections(f"a{text}b", 2),
    "links": lambda text: web_results(f"1. [{text}"),
    "tags": lambda text: list(pieces(text, {"think", "search"})),
    "runs": lambda text: list(gather([text])),
    "list": read_shown,
    "page": read_opened,
    "browser": read_page,
    "react": lambda text: read(REACT, f"Thought: x\nAction: Search[x]\n{text}"),
    "search-r1": lambda text: SEARCH_R1.recognises(text) and read(SEARCH_R1, text),
    "tongyi": lambda text: TONGYI.recognises(text) and read(TONGYI, text),
}


def read(form, text, setting=None):
    return form.read(text, trajectory_id="t", source="x", setting=setting or ReadSetting())


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_no_text_is_slow(reader):
    for fragment in FRAGMENTS:
        text = fragment * (SIZE // len(fragment))
        assert cpu_seconds(lambda text=text: reader(text), enough=1) < 1, fragment


def test_tags_that_do_not_close_end_at_the_next():
    found = list(pieces("<a>1<b>2</b>3</a><a>4<a>5</a><b>6", {"a", "b"}))
    assert [(piece.tag, piece.text) for piece in found[:2]] == [("a", "1<b>2</b>3"), ("a", "4")]
    assert found[2:] == [Piece("a", "5"), Piece("b", "6", closed=False, cut=True)]


def run(number, begin=""):
    return (
        f"{begin}\nQuestion: q{number}\nThought 1: a\nAction 1: Search[x]\nObservation 1: page\n"
        f"Thought 2: b\nAction 2: Finish[x]\n"
    )


def questions(text):
    return [read(REACT, piece).question for piece in gather([text])]


def test_an_end_far_below_takes_no_runs():
    begin = "Here are some examples:"
    text = "".join(run(n, begin) for n in range(4)) + "(END OF EXAMPLES)\n" + run(4, begin)
    assert questions(text) == ["q0", "q1", "q2", "q3", "q4"]
    assert questions(run(0, begin) + "x" * 50_000 + "(END OF EXAMPLES)" + run(1)) == ["q0", "q1"]


def test_whole_prompts_are_left_out_of_every_run():
    prompt = f"Here are some examples:{run('example')}(END OF EXAMPLES)\n"
    trial = f"Previous trial:{run('trial')}(END PREVIOUS TRIAL)\n"
    form = "Use the following format:\nQuestion: asked\nThought: a\nAction: b\nBegin!\n"
    text = prompt + trial + run(0) + prompt + run(1) + trial + prompt + run(2) + form + run(3)
    assert questions(text) == ["q0", "q1", "q2", "q3"]


def test_a_prompt_without_an_end_is_counted():
    setting = ReadSetting()
    read(REACT, f"Here are some examples:{run(0)}", setting)
    (reason,) = [reason for reason in setting.report.unplaced if "prompt" in reason]
    assert setting.report.unplaced[reason] == 1


def test_a_rollout_that_speaks_of_its_prompt_keeps_its_turns():
    text = (
        "Question: q\n<think>I reason inside <think> and </think>.</think><search>a</search>"
        "<information>DocID:7\nx</information><think>" + "y" * 9_000 + "\nQuestion: z\n</think>"
    )
    assert any(isinstance(turn, Search) for turn in read(SEARCH_R1, text).turns)


def test_an_invalid_action_takes_no_turns_with_it():
    text = (
        "<search>a</search><information>DocID:7\nx</information>My previous action is invalid. "
        "<think>" + "y" * 600 + "</think><search>b</search><information>DocID:8\nx</information>"
        "Let me try again."
    )
    turns = read(SEARCH_R1, text).turns
    assert [turn.query for turn in turns if isinstance(turn, Search)] == ["a", "b"]


@pytest.mark.parametrize("digits", ["--5", "-", "5" * 5_000, "٥" * 5_000])
def test_numbers_that_are_none_stay_text(digits):
    span = {"attributes": [{"key": "k", "value": {"intValue": digits}}]}
    assert attributes_of(span) == {"k": digits}


def test_numbers_too_long_for_python_are_no_numbers():
    long = "7" * 5_000
    assert read_page(f"[{long}] t (u)\n**viewing lines [0 - 1] of 1**\n\nL0: x") is None
    page = read_page(f"[1] t (u)\n**viewing lines [0 - 1] of 1**\n\nL0: 【{long}†a】 【2†b】")
    assert [link.number for link in page.links] == [2]
    assert structured("{'docid': 0x" + "f" * 5_000 + "}") is None
    assert structured("{'docid': 0xff}") == {"docid": 255}
