"""The answers of many runs judged, each distinct one once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from lrat_rank.eval.agent_runs.matching import MATCHES, AnswerCase, AnswerJudge, AnswerVerdict
from lrat_rank.progress import track

References = Mapping[str, str | Collection[str]]
"""Question id → its right answer, or the right answer and its aliases."""

NO_ANSWER = AnswerVerdict(False, "no answer")
_NO_REFERENCE = AnswerVerdict(None, "no reference answer")


def judge_answers(
    given: Sequence[tuple[str, str, str]], answers: References, judge: AnswerJudge | None
) -> tuple[list[AnswerVerdict], str]:
    """A verdict for each answer, and the judge's name.

    Args:
        given: (question id, question, answer) of each run; an empty answer is wrong unasked, and
            a question without a reference is unjudged.
        answers: The right answers.
        judge: Who decides; None compares normalised texts.
    """
    judge = judge or MATCHES.get("normalised")
    cases = [_case(answers, *one) for one in given]
    distinct = list(dict.fromkeys(case for case in cases if _is_open(case)))
    verdicts = dict(zip(distinct, _decided(distinct, judge), strict=True))
    return [_verdict(case, verdicts) for case in cases], judge.name


def _case(answers: References, question_id: str, question: str, answer: str) -> AnswerCase:
    right = answers.get(question_id, ())
    return AnswerCase(question, answer, (right,) if isinstance(right, str) else tuple(right))


def _is_open(case: AnswerCase) -> bool:
    return bool(case.response and case.references)


def _verdict(case: AnswerCase, verdicts: Mapping[AnswerCase, AnswerVerdict]) -> AnswerVerdict:
    if not case.references:
        return _NO_REFERENCE
    return verdicts[case] if case.response else NO_ANSWER


def _decided(cases: Sequence[AnswerCase], judge: AnswerJudge) -> list[AnswerVerdict]:
    if judge.concurrency == 1:
        return [judge.decide(case) for case in cases]
    with ThreadPoolExecutor(judge.concurrency) as threads:
        return list(track(threads.map(judge.decide, cases), "Judging answers", total=len(cases)))
