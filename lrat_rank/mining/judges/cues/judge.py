"""The judge `cues`: which clause of the reasoning decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lrat_rank.mining.judges.base import Case, Decision, Verdict
from lrat_rank.mining.judges.cues.asides import ASIDES, UNREAD
from lrat_rank.mining.judges.cues.clauses import Clause, clauses, sentences_of
from lrat_rank.mining.judges.cues.facts import states_fact
from lrat_rank.mining.judges.cues.groups import DOCUMENT, CueGroup, Says
from lrat_rank.mining.judges.cues.rejections import CALLED_USELESS, REJECTIONS
from lrat_rank.mining.judges.cues.uses import USES

GROUPS: tuple[CueGroup, ...] = (*ASIDES, *UNREAD, *REJECTIONS, *USES)

_REASON_LENGTH = 120
_NEARBY = 2
_WORD = re.compile(r"[a-z0-9]+")
_FAR = frozenset(word for group in CALLED_USELESS for word in group.words.split())
_NAMED = re.compile(DOCUMENT)
_VERDICTS = {
    Says.USEFUL: Verdict.USES,
    Says.TELLS: Verdict.USES,
    Says.CONCLUDES: Verdict.USES,
    Says.USELESS: Verdict.REJECTS,
    Says.LACKS: Verdict.REJECTS,
    Says.UNREAD: Verdict.UNKNOWN,
}

_RANKS = {  # worth before content; of two that start together, the first named
    Says.UNREAD: (0, 0),
    Says.USELESS: (1, 0),
    Says.USEFUL: (1, 1),
    Says.LACKS: (2, 0),
    Says.TELLS: (2, 1),
    Says.CONCLUDES: (2, 2),
}


class _Index:
    """The groups by the words that call for them, so that few patterns are tried on a clause."""

    def __init__(self, groups: tuple[CueGroup, ...]) -> None:
        self._groups = [(group, group.finder()) for group in groups]
        self._always = frozenset(n for n, group in enumerate(groups) if not group.words)
        self._by_word: dict[str, set[int]] = {}
        for number, group in enumerate(groups):
            for word in group.words.split():
                self._by_word.setdefault(word, set()).add(number)

    def hits(self, text: str, words: set[str]) -> Iterator[tuple[CueGroup, re.Match[str]]]:
        """Every group with a cue in the clause, and its first cue."""
        called = self._always.union(*(self._by_word[w] for w in self._by_word.keys() & words))
        for number in sorted(called):
            group, search = self._groups[number]
            found = search(text)
            if found:
                yield group, found


_INDEX = _Index(GROUPS)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What a clause says about the document."""

    says: Says
    clause: Clause
    names_it: bool

    @property
    def worth(self) -> bool:
        return self.says in (Says.USEFUL, Says.USELESS)

    @property
    def uses(self) -> bool:
        return _VERDICTS[self.says] is Verdict.USES

    def outweighs(self, before: _Finding) -> bool:
        """Whether it decides in place of what was found before it."""
        gap = self.clause.sentence - before.clause.sentence
        if gap == 0 and (before.clause.concedes or (self.worth and not before.worth)):
            return True
        if self.clause.contrasts and gap <= 1 and self.uses is not before.uses:
            if self.clause.concedes and before.worth:
                return False
            return self.says in (Says.USEFUL, Says.TELLS, Says.USELESS)
        if self.says is Says.USELESS and before.uses and not before.worth:
            return gap <= _NEARBY or self.names_it
        return False

    def heeds(self, number: int, sentence: str) -> bool:
        """Whether a sentence further on may outweigh it; far off, only a verdict may."""
        gap = number - self.clause.sentence
        if self.worth or not self.uses:
            return gap <= 1
        return gap <= _NEARBY or not _FAR.isdisjoint(_WORD.findall(sentence.lower()))


class CueJudge:
    """Rules over the reasoning text; offline, and the same answer every time.

    >>> judge = CueJudge()
    >>> judge.decide(Case("The page states that he led the delegation in 1914.")).verdict.value
    'uses'
    >>> judge.decide(Case("That document does not directly answer. Let's search again.")).why
    'That document does not directly answer.'
    >>> judge.decide(Case("Let's search for the conference.")).verdict.value
    'unknown'
    """

    name = "cues"
    concurrency = 0

    def decide(self, case: Case) -> Decision:
        """The verdict of the clause that decides; `UNKNOWN` where none speaks of the document."""
        sentences = sentences_of(case.reasoning)
        decisive: _Finding | None = None
        statement = ""
        for number, sentence in enumerate(sentences):
            if sentence.endswith("?") or (decisive and not decisive.heeds(number, sentence)):
                continue
            for clause in clauses(sentence, number):
                finding, states = _read(clause, sentence)
                if finding and (decisive is None or finding.outweighs(decisive)):
                    decisive = finding
                if states and not statement:
                    statement = sentence
            if decisive and decisive.says is Says.UNREAD:
                break
        if decisive:
            return _decision(_VERDICTS[decisive.says], sentences[decisive.clause.sentence])
        return _decision(Verdict.USES if statement else Verdict.UNKNOWN, statement)


def _read(clause: Clause, sentence: str) -> tuple[_Finding | None, bool]:
    """What a clause says about the document, and whether it states a fact without a cue.

    A word on the document's worth counts before one on what it holds; then the first; of two that
    start together the rejection. What stands behind a doubt or in a plan does not count.
    """
    words = _WORD.findall(clause.text)
    hits = list(_INDEX.hits(clause.text, set(words)))
    if not hits:
        return None, clause.opens and states_fact(words, sentence)
    aside = min((m.start() for g, m in hits if g.says is Says.ASIDE), default=len(clause.text))
    cues = [(g, m) for g, m in hits if g.says is not Says.ASIDE and m.end() <= aside]
    if not cues:
        return None, False
    group, match = min(
        cues, key=lambda cue: (_RANKS[cue[0].says][0], cue[1].start(), _RANKS[cue[0].says][1])
    )
    return _Finding(group.says, clause, _NAMED.search(match.group()) is not None), False


def _decision(verdict: Verdict, sentence: str) -> Decision:
    """The sentence that decided is the reason, cut to a line."""
    whole = len(sentence) <= _REASON_LENGTH
    return Decision(verdict, sentence if whole else f"{sentence[: _REASON_LENGTH - 1]}…")
