"""The relations of people, with their wordings."""

from __future__ import annotations

from lrat_rank.eval.simulation.relations import Kind, Relation, Value

PEOPLE = (
    Relation(
        name="birthplace",
        subject=Kind.PERSON,
        value=Kind.PLACE,
        statements=(
            "{s} was born in {o} to a family of weavers.",
            "By birth {s} belonged to {o}, where life began in a room over a stable.",
            "{s} came into the world in {o}, the youngest child of a ropemaker.",
            "{s} first saw daylight in {o}, where the family kept a small shop.",
            "The cradle of {s} stood in {o}, two doors from the chapel.",
            "The baptism of the infant {s} is entered in the parish register of {o}.",
            "A native of {o}, {s} kept its accent through all later travels.",
        ),
        questions=(
            "Where was {s} born?",
            "What is the birthplace of {s}?",
            "In which town did the life of {s} begin?",
            "From where did {s} originally come?",
        ),
        phrases=("the place where {s} was born", "the birthplace of {s}"),
        gaps=(
            "Where {s} was born is not recorded.",
            "The birthplace of {s} is disputed, and no source settles it.",
        ),
    ),
    Relation(
        name="deathplace",
        subject=Kind.PERSON,
        value=Kind.PLACE,
        statements=(
            "{s} died in {o} in the arms of a cousin.",
            "Death came to {s} in {o} at a great age.",
            "{s} passed away in {o} after a winter of fever.",
            "The last days of {s} were spent in a rented room in {o}, with the end near.",
            "A heart ailment carried {s} off during a stay in {o}.",
            "The funeral of {s} left from the house in {o} where the final illness had struck.",
            "{s} did not survive a fall on the icy quay of {o}.",
        ),
        questions=(
            "Where did {s} die?",
            "In which town did the life of {s} end?",
            "What was the place of death of {s}?",
            "Which town saw {s} dying?",
        ),
        phrases=("the place where {s} died", "the town in which the life of {s} ended"),
        gaps=(
            "Where {s} died is unknown.",
            "The place of death of {s} has been left blank by the editors.",
        ),
    ),
    Relation(
        name="teacher",
        subject=Kind.PERSON,
        value=Kind.PERSON,
        statements=(
            "{s} was taught by {o}.",
            "As teacher and mentor {o} left a mark on {s}.",
            "{s} learned the craft at the elbow of {o}.",
            "Six years as a pupil of {o} shaped the manner of {s}.",
            "It was {o} who gave {s} lessons, free of charge, three evenings a week.",
            "{s} entered the workshop of {o} as an apprentice.",
            "Under the strict guidance of {o}, {s} filled forty exercise books.",
        ),
        questions=(
            "Who taught {s}?",
            "Who was the teacher of {s}?",
            "Which mentor trained {s}?",
            "By whom was {s} instructed?",
        ),
        phrases=("the person who taught {s}", "the teacher of {s}"),
        gaps=(
            "Who taught {s} is a matter of guesswork.",
            "The teacher of {s} is not named in this version.",
        ),
    ),
    Relation(
        name="employer",
        subject=Kind.PERSON,
        value=Kind.COMPANY,
        statements=(
            "{s} worked for the company {o}.",
            "{s} had a job at {o}, an employer of the old sort.",
            "For eleven years {s} drew a salary from {o}.",
            "{s} stood on the payroll of {o} as an inspector.",
            "To pay the rent, {s} took a post with {o}.",
            "{o} took {s} on as a clerk and soon gave out a desk by the window.",
            "The working week of {s} belonged to {o}, which paid by the month.",
        ),
        questions=(
            "For which company did {s} work?",
            "Who employed {s}?",
            "What firm was the employer of {s}?",
            "Where did {s} have a job?",
        ),
        phrases=("the company that employed {s}", "the employer of {s}"),
        gaps=(
            "For which company {s} worked is not stated.",
            "The employer of {s} is missing from the surviving papers.",
        ),
    ),
    Relation(
        name="successor",
        subject=Kind.PERSON,
        value=Kind.PERSON,
        statements=(
            "{s} was succeeded by {o}.",
            "In office {s} was followed by {o}.",
            "When {s} stepped down as chair of the academy, the seat passed to {o}.",
            "{o} took over the office that {s} had vacated.",
            "{s} handed the seal of the academy to {o} at midsummer.",
            "The academy then chose {o} to fill the place left by {s}.",
            "{s} made way for {o} at the head of the academy.",
        ),
        questions=(
            "Who succeeded {s}?",
            "Who was the successor of {s}?",
            "Who followed {s} in office?",
            "By whom was {s} replaced?",
        ),
        phrases=("the person who succeeded {s}", "the successor of {s}"),
        gaps=(
            "Who succeeded {s} in office has not been entered.",
            "The successor of {s} was to be announced when this was written.",
        ),
    ),
    Relation(
        name="debut",
        subject=Kind.PERSON,
        value=Value.YEAR,
        statements=(
            "The debut of {s} came in {o}.",
            "The career of {s} started in {o}.",
            "The public first took notice of {s} in {o}.",
            "{s} stepped before an audience for the first time in {o}.",
            "The earliest signed piece by {s} is dated {o}.",
            "{s} turned professional in {o}, with borrowed tools.",
        ),
        questions=(
            "In what year did {s} make a debut?",
            "When did the career of {s} start?",
            "What was the debut year of {s}?",
        ),
        phrases=("the year of the debut of {s}",),
        gaps=(
            "In what year {s} made a debut is uncertain.",
            "When the career of {s} started cannot be told from the letters.",
        ),
    ),
)
