"""The formats that are read out of text raise nothing, whatever a record holds."""

from typing import Any

import pytest
from cpu_time import cpu_seconds
from hypothesis import given, settings
from hypothesis import strategies as st

from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.matching import DocumentMatcher
from lrat_rank.trajectories.texts.react import REACT
from lrat_rank.trajectories.texts.search_r1 import SEARCH_R1
from lrat_rank.trajectories.texts.tongyi_tags import TONGYI

FORMATS = [REACT, SEARCH_R1, TONGYI]
FRAGMENTS = [
    *("<think>", "</think>", "<search>", "</search>", "<information>", "</information>"),
    *(
        "<tool_call>",
        "</tool_call>",
        "<tool_response>",
        "</tool_response>",
        "<answer>",
        "</answer>",
    ),
    *(
        "<function=search>",
        "<parameter=query>",
        "</parameter>",
        "</function>",
        "<|im_start|>user\n",
    ),
    *("<|im_start|>assistant\n", "<|im_end|>", 'Doc 1(Title: "t") b\n', "Doc 2(Title: (", "\n"),
    *("\nQuestion: q", "\nThought 1:", "\nAction 1: Search[", "\nAction: Lookup[x]", "]", "oslo"),
    *(
        "\nObservation 1: Could not find [x]. Similar: ['A', 'B",
        "\nAction Input: {",
        "\nFinal Answer:",
    ),
    *(
        '{"name": "visit", "arguments": {"url": ["a", "b"]}}',
        "\n=======\n",
        "1. [t](u)\n",
        "{'name': 3,",
    ),
    *(
        "--- BEGIN HALTED AGENTS ---",
        "\nCorrect answer: x",
        "Begin!",
        "\nObservation: (Result 1/1) y",
    ),
]
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)
values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
messages = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "assistant", "tool", 3])},
        optional={"content": texts | values, "reasoning_content": values},
    )
    | values,
    max_size=6,
)
records = (
    texts
    | values
    | st.fixed_dictionaries(
        {}, optional={"messages": messages, "response": texts, "question": values, "log": texts}
    )
)
CORPUS = DocumentMatcher([("1", "A", "b"), ("2", "t", "b"), ("3", "t", "c")])


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(record=records, with_corpus=st.booleans())
def test_any_record_is_refused_or_read(
    known: TrajectoryFormat, record: Any, with_corpus: bool
) -> None:
    setting = ReadSetting(documents=CORPUS if with_corpus else None)
    runs = [record] if known.recognises(record) else []
    if runs and known.pieces is not None and known.pieces.is_piece(record):
        runs = list(known.pieces.gather([record]))
    for run in runs:
        read = known.read(run, trajectory_id="t", source="", setting=setting)
        assert read.trajectory_id == "t"


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
@pytest.mark.parametrize("fragment", [*FRAGMENTS, " ", "<think>a", "Search[", "\n\n"])
def test_reading_time_does_not_explode(known: TrajectoryFormat, fragment: str) -> None:
    text = "Action: Search[a]\nObservation: <think>a</think><tool_call>" + fragment * 3000

    def read() -> None:
        if known.recognises(text):
            known.read(text, trajectory_id="t", source="", setting=ReadSetting())

    assert cpu_seconds(read, enough=2) < 2


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_record_nested_deeply_is_refused(known: TrajectoryFormat) -> None:
    deep: Any = "<tool_call>"
    for _ in range(3000):
        deep = [deep]
    assert not known.recognises({"messages": [{"role": "assistant", "content": deep}]})
    assert not known.recognises({"response": deep})
