r"""The judge `cues`: rules over the words that agents use right after they read a document.

Agents speak of the document first ("The page states …", "That document is unrelated.") and of the
question or the next step afterwards. So the first cue decides, with one exception: a sentence that
calls the document itself irrelevant settles it wherever it stands. Quoted text is not the agent's
own and is left out, and so are questions. Text that draws conclusions without any cue uses the
document; text that only plans the next step says nothing about it.
"""

from __future__ import annotations

import re

from lrat_rank.mining.judges.base import Case, Decision, Verdict

_REASON_LENGTH = 120
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")

_NOUN = (
    r"(?:documents?|docs?|pages?|articles?|passages?|texts?|entry|entries|paragraphs?|sources?"
    r"|contents?|sites?|websites?|files?|papers?|reports?|snippets?)"
)
_DOCUMENT = rf"(?:{_NOUN}(?:\s+(?:id\s+)?\d+)?)"
_SUBJECT = rf"(?:{_DOCUMENT}|it|this|that|these|they|which)"
_NOT = r"(?:not|n['’]t|never|hardly|barely|neither)"
_ADVERBS = r"(?:\s+(?!not\b|no\b|nothing\b)\w+){0,2}?"

_WORTHLESS = r"(?:irrelevant|unrelated|unhelpful|useless|off[- ]topic)"
_WORTHWHILE = r"(?:relevant|helpful|useful|related|informative|pertinent)"
_TELL = (
    r"(?:mention|contain|include|help|answer|address|provide|give|say|state|discuss|cover|list"
    r"|specify|tell|describe|show|refer|have|support|confirm|reveal|name|indicate)"
)
_TELLS = (
    r"(?:mentions|contains|includes|helps|answers|addresses|provides|gives|says|states|discusses"
    r"|covers|lists|specifies|tells|describes|shows|refers|has|supports|confirms|reveals|names"
    r"|indicates|explains|notes|details|matches|fits|suggests|reports|identifies)"
)

_UNSURE = re.compile(
    rf"\b{_NOT}\s+(?:sure|clear|certain|known)\b|\b(?:whether|if)\s+{_SUBJECT}\b"
    rf"|\b(?:may|might|could|would|should)\s+(?:also\s+)?(?:be|help|contain|have)\b",
    re.IGNORECASE,
)
_SEARCHES = re.compile(r"^\W*(?:the\s+)?(?:\w+\s+)?search\b", re.IGNORECASE)
_PLAN = re.compile(
    r"^\W*(?:(?:ok|okay|now|so|then|next|well|hmm|wait|thus|but|and|maybe|perhaps|first)\b\W*)*"
    r"(?:let\W?s|let\s+(?:us|me)|i\W?ll|we\W?ll|i\W?m\s+going\s+to|going\s+to"
    r"|(?:i|we)\s+(?:will|need|should|want|have\s+to|must|can|could|might|may|would)\b"
    r"|(?:try|search|open|look|check|scroll|scrolling|next|proceed|continue|visit|click)\b)",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(
    rf"\b(?:could\s+not|couldn['’]t|cannot|can['’]t|unable\s+to|failed\s+to)\s+(?:be\s+)?"
    rf"(?:load|open|access|fetch|retrieve|read)(?:ed)?\b"
    rf"|\b{_DOCUMENT}\s+(?:was\s+|is\s+)?(?:empty|missing|not\s+found|unavailable|truncated)\b"
    r"|\b(?:access\s+denied|timed\s+out)\b",
    re.IGNORECASE,
)
_USES = re.compile(
    rf"\b{_NOT}\s+(?:\w+\s+)?{_WORTHLESS}\b"
    rf"|\b{_SUBJECT}(?:\s+(?:of|for|on|about)(?:\s+\w+){{1,4}}?)?{_ADVERBS}\s+{_TELLS}\b"
    rf"(?!\s+(?:no|nothing|none|little|neither)\b)"
    rf"|\baccording\s+to\s+(?:the|this|that)\s+{_DOCUMENT}\b"
    rf"|\b(?:is|are|was|looks?|seems?|very|quite|highly|clearly|indeed)\s+{_WORTHWHILE}\b"
    r"|\bmatch(?:es|ing)\b|\bconfirm(?:s|ed)\b|\bdirect\s+evidence\b"
    r"|\b(?:we|i)(?:\s+(?:now|already|also))?\s+(?:have|found|know|see|learn(?:ed)?)\b"
    r"(?!\s+(?:to|no|not|nothing|none|yet)\b)"
    r"|^\W*(?:great|perfect|excellent|bingo|yes|found\s+it)\b",
    re.IGNORECASE,
)
_REJECTS = re.compile(
    rf"(?<!not\s)(?<!n['’]t\s)\b{_WORTHLESS}\b"
    rf"|(?:\b|(?<=\w)){_NOT}\s+(?!only\b|just\b|sure\b|clear\b)(?:\w+\s+){{0,2}}?{_WORTHWHILE}\b"
    rf"|\b{_SUBJECT}{_ADVERBS}\s+(?:does|do|did|can)\s*(?:not|n['’]t){_ADVERBS}\s+{_TELL}\b"
    rf"|\b{_DOCUMENT}{_ADVERBS}\s+(?:does|did)\s*(?:not|n['’]t)\s+match\b"
    rf"|\b{_TELLS}\s+(?:no|nothing|none|little)\b"
    r"|\b(?:no|nothing)\s+(?:\w+\s+)?(?:useful|relevant|helpful|new|mention|about|direct)\b"
    r"|\b(?:see|find|found|have|saw)\s+(?:no|nothing)\b"
    r"|\b(?:could\s*(?:not|n['’]t)|cannot|can['’]t|did\s*(?:not|n['’]t))\s+find\b"
    rf"|\b{_NOT}\s+(?:what|who|the\s+(?:one|right|correct)|about)\b"
    r"|\b(?:wrong|different)\s+(?:person|page|document|article|one)\b",
    re.IGNORECASE,
)
_CALLED_IRRELEVANT = re.compile(
    rf"\b{_DOCUMENT}\s+(?:is|was|are|seems|looks|appears)(?:\s+to\s+be)?\s+"
    rf"(?:(?:completely|totally|also|likely|probably|just)\s+)?"
    rf"(?:{_WORTHLESS}|not\s+(?:\w+\s+)?{_WORTHWHILE})\b",
    re.IGNORECASE,
)
_STILL_TELLS = re.compile(
    rf"\b(?:but|however|though|yet)\b\W+(?:the\s+|this\s+)?(?:{_DOCUMENT}|it)\s+"
    rf"(?:does\s+|also\s+|still\s+)*(?:{_TELL}|{_TELLS})\b",
    re.IGNORECASE,
)


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
        """The verdict of the first cue; `UNKNOWN` for empty text and for text that only plans."""
        text = _QUOTED.sub("…", case.reasoning)
        sentences = [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]
        for sentence in sentences:
            if _CALLED_IRRELEVANT.search(sentence) and not _UNSURE.search(sentence):
                return _decision(Verdict.REJECTS, sentence)
        assertion = ""
        for sentence in sentences:
            if sentence.endswith("?") or _UNSURE.search(sentence) or _SEARCHES.search(sentence):
                continue
            found = _cue(sentence)
            if found is not None:
                return _decision(found, sentence)
            assertion = assertion or ("" if _PLAN.search(sentence) else sentence)
        return _decision(Verdict.USES if assertion else Verdict.UNKNOWN, assertion)


def _decision(verdict: Verdict, sentence: str) -> Decision:
    """The sentence that decided is the reason, cut to a line."""
    whole = len(sentence) <= _REASON_LENGTH
    return Decision(verdict, sentence if whole else f"{sentence[: _REASON_LENGTH - 1]}…")


def _cue(sentence: str) -> Verdict | None:
    """The verdict of a sentence's first cue; a rejection wins where two start together."""
    if _UNREADABLE.search(sentence):
        return Verdict.UNKNOWN
    uses, rejects = _USES.search(sentence), _REJECTS.search(sentence)
    if rejects and (uses is None or rejects.start() <= uses.start()):
        return Verdict.USES if _STILL_TELLS.search(sentence, rejects.end()) else Verdict.REJECTS
    return Verdict.USES if uses else None
