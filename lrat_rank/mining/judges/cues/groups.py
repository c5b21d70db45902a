"""What a group of cues is, and the words that several groups are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Says(Enum):
    """What a clause with a cue of the group says about the document."""

    USEFUL = "useful"
    """It is worth having."""
    TELLS = "tells"
    """Something is taken from it."""
    CONCLUDES = "concludes"
    """The agent goes on with a fact, which need not be from this document."""
    USELESS = "useless"
    """It is not worth having."""
    LACKS = "lacks"
    """Something is missing in it."""
    UNREAD = "unread"
    """It could not be read."""
    ASIDE = "aside"
    """Nothing: the clause plans, asks, doubts, or is about something else."""


@dataclass(frozen=True, slots=True)
class CueGroup:
    """Cues that say the same in different words.

    Attributes:
        name: What to call it.
        says: What it says about the document.
        reason: Why these words say so, in a line.
        words: Words of which a clause must have one for the patterns to be tried; "" for none,
            where the patterns are tried on every clause.
        patterns: What to search for in a clause (see `clauses.plain`).
        example: A clause that the group catches.
    """

    name: str
    says: Says
    reason: str
    words: str
    patterns: tuple[str, ...]
    example: str

    def finder(self) -> Callable[[str], re.Match[str] | None]:
        """What finds the group's first cue in a clause."""
        pattern = re.compile("|".join(f"(?:{pattern})" for pattern in self.patterns))
        at_start = all(pattern.startswith("^") for pattern in self.patterns)
        return pattern.match if at_start else pattern.search


NOUN = (
    r"(?:documents?|docs?|(?:web)?pages?|articles?|passages?|texts?|entry|entries|paragraphs?"
    r"|sources?"
    r"|contents?|sites?|websites?|files?|papers?|reports?|snippets?|records?|result|biography"
    r"|obituary|essay|piece|chapter|section|footnote|table)"
)
WHOLE = (
    r"(?:documents?|docs?|(?:web)?pages?|articles?|entry|sources?|result|sites?|papers?|reports?"
    r"|one)"
)
DOCUMENT = rf"\b{NOUN}(?: (?:id )?\d+| itself)?"
PRONOUN = r"\b(?:it|this|that|these|they)"
OF_TOPIC = (
    r"(?: (?:of|for|on|about|from|in|at) \w+(?: \w+){0,3}?| (?:that )?(?:i|we) (?:just )?\w+)?"
)
SUBJECT = rf"(?:{DOCUMENT}|{PRONOUN})(?: one)?{OF_TOPIC}"
ADVERBS = r"(?:,? (?!no\b|not\b|nothing\b|never\b|or\b)\w+,?){0,2}?"
NOT = r"(?:not|never|hardly|barely|scarcely)"
IS = (
    r"(?:is|are|was|were|be|being|seems?|looks?|appears?|turn(?:s|ed) out|sounds?)(?: to be| "
    r"like)?"
)
QUITE = (
    r"(?: (?:very|quite|highly|clearly|indeed|really|particularly|especially|all that|so|too"
    r"|directly|at all|much|also|still|completely|totally|entirely|likely|probably|just|simply"
    r"|rather|mostly|of|any|therefore|a|an|the)){0,3}"
)
WORTHLESS = (
    r"(?:irrelevant|unrelated|unhelpful|useless|worthless|uninformative|off[- ]topic|noise"
    r"|beside the point)"
)
WORTHWHILE = (
    r"(?:relevant|helpful|useful|related|informative|pertinent|of (?:(?!no\b|little\b)\w+ "
    r")?(?:use|help|value))"
)
INFORMATION = (
    r"(?:information|info|mention|details?|data|reference|references|evidence|sign|trace|hint"
    r"|word|indication|clues?|answer|match|matches|hits|luck|help|use)"
)
TELL = (
    r"(?:mention|contain|include|answer|address|provide|give|say|state|discuss|cover|list|specify"
    r"|tell|describe|show|refer|have|support|confirm|reveal|name|indicate|offer|explain|identify"
    r"|go into|elaborate|dwell|talk|feature|note|detail|supply|report|prove|hint|speak|deal"
    r"|yield|touch|add|bring|point)"
)
TELLS = (
    r"(?:mentions|contains|includes|answers|addresses|provides|gives|says|states|specifies|tells"
    r"|shows|refers|has|supports|confirms|reveals|names|indicates|explains|notes|details"
    r"|suggests|reports|identifies|offers|puts|dates|traces|attributes|calls|credits|proves"
    r"|quotes|points|establishes|implies|makes|supplies|records|places|ties|links|connects"
    r"|tell|explain|state|show|mention|say|list|adds|brings|holds|yields)"
)
WANTED = (
    r"(?:(?:i|we) (?:am |are |was |were |had |have )?(?:really |actually |still )?"
    r"(?:need|needed|want|wanted|look|looking|after|seek|sought|search|searching|asked|hoped"
    r"|expected)"
    r"|in question|asked for|the question (?:asks|wants|is about))"
)
