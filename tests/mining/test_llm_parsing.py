"""The verdict in a model's reply, however it is dressed, and none where there is none."""

import pytest
from cpu_time import cpu_seconds

from lrat_rank.excerpts import one_line
from lrat_rank.mining.judges.llm.parsing import parse_reply

USES = [
    "VERDICT: USES",
    "WHY: it quotes the year from the page\nVERDICT: USES",
    "uses",
    "USES.",
    "**USES**",
    "`Uses`\n",
    "Verdict: **uses**.",
    "**Verdict:** USES",
    "**VERDICT: USES**",
    "> verdict - uses",
    "My answer is USES.",
    "The verdict is USES because the year is quoted.",
    "VERDICT:\nUSES",
    "I read all four records. USES, since the year stands in it.",
    "The reasoning uses the page, and so does the answer. The label is: USES",
    '{"verdict": "USES", "why": "it quotes the year"}',
    '```json\n{"Verdict": "uses"}\n```',
    'Here it is: {"why": "as {braces} say", "verdict": "USES"} Done.',
    '{"verdict": "USES",',
    "<think>Is it CANNOT_TELL or DOES_NOT_USE?</think>\nVERDICT: USES",
    "VERDICT: CANNOT_TELL, or so I first thought</think>VERDICT: USES",
    "VERDICT: USES\n\nVERDICT: USES",
    "The answer is stated on the page.\nVERDICT: USES",
    '{"answer": "1914", "verdict": "USES"}',
]
REJECTS = [
    "VERDICT: DOES_NOT_USE",
    "does not use",
    "Doesn't use.",
    "Doesn’t use.",
    "DOES NOT USE",
    "**DOES-NOT-USE**",
    "Verdict: does_not_use",
    "verdict = NOT USED",
    "WHY: nobody uses it\nVERDICT: DOES_NOT_USE",
    '{"answer": "does not use"}',
    "It turns the page down, so DOES_NOT_USE.",
]
UNKNOWN = ["VERDICT: CANNOT_TELL", "can't tell", "Cannot tell.", "CAN NOT TELL", "cannot-tell"]
NOTHING = [
    "",
    "  \n",
    "RELEVANT",
    "yes",
    "The agent uses the page to find the year.",
    "VERDICT: USES or DOES_NOT_USE or CANNOT_TELL",
    "VERDICT: USES\nVERDICT: DOES_NOT_USE",
    "VERDICT: perhaps",
    "VERDICT:",
    "VERDICT: perhaps\nANSWER: USES",
    "It is not USES.",
    "Rather CANNOT_TELL than USES.",
    "USES or CANNOT_TELL",
    "<think>VERDICT: USES",
    "<think>so</think><think>VERDICT: USES",
    '{"verdict": "USES"} {"verdict": "CANNOT_TELL"}',
    '{"verdict": ["USES"]}',
    '{"verdict": null}',
    '{"why": "the page"}',
    "MISUSES",
    "x" * 30_000 + " VERDICT: USES",
]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        *((text, "uses") for text in USES),
        *((text, "rejects") for text in REJECTS),
        *((text, "unknown") for text in UNKNOWN),
    ],
)
def test_one_label_in_any_dress_is_the_verdict(text, verdict):
    parsed = parse_reply(text)
    assert parsed is not None
    assert parsed.verdict.value == verdict


@pytest.mark.parametrize("text", NOTHING)
def test_no_label_or_more_than_one_is_no_verdict(text):
    assert parse_reply(text) is None


def test_a_label_in_its_place_survives_a_cut_and_one_in_unfinished_prose_does_not():
    assert parse_reply("VERDICT: USES\nbecause the", was_cut=True).verdict.value == "uses"
    assert parse_reply("I think that USES would be", was_cut=True) is None
    assert parse_reply("VERDICT: DOES_NOT", was_cut=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "WHY: quotes the\tyear\nVERDICT: USES",
        "**Why:** quotes the year\n**Verdict:** USES",
        '{"why": "quotes the year", "verdict": "USES"}',
    ],
)
def test_the_models_reason_is_kept_on_one_line(text):
    assert parse_reply(text).why == "quotes the year"


def test_a_long_reason_is_cut():
    assert len(parse_reply("WHY: " + "very " * 200 + "\nVERDICT: USES").why) == 160
    assert one_line("a  b\nc\x1b[2J", 20) == "a b c [2J"


@pytest.mark.parametrize(
    "text",
    [
        "<think>" * 9_000,
        "</think " * 9_000,
        '{"a":' * 3_900,
        "\n" * 19_000 + "x",
        "verdict " * 2_400,
    ],
)
def test_a_hostile_reply_is_read_quickly(text):
    assert parse_reply(text) is None
    assert cpu_seconds(lambda: parse_reply(text), enough=1) < 1
