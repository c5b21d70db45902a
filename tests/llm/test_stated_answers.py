"""The short answer and the confidence are read from what agents really write."""

import pytest

from lrat_rank.llm.stated import stated_answer


@pytest.mark.parametrize(
    ("text", "answer", "confidence"),
    [
        ("Explanation: x\nExact Answer: Ana Lor\nConfidence: 80%", "Ana Lor", 0.8),
        (
            "**Explanation:** x\n\n**Exact Answer:** Ana Lor\n\n**Confidence:** 95 %",
            "Ana Lor",
            0.95,
        ),
        ("**Exact Answer**: *Ana Lor*\n**Confidence**: ~70%", "Ana Lor", 0.7),
        ("Exact Answer:\n\n  Ana Lor  \nConfidence score: 7%", "Ana Lor", 0.07),
        ("Explanation: x. Exact Answer: Ana Lor. Confidence: 60%", "Ana Lor", 0.6),
        ("Exact Answer: Kelm? No.\nExact Answer: Ana Lor [12, 31]【4】", "Ana Lor", None),
        ("Here is my final answer: Ana Lor", "Ana Lor", None),
        ("exact answer：Ana Lor\nconfidence：100％", "Ana Lor", 1.0),
        ("The answer is Ana Lor.", "Ana Lor", None),
        ("My final answer is Ana Lor", "Ana Lor", None),
        ("Answer: Ana Lor", "Ana Lor", None),
        ("Ana Lor", "Ana Lor", None),
        ("She is called Ana Lor. The answer is clear.", None, None),
        ("Exact Answer: Confidence in Numbers", "Confidence in Numbers", None),
        (
            "Exact Answer: The Confidence-Man: His Masquerade",
            "The Confidence-Man: His Masquerade",
            None,
        ),
        (
            "Exact Answer: Bank of Confidence: London\n*Confidence:* 70%",
            "Bank of Confidence: London",
            0.7,
        ),
        ("Exact Answer:\nConfidence-Man: a novel", "Confidence-Man: a novel", None),
        ("Exact Answer: Ana Lor (confidence: 80%)", "Ana Lor", 0.8),
        ("Exact Answer: Ana Lor\nConfidence (0-100%): 60", "Ana Lor", 0.6),
        ("Exact Answer:\nConfidence: high\nExplanation: none found", "", None),
        ("1. **Exact Answer:**\n2. **Confidence:** 5%", "", 0.05),
        ("1. Exact Answer: Ana Lor\n2. Confidence: 5%", "Ana Lor", 0.05),
        ("Exact Answer:", "", None),
        ("Ana Lor\nConfidence: 0.8", None, 0.8),
        ("Ana Lor\nConfidence: 1", None, 0.01),
        ("Ana Lor\nConfidence: 87", None, 0.87),
        ("Ana Lor\nConfidence: 120%", None, None),
        ("Ana Lor\nConfidence: high", None, None),
        ("Confidence: 10%\nOn reflection.\nConfidence: 90%", None, 0.9),
    ],
)
def test_answer_and_confidence(text, answer, confidence):
    stated = stated_answer(text)
    assert stated.text == (text if answer is None else answer)
    assert (
        stated.confidence == pytest.approx(confidence)
        if confidence is not None
        else (stated.confidence is None)
    )
