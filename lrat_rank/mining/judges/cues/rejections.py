"""Groups of cues that say a document does not help."""

from __future__ import annotations

from lrat_rank.mining.judges.cues.groups import (
    ADVERBS,
    DOCUMENT,
    INFORMATION,
    IS,
    NOT,
    NOUN,
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

_START = (
    r"^(?:(?:so|but|and|hmm|no|nope|ok|okay|well|still|again|also|unfortunately|sadly|however|yet"
    r"|therefore|thus|a|just|only|another|probably|completely|totally|clearly|seems|looks"
    r"|appears|lots of text)\b\W*)*"
)
_HERE = rf"(?:here|there|at all|anywhere|(?:in|on|from) (?:this|that|it|here|the (?:\w+ )?{NOUN}))"

CALLED_USELESS = (
    CueGroup(
        name="called worthless",
        says=Says.USELESS,
        reason="the document itself is called of no use",
        words="irrelevant unrelated unhelpful useless worthless uninformative off noise beside",
        patterns=(
            rf"(?:{DOCUMENT}|{PRONOUN})(?: one)?(?: (?!not\b|hardly\b|never\b)\w+,?){{0,5}}? "
            rf"{WORTHLESS}\b",
            _START + rf"{WORTHLESS}\b",
        ),
        example="that document is completely unrelated.",
    ),
    CueGroup(
        name="not worthwhile",
        says=Says.USELESS,
        reason="its worth is denied",
        words="relevant helpful useful related informative pertinent use help value interest "
        "right promising like",
        patterns=(
            rf"(?:{SUBJECT}|\bwhich)(?: \w+){{0,2}}? {NOT}{QUITE} {WORTHWHILE}\b",
            rf"(?:does|do|did) not (?:seem|look|appear|sound)(?: to be)?{QUITE} "
            rf"(?:{WORTHWHILE}|right|promising|like)\b",
            rf"{_START}not{QUITE} {WORTHWHILE}\b",
            r"\bneither (?:relevant|useful|helpful)\b",
            rf"(?:{SUBJECT}|\bwhich)? (?:of|was|is) (?:no|little) (?:real )?(?:use|help|value"
            rf"|interest)\b",
            r"\bno (?:use|help) (?:to|for|here)\b",
            rf"\bno (?:useful|relevant|helpful) {INFORMATION}\b",
            rf"{_START}nothing (?:useful|relevant|helpful|of use)\b",
        ),
        example="this is not particularly helpful.",
    ),
)

USELESS = (
    CueGroup(
        name="does not help",
        says=Says.USELESS,
        reason="its effect is denied",
        words="advance align all answer bearing bring concern confirm connection correspond "
        "enough fail fit general get good help how insufficient lead leads link match meet "
        "mentions mismatch none nothing nowhere passing qualify relate relation relevance "
        "satisfy short sufficient unlikely vague waste work zero",
        patterns=(
            rf"(?:{SUBJECT}|\bwhich|\bdates|\bdetails|\bclues|\bhe|\bshe|\bname){ADVERBS} "
            rf"(?:does|do|did|will|would|can|could) not{ADVERBS} (?:help|answer|relate|match|fit"
            rf"|work|lead|bring|get|confirm|concern|advance|satisfy|meet|correspond|align"
            rf"|qualify)\b",
            r"\bnothing to do with\b",
            r"\bleads? nowhere\b",
            r"\b(?:no|zero|little) (?:bearing|connection|relation|relevance|link)\b",
            r"\bfail to see (?:any|how|the|a)\b",
            r"\bnot at all (?:what|related|about)\b",
            r"\b(?:no good|not enough|not sufficient)\b",
            r"\bnot (?:specific|detailed|precise) enough\b",
            rf"{SUBJECT} {IS} too (?:short|vague|general)",
            rf"(?:{SUBJECT}|\bhe|\bshe) {IS} unlikely\b",
            r"\bmismatch\b",
            r"\bnot a (?:good )?(?:match|fit)\b",
            r"\bdo(?:es)? not see how (?:this|that|it)\b",
            r"\bwaste of\b",
            r"\bnone of (?:this|it|that|these)\b",
            r"\bonly mentions\b",
            r"\bmentions? .{1,60} in passing\b",
        ),
        example="so this does not help.",
    ),
    CueGroup(
        name="dead end",
        says=Says.USELESS,
        reason="the step is called a failure",
        words="dead luck square disappointing disappointment nowhere insufficient scratch skip "
        "next pass fruitless vain stub mistake wiser closer nearer working strike",
        patterns=(
            r"\bdead[- ]end\b",
            r"\bno luck\b",
            r"\bback to square one\b",
            _START
            + r"(?:disappointing|a disappointment|nowhere|insufficient|scratch that|fruitless)\b",
            rf"{_START}(?:skip|next|pass)\W*$",
            r"\bwas (?:a mistake|fruitless|in vain)\b",
            r"\b(?:only|just) a stub\b",
            r"\bno (?:wiser|closer|nearer)\b",
            r"\b(?:path|approach|lead) (?:is|was) not working\b",
            r"\bstrike (?:one|two|three)\b",
        ),
        example="that was a dead end.",
    ),
    CueGroup(
        name="put aside",
        says=Says.USELESS,
        reason="the agent lets go of the document",
        words="rules discard dismiss ignore skip drop disregard rule ruled reject use rely from",
        patterns=(
            rf"\b(?:discard|dismiss|ignore|skip|drop|disregard|reject)(?: (?:this|that|it"
            rf"|the)(?: (?:{NOUN}|one))?)?(?:\W|$)",
            r"\b(?:rules?|ruled) (?:it|this|that|him|her|them|the) ?(?:\w+ )?out\b",
            r"\brules? out (?:it|this|that)\b",
            r"\b(?:can|could) not (?:really )?(?:use|rely on) (?:it|this|that|the)\b",
            rf"\b(?:i|we) can not (?:get|answer|find|learn|tell|extract|determine|take) .{{1,60}} "
            rf"from (?:here|it|this|that|the {NOUN})\b",
        ),
        example="i will discard this page.",
    ),
    CueGroup(
        name="not what was wanted",
        says=Says.USELESS,
        reason="it is about something or somebody else",
        words="contradicts conflicts too nothing never not rather instead whereas",
        patterns=(
            rf"\b(?:not|nothing|never|hardly) (?:\w+ ){{0,3}}?what {WANTED}\b",
            r"\bnot what the\b",
            rf"\bnot (?:the|our|my|a) (?:\w+ ){{1,3}}?(?:that |which )?{WANTED}\b",
            rf"\bnot (?:the )?\w+ {WANTED}\b",
            rf"{PRONOUN} is (?:\w+ )?not (?:it|this|him|her|our|the one)\b",
            rf"{_START}not (?:it|this|him|her|the one|the right|the correct|about|who)\b",
            r"\bnot the (?:right|correct|same) \w+",
            r"\bcan not be (?:the|our|him|her|right|it)\b",
            r"\b(?:rather than|instead of) the (?:one|other)\b",
            rf"(?:{SUBJECT}) is not (?:it|him|her|the one|the right)\b",
            rf"(?:{SUBJECT}) {IS} not (?:about|on|regarding)\b",
            rf"(?:{SUBJECT}) {IS}(?: \w+)? (?:about|on) .{{1,60}}, not "
            rf"(?:the|a|an|about|on|my|our)\b",
            r"\b(?:contradicts|conflicts with) (?:the|this) (?:\w+ )?(?:question|clues?"
            r"|description)\b",
            r"\btoo (?:\w+ )?(?:late|early|old|young|new|recent) (?:to be|for) (?:the|our|this)\b",
            r"\bwhereas (?:i|we|the question)\b",
        ),
        example="that is not what i need.",
    ),
    CueGroup(
        name="somebody else",
        says=Says.USELESS,
        reason="a namesake, or another thing of the kind",
        words="wrong different another same something someone somebody",
        patterns=(
            rf"{SUBJECT}(?: \w+){{0,4}}? (?:some(?:thing|one|body)) (?:else|different|unrelated)\b",
            rf"{SUBJECT}(?: \w+){{0,4}}? (?:the wrong|an?(?: \w+)? different|another) \w+",
            _START + r"(?:the )?(?:wrong|different) \w+",
            r"\b(?:city|town|man|woman|person|band|film|place|one) (?:of|with) the same name\b",
        ),
        example="this article is about a different person.",
    ),
    CueGroup(
        name="doubt that it helps",
        says=Says.USELESS,
        reason="a judgement, softened",
        words="doubt think believe",
        patterns=(
            rf"\b(?:i|we) (?:doubt|do not (?:think|believe))(?: that)? (?:{SUBJECT})\b",
            rf"\b(?:i|we) (?:doubt|do not (?:think|believe))(?: that)? the {NOUN}\b",
        ),
        example="i do not think this page helps.",
    ),
    CueGroup(
        name="nothing new",
        says=Says.USELESS,
        reason="what was known before is not taken from this document",
        words="new nothing further more already",
        patterns=(
            r"\b(?:no|nothing) (?:\w+ )?(?:new|further)\b",
            r"\b(?:adds?|brings?) nothing\b",
            r"\bnot (?:tell|give|teach|say|add) (?:me |us )?(?:anything )?(?:more|new)\b",
        ),
        example="nothing new here.",
    ),
)

LACKS = (
    CueGroup(
        name="does not say",
        says=Says.LACKS,
        reason="the document is said to leave it unsaid",
        words="not never",
        patterns=(
            rf"(?:{SUBJECT}|\bwhich){ADVERBS} (?:(?:does|do|did|can|could|would|will) not"
            rf"|never){ADVERBS} {TELL}s?\b",
            rf"{_START}(?:(?:does|did) not|never){ADVERBS} {TELL}s?\b",
        ),
        example="the page does not mention the delegate.",
    ),
    CueGroup(
        name="says nothing",
        says=Says.LACKS,
        reason="what the document says is nothing",
        words="no nothing none little neither not word zero nobody without",
        patterns=(
            rf"(?:{SUBJECT}|\bwhich){ADVERBS} (?!has\b|have\b|shows\b){TELLS} "
            rf"(?:me |us )?(?:no|nothing|none|little|zero)\b",
            rf"(?:{SUBJECT}){ADVERBS} (?:has|shows) (?:nothing|none|no (?:\w+ )?{INFORMATION})\b",
            rf"{_START}{TELLS} (?:me |us )?(?:no|nothing|none|little|zero)\b",
            rf"\bthere (?:is|are|seems to be|does not seem to be|appears to be)(?: \w+)? "
            rf"(?:no|nothing|not any|not anything|not a|none|little|zero"
            rf"|nobody)\b(?= (?:\w+ ){{0,2}}?(?:{INFORMATION}|about|on|of|{_HERE})\b)",
            rf"{_START}(?:no|not an?|none|not any|zero)(?: \w+)? {INFORMATION}\b",
            rf"{_START}nothing(?: (?:about|on|of|in|here|regarding|is said)\b|\W*$)",
            rf"\bneither (?:{NOUN}|of \w+) (?:\w+ )?(?:had|has|gave|gives|says|said|helps"
            rf"|helped)\b",
            rf"\b(?:nobody|no one|no \w+)(?: called \w+| named \w+)? {_HERE}",
            r"\bnot a word\b",
            rf"\bnothing {_HERE}\b",
            r"\bnone of \w+ (?:is|are)\b",
            rf"{_START}not (?:mentioned|given|stated|named|listed|covered|{_HERE})\b",
            r"\bwithout (?:any )?(?:mention|reference)\b",
            r"^but not (?:the|his|her|its|who|what|when|where|how|which)\b",
            r"\bno \w+(?: \w+)? (?:is|are) (?:given|named|mentioned|stated|listed|provided)\b",
            r"\bneither\b.{0,80}\b(?:is|are) (?:mentioned|named|given|stated|listed)\b",
        ),
        example="there is nothing about the treaty.",
    ),
    CueGroup(
        name="not found",
        says=Says.LACKS,
        reason="the agent looked in it and did not find",
        words="know find finding found see saw seen locate spot get have got extract identify",
        patterns=(
            r"\b(?:i|we)(?: still| also| really)? (?:see|find|found|have|saw|got|get)(?: \w+)? "
            r"(?:no|nothing|none|not anything)\b",
            r"\b(?:i|we) (?:can|could|do|did|am|are)(?: still| also)? not(?: \w+)? "
            r"(?:find|finding|see|locate|spot|get)\b",
            rf"\bnot (?:be )?(?:found|seen) {_HERE}",
            r"(?:\b(?:i|we)(?: am| was| were| are| have)?|^) (?:unable|failed) to "
            r"(?:find|locate|extract|spot|identify)\b",
            r"\b(?:i|we) (?:still )?do not (?:have|get) (?:enough|the answer|an answer|anything)\b",
            r"\bstill do not know\b",
            r"\bnowhere to be found\b",
            r"\bcan not be found\b",
        ),
        example="i could not find the delegate in it.",
    ),
    CueGroup(
        name="missing",
        says=Says.LACKS,
        reason="what was wanted is said to be absent",
        words="missing absent silent leaves omits lacks skips misses fails stops short not "
        "omitted appear lacking left glosses predates ends",
        patterns=(
            r"\b(?:is|are|remains|stays) (?:still |also |again )?(?:missing|absent|silent|lacking"
            r"|omitted|left out)\b(?! (?:link|person))",
            rf"\b(?:is|are)(?: \w+)? not (?:given|named|mentioned|stated|listed|included|described"
            rf"|specified|provided|covered|part|among|{_HERE})",
            r"\bdo(?:es)? not (?:appear|come up|occur)\b",
            rf"(?:{SUBJECT}|\bwhich|\bauthor){ADVERBS} (?:leaves out|omits|lacks|skips|misses"
            rf"|leaves open|fails to {TELL}|predates|glosses over|stops "
            rf"(?:short|before|in|at)|ends (?:before|in))\b",
        ),
        example="the fact is missing.",
    ),
)

REJECTIONS = (*CALLED_USELESS, *USELESS, *LACKS)
