"""Groups of cues that say a document helps."""

from __future__ import annotations

from lrat_rank.mining.judges.cues.groups import (
    ADVERBS,
    DOCUMENT,
    IS,
    NOT,
    NOUN,
    OF_TOPIC,
    PRONOUN,
    QUITE,
    SUBJECT,
    TELL,
    TELLS,
    WANTED,
    WORTHLESS,
    WORTHWHILE,
    CueGroup,
    Says,
)

USEFUL = (
    CueGroup(
        name="double negation",
        says=Says.USEFUL,
        reason="two denials affirm",
        words="not hardly never no nothing far wrong barely scarcely",
        patterns=(
            rf"\b{NOT}(?: \w+){{0,2}}? (?:{WORTHLESS}|a dead end|a waste)\b",
            r"\bfar from (?:irrelevant|useless)\b",
            r"\bnot (?:say|tell|give|add|offer|mean|contain) nothing\b",
            rf"\b{NOT} without\b",
            r"\bno (?:\w+ )?(?:doubt|question) (?:that|about|it|this|left)\b",
            r"\bno (?:need|reason) to (?:look|search|doubt|question|go)\b",
            r"\bwrong to (?:dismiss|ignore|skip)\b",
            r"\bnothing (?:contradicts|speaks against|wrong)\b",
        ),
        example="the document is not irrelevant.",
    ),
    CueGroup(
        name="praise",
        says=Says.USEFUL,
        reason="the document or the find is called good",
        words="relevant helpful useful related informative pertinent use help value lead find "
        "match clue evidence background hint helps answers solves settles helped fits great "
        "nice perfect narrows solved answer",
        patterns=(
            rf"(?:{SUBJECT}|\bwhich|\bi|\bwe){ADVERBS} {IS}{QUITE} {WORTHWHILE}\b",
            r"^(?:(?:but|yet|still|now|very|quite|highly|also|some|at least)\b,? ?)*(?:useful"
            r"|helpful|relevant|informative)\b",
            r"\b(?:good|great|strong|excellent|useful|helpful|valuable|promising|direct|important"
            r"|perfect|nice) (?:lead|find|match|clue|evidence|background|hint|source|start)\b",
            rf"(?:{SUBJECT}|\bwhich){ADVERBS} (?:helps|helped|answers|solves|settles)\b",
            r"\bnarrows (?:it|this|things|the)\b",
            r"\bof (?:great|some|real) (?:use|help|value)\b",
        ),
        example="this is very useful.",
    ),
    CueGroup(
        name="found what was wanted",
        says=Says.USEFUL,
        reason="the search for this fact is over",
        words="what exactly precisely right correct our need needed wanted link piece which him "
        "her "
        "one",
        patterns=(
            rf"\b(?:is|was|be|found|has|have|got|gives?)(?: exactly| just| precisely)? what "
            rf"{WANTED}\b",
            r"\b(?:exactly|precisely) (?:what|the|who|where)\b",
            r"\bjust (?:what|who|where)\b",
            rf"{PRONOUN} {IS}{QUITE} (?:right|correct) (?:\w+)\b",
            rf"{PRONOUN} is (?:probably |clearly |surely )?our \w+\b",
            r"\bwhich is (?:the|what|exactly) (?:\w+ )?(?:clue|fact|detail|point|one|name|i|we)\b",
            rf"\bwhat {WANTED} is (?:here|in)\b",
            r"\bis (?:indeed |really )?(?:him|her|the one)\b",
            r"\bis what (?:matters|counts)\b",
            r"\bmissing (?:link|piece)\b",
            r"\bthat is the \w+ (?:i|we) (?:was|were|need|wanted)\b",
        ),
        example="this is exactly what i was looking for.",
    ),
    CueGroup(
        name="agreement",
        says=Says.USEFUL,
        reason="the document is set against the clues, and fits",
        words="match matches matching confirm confirms confirmed corroborates agrees fits checks "
        "lines line consistent supports fit satisfies aligns squares tallies corresponds",
        patterns=(
            r"\b(?:matches|matching|confirms|confirmed|corroborates|fits|satisfies)\b(?! (?:no"
            r"|nothing)\b)",
            r"\b(?:agrees|aligns|squares|tallies|corresponds) (?:with|to)\b",
            r"\b(?:is|are) consistent with\b",
            r"\bchecks out\b",
            r"\blines? up\b",
            r"\b(?:all|they|clues|details) (?:match|fit)\b",
            r"\bsupports (?:the|this|that) \w+\b",
        ),
        example="this confirms the second clue.",
    ),
)

TELLS_US = (
    CueGroup(
        name="reported speech",
        says=Says.TELLS,
        reason="what the document says is repeated",
        words=TELLS.strip("(?:)").replace("|", " ")
        + " does do did listed described given least said gave stated named mentioned confirmed"
        " explained called lists",
        patterns=(
            rf"(?:{SUBJECT}|\bwhich|\bauthor){ADVERBS} {TELLS}\b(?! (?:no|nothing|none|little"
            rf"|neither|not|sense)\b)(?! (?:a lot|lots|plenty|much)\b)(?! \w+ (?:in "
            rf"passing|only)\b)",
            rf"(?:{SUBJECT}|\bwhich) (?:also |indeed )?(?:does|do|did)(?: also| indeed| still)? "
            rf"{TELL}\b",
            rf"^(?:but |yet |and )?(?:it |also |still ){{0,2}}{TELLS} (?!(?:no|nothing|a lot|lots"
            rf"|much)\b)",
            r"\b(?:is|are) (?:described|listed|named|given|explained|stated|called|mentioned) "
            r"(?:here|in detail|as|by|in)\b(?! passing)",
            r"\b(?:is|are) (?:given|stated|named|listed|mentioned)(?: here)?(?:[,.;:!]|$)",
            rf"{DOCUMENT}{OF_TOPIC} (?:also )?lists .{{1,40}} as\b",
            r"\bat least (?:i|we) (?:now )?(?:learn|know|get|have|see)\b",
            rf"{DOCUMENT} (?:clearly |also )?(?:said|stated|mentioned|gave|named|confirmed)\b",
        ),
        example="the page states that he led the delegation.",
    ),
    CueGroup(
        name="attribution",
        says=Says.TELLS,
        reason="a fact is given with the document as its source",
        words="according per as from in",
        patterns=(
            rf"\b(?:according to|per|based on|judging by) (?:the|this|that|its) (?:\w+ )?{NOUN}\b",
            r"\bas (?:stated|mentioned|described|noted|given|said|told|listed) (?:in|by|on)\b",
            rf"^(?:from|in|on) (?:the|this) (?:\w+ )?{NOUN}\b",
        ),
        example="according to the article, it was founded in 1993.",
    ),
    CueGroup(
        name="found",
        says=Says.CONCLUDES,
        reason="the agent now has what it did not have before",
        words="have found know see learn learned got here confirm use answer learnt gather tick "
        "finish conclude give stop build there",
        patterns=(
            r"\b(?:we|i)(?: now| also| finally| do| already| can| at least){0,2} "
            r"(?:have|found|know|see|learn|learned|learnt|got|gather|confirm)\b(?! (?:to|no|not"
            r"|nothing|none|yet|if|whether|why|how|only|\w+ (?:tool|steps?)\b))",
            r"\b(?:i|we) can (?:now )?(?:tick off|use|answer|finish|conclude|give|stop"
            r"|build)\b(?! the tool)",
            r"^here (?:it is|is|are|we have|we are)\b",
            r"^found(?::| (?:it|him|her|the)\b)",
            r"^there it is\b",
        ),
        example="we now have the name of the bridge.",
    ),
    CueGroup(
        name="conclusion",
        says=Says.CONCLUDES,
        reason="an answer is drawn",
        words="answer so thus hence therefore means gives indeed great perfect excellent bingo "
        "yes jackpot good conclude follows",
        patterns=(
            r"\banswer(?: here)?(?: is| was| must be| should be| would be| seems"
            r"| appears)\b(?! (?:not|nowhere|missing)\b)",
            r"^(?:\w+,? )?answer: ",
            r"^(?:great|perfect|excellent|bingo|yes|jackpot|indeed|good)\b(?! luck)",
            r"^(?:this|that|which|and this) (?:means|gives)\b",
            r"\bit follows that\b",
        ),
        example="thus the answer is 12 metres.",
    ),
)

USES = (*USEFUL, *TELLS_US)
