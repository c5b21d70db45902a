"""The relations of companies, with their wordings."""

from __future__ import annotations

from lrat_rank.eval.simulation.relations import Kind, Relation, Value

COMPANIES = (
    Relation(
        name="founder",
        subject=Kind.COMPANY,
        value=Kind.PERSON,
        statements=(
            "{s} was founded by {o}.",
            "{o} established the company {s}.",
            "{s} began as a shed in which {o} worked alone.",
            "With money from an aunt, {o} set up {s}.",
            "{s} owes its existence to {o}, who signed the first charter.",
            "{o} launched {s} with two horses and a debt.",
            "It was {o} who opened the doors of {s} on a rainy Monday.",
        ),
        questions=(
            "Who founded {s}?",
            "Who was the founder of {s}?",
            "Who started the company {s}?",
            "By whom was {s} established?",
        ),
        phrases=("the founder of {s}", "the person who established {s}"),
        gaps=(
            "Who founded {s} is not clear from the ledgers.",
            "The founder of {s} is passed over in this version.",
        ),
    ),
    Relation(
        name="headquarters",
        subject=Kind.COMPANY,
        value=Kind.PLACE,
        statements=(
            "{s} has its headquarters in {o}.",
            "{s} is based in {o} and managed from there.",
            "The directors of {s} meet in a brick tower in {o}.",
            "{s} runs its affairs from {o}.",
            "The main office of {s} looks over the market of {o}.",
            "Letters for {s} go to its seat in {o}.",
            "{s} moved its counting house to {o} and has stayed since.",
        ),
        questions=(
            "Where is {s} headquartered?",
            "In which town is {s} based?",
            "What is the location of the headquarters of {s}?",
            "From where is {s} managed?",
        ),
        phrases=("the town where {s} is headquartered", "the place in which {s} is based"),
        gaps=(
            "Where {s} is headquartered has changed too often to say.",
            "The headquarters of {s} are not given in this version.",
        ),
    ),
    Relation(
        name="parent",
        subject=Kind.COMPANY,
        value=Kind.COMPANY,
        statements=(
            "{s} was acquired by {o}.",
            "The owner of {s} is {o}, its parent company.",
            "{s} was swallowed by {o} after a poor harvest.",
            "The shares of {s} ended up in the hands of {o}.",
            "{o} bought out {s} and kept the sign above the gate.",
            "Since a forced sale {s} has been a branch of {o}.",
        ),
        questions=(
            "Which company acquired {s}?",
            "Who is the owner of {s}?",
            "What is the parent company of {s}?",
            "By which firm was {s} taken over?",
        ),
        phrases=("the company that acquired {s}", "the parent company of {s}"),
        gaps=(
            "Which company acquired {s} was not yet known.",
            "The owner of {s} is described only as a larger rival.",
        ),
    ),
    Relation(
        name="designer",
        subject=Kind.COMPANY,
        value=Kind.PERSON,
        statements=(
            "The chief designer of {s} was {o}.",
            "{o} designed the products of {s}.",
            "The drawings behind the best goods of {s} are by {o}.",
            "{s} trusted {o} with every new pattern.",
            "{o} led the drawing office of {s} for two decades.",
            "The look of everything {s} sold came from the pencil of {o}.",
        ),
        questions=(
            "Who was the chief designer of {s}?",
            "Who designed the products of {s}?",
            "Who headed design at {s}?",
        ),
        phrases=("the chief designer of {s}", "the person who designed the products of {s}"),
        gaps=(
            "Who was the chief designer of {s} is not mentioned.",
            "The products of {s} were designed by persons this version does not name.",
        ),
    ),
    Relation(
        name="founding_year",
        subject=Kind.COMPANY,
        value=Value.YEAR,
        statements=(
            "{s} was founded in {o}.",
            "{s} was established in the year {o}.",
            "The charter of {s} was sealed in {o}.",
            "{s} opened for business in {o}.",
            "{s} traces its beginnings to {o}.",
            "{s} hired its first three hands in {o}.",
        ),
        questions=(
            "In what year was {s} founded?",
            "When was {s} established?",
            "What is the founding year of {s}?",
        ),
        phrases=("the year in which {s} was founded",),
        gaps=(
            "In what year {s} was founded is disputed.",
            "When {s} was established is left out of this version.",
        ),
    ),
    Relation(
        name="register",
        subject=Kind.COMPANY,
        value=Value.CODE,
        statements=(
            "The registration number of {s} is {o}.",
            "{s} is entered in the rolls of commerce as {o}.",
            "Invoices of {s} show the stamp {o}.",
            "The tax office lists {s} as {o}.",
        ),
        questions=(
            "What is the registration number of {s}?",
            "Under which code is {s} registered?",
        ),
        phrases=("the registration number of {s}",),
        gaps=("The registration number of {s} is illegible.",),
        lookups=(
            "Which company has the registration number {o}?",
            "What firm is registered as {o}?",
        ),
        lookup_phrases=("the company with registration number {o}",),
    ),
)
