"""Groups of cues that say nothing about the document."""

from __future__ import annotations

from lrat_rank.mining.judges.cues.groups import (
    DOCUMENT,
    OF_TOPIC,
    PRONOUN,
    SUBJECT,
    WHOLE,
    CueGroup,
    Says,
)

_FILLER = (
    r"^(?:(?:ok|okay|now|so|then|next|well|hmm|wait|thus|but|and|maybe|perhaps|first|also"
    r"|instead|finally|therefore|alternatively|before \w+)\b\W*)*"
)
_GOING_TO = (
    r"(?:will|need|needs|should|want|must|might|may|would|could|still (?:need|want|have to)"
    r"|have to|had to|plan"
    r"|intend|(?:am|are) going|(?:also |now |then |just )?(?:have to|need|search|open|look))"
)

ASIDES = (
    CueGroup(
        name="plan",
        says=Says.ASIDE,
        reason="what comes next is no judgement on what was read",
        words="",
        patterns=(
            _FILLER + r"let (?:us|me)\b",
            _FILLER + rf"(?:i|we) {_GOING_TO}\b(?! not\b)"
            r"(?! (?:\w+ )?(?:discard|dismiss|ignore|skip|drop|disregard|reject|rule)\b)",
            _FILLER
            + r"(?:i|we) can (?:also |then |now )?(?:try|search|open|look|check|go|use the)",
            _FILLER + r"(?:going|time|need) to\b|^to (?:find|get|answer|be|identify|verify)\b",
            _FILLER + r"(?:i|we) (?:am|are) (?:looking for|after)\b|^one option\b",
            _FILLER + r"(?:my|the|our) next (?:step|search|query)\b",
            _FILLER + r"(?:try|search(?:ing)?|open|look|check|scroll|scrolling|proceed|continue"
            r"|visit|click|use|take|read|query|verify|find|go|return|back to the)\b",
        ),
        example="let us search for the conference.",
    ),
    CueGroup(
        name="doubt",
        says=Says.ASIDE,
        reason="who does not know yet has not judged",
        words="sure clear unclear certain whether if may might could would hard difficult tell "
        "know early judge say possibly perhaps maybe decide afraid feared hoped expected "
        "thought glance sight",
        patterns=(
            r"\bnot (?:\w+ )?(?:sure|clear|certain)\b",
            r"\bunclear\b",
            rf"\b(?:whether|if) (?:{DOCUMENT}|{PRONOUN}|the|there)\b",
            rf"{SUBJECT} (?:may|might|could|would)(?: also| still)? (?:be|help|contain|have|give"
            rf"|tell|say|mention|hold|list|name)\b",
            r"\b(?:hard|difficult|too early) to (?:tell|say|judge)\b",
            r"\bpossibly not\b",
            r"\b(?:can|do) not (?:yet )?(?:tell|say|know|judge|decide)(?: yet| if| whether)\b",
            r"^(?:(?:or|and|but) )?(?:perhaps|maybe|possibly|(?:there )?(?:may|might|could) )\b",
            r"\b(?:was|were) afraid\b",
            r"(?<!what )\b(?:i|we) (?:feared|hoped|expected|thought)\b",
            r"\bat first (?:glance|sight)\b",
        ),
        example="i am not sure whether this is relevant.",
    ),
    CueGroup(
        name="search",
        says=Says.ASIDE,
        reason="a list of results is not the document that was opened",
        words="search searches searching query queries results result engine",
        patterns=(
            r"^\W*(?:(?:none of )?(?:the|my|our|these|those|all) |no )?(?:\w+ ){0,2}?(?:search"
            r"|searches|engine|query|queries|results|list of results|result \d+)\b",
        ),
        example="the last search was not helpful.",
    ),
    CueGroup(
        name="question",
        says=Says.ASIDE,
        reason="the task is restated",
        words="question user task riddle puzzle clue prompt what which who",
        patterns=(
            r"^\W*(?:(?:so|now|but|and|wait|actually|again)\b\W*)*(?:the|this) "
            r"(?:\w+ )?(?:question|user|task|riddle|puzzle|prompt|clue|hint|condition)(?: also"
            r"| only| then)? (?:asks?|asked|wants?|is|says|has|mentions|does|needs|requires|seems"
            r"|concerns)\b",
            r"^(?:so )?(?:what|which|who|how) .*\?$",
        ),
        example="the question asks for the year.",
    ),
    CueGroup(
        name="another document",
        says=Says.ASIDE,
        reason="what another page says is not said of this one",
        words="earlier previous first other last next second third another",
        patterns=(
            rf"\b(?:earlier|previous|first|other|last|next|second|third|another) "
            rf"{WHOLE}\b(?! of\b)",
        ),
        example="the earlier article said that he had three sons.",
    ),
    CueGroup(
        name="housekeeping",
        says=Says.ASIDE,
        reason="the agent speaks of itself",
        words="calls steps tool tools careful answer citation read opened visited looked fetched "
        "be keep give provide add",
        patterns=(
            r"\b(?:tool calls|searches|steps)(?: \w+)? (?:left|remaining)\b",
            r"\bi (?:must|should|have to) (?:be|keep|give|provide|add)\b",
            r"^(?:i|we) (?:have )?(?:now |just )?(?:read|opened|visited|looked at"
            r"|fetched)\b(?!.*\b(?:and|not|no|nothing)\b)",
        ),
        example="i have two tool calls left.",
    ),
)

UNREAD = (
    CueGroup(
        name="unreadable",
        says=Says.UNREAD,
        reason="a page that was not read cannot be judged",
        words="load loaded open opened access accessed fetch fetched retrieve retrieved read "
        "empty blank unavailable truncated denied timed error 404 403 paywall login garbled "
        "unreadable content cut server cookie captcha down broken failed inaccessible",
        patterns=(
            r"\b(?:could|can|was|were|am) not (?:be )?(?:able to )?(?:load|open|access|fetch"
            r"|retrieve|read)(?:ed)?\b",
            r"\b(?:unable|failed|fails) to (?:be )?(?:load|open|access|fetch|retrieve"
            r"|read)(?:ed)?\b",
            rf"{DOCUMENT}{OF_TOPIC}(?: \w+)? (?:was|is|are|seems|comes|came|came back|returned"
            rf"|appears)(?: to be)?(?: \w+)? (?:empty|blank|not found|unavailable|inaccessible"
            rf"|truncated|garbled|unreadable|broken|cut off|down)\b",
            rf"{DOCUMENT} (?:empty|not found|unavailable)\b",
            r"\baccess\b.{0,40}\bdenied\b",
            r"\btimed out\b",
            r"\b(?:404|403)\b",
            r"\bpaywall",
            r"\basks for a login",
            r"\b(?:got|get|returned|returns|gave|with) (?:only )?an? (?:\w+ ){0,2}?error\b",
            r"\berror (?:message|page)\b",
            r"\bserver\b.{0,30}\b(?:error|50\d)\b",
            r"\b(?:download|fetch|request|loading) (?:has )?failed\b",
            r"\bempty (?:response|page|result|document)\b",
            r"\b(?:cookie (?:banner|notice)|captcha)\b",
            r"\bno (?:content|text) (?:was|is|in|came|returned)\b",
            r"\boutput (?:was|is) cut\b",
        ),
        example="the page could not be loaded.",
    ),
)
