"""What the agent is told: its task, the format of its answer, and a reminder of both.

The format is the one that agents of BrowseComp-Plus are scored by: lines that begin with
`Explanation:`, `Exact Answer:` and `Confidence:`.
"""

from __future__ import annotations

from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.files import existing_file
from lrat_rank.llm.stated import stated_answer

QUESTION = "{question}"
"""What a prompt holds where the question goes."""

PROMPT = """\
Find the answer to the question below. What there is to know stands in a collection of documents \
that you reach only with the tools you are given. Search as often as you need to, in different \
words when a search brings nothing, and read the documents that look promising. Before each call, \
say briefly what you learned from the last one and what you look for next. Rest your answer on \
what the documents say, not on what you remember.

When you know the answer, or are sure that it cannot be found, call no tool and reply in exactly \
this format:

Explanation: how the documents lead to the answer, with the docid of each in square brackets, \
such as [123]
Exact Answer: the answer alone, as short as it can be
Confidence: how sure you are, from 0% to 100%

Question: {question}"""

REMINDER = """\
That was neither a tool call nor an answer. Either call a tool to go on, or give your answer in \
the format you were asked for, with lines that begin with "Explanation:", "Exact Answer:" and \
"Confidence:"."""

LAST_CHANCE = """\
No tool calls are left. Give your answer now, from what you have read, in the format you were \
asked for."""


def asked(prompt: str, question: str) -> str:
    """The prompt with the question in it."""
    return prompt.replace(QUESTION, question)


def is_answer(text: str, prompt: str) -> bool:
    """Whether a reply without tool calls answers, in the format that the prompt asks for.

    The format is what `stated_answer` reads, so that a run ends with what it is scored by. A prompt
    of one's own that does not speak of an exact answer takes any words for one.

    >>> is_answer("Let me look.", PROMPT), is_answer("**Exact Answer:** 1914", PROMPT)
    (False, True)
    >>> is_answer("1914", "Answer in one word: {question}")
    True
    """
    if "exact answer" not in prompt.lower():
        return bool(text.strip())
    stated = stated_answer(text)
    return stated.is_marked and bool(stated.text)


def read_prompt(path: Path | str) -> str:
    """A prompt of one's own.

    Raises:
        InputError: The file cannot be read, or does not say where the question goes.
    """
    try:
        prompt = existing_file(path, "prompt").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("prompt", must="UTF-8 text", got=str(error), where=path) from error
    check_prompt(prompt, where=path)
    return prompt


def check_prompt(prompt: str, where: Path | str | None = None) -> None:
    """Make sure that a prompt says where the question goes.

    Raises:
        InputError: It does not.
    """
    if QUESTION not in prompt:
        raise InputError(
            "prompt",
            must=f"a text that holds {QUESTION}, where the question goes",
            got="one without",
            where=where,
        )
