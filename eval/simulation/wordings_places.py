"""The relations of places, with their wordings."""

from __future__ import annotations

from lrat_rank.eval.simulation.relations import Kind, Relation, Value

PLACES = (
    Relation(
        name="namesake",
        subject=Kind.PLACE,
        value=Kind.PERSON,
        statements=(
            "{s} is named after {o}.",
            "The namesake of {s} is {o}.",
            "{s} took its present name to honour {o}.",
            "The sign at the gate of {s} recalls {o}, whose name it borrows.",
            "The council renamed the settlement {s} in memory of {o}.",
            "{o} lent a name to {s} without ever seeing it.",
        ),
        questions=(
            "After whom is {s} named?",
            "Who is the namesake of {s}?",
            "Which person gave {s} its name?",
        ),
        phrases=("the person after whom {s} is named", "the namesake of {s}"),
        gaps=(
            "After whom {s} is named is forgotten.",
            "The namesake of {s} is not given in this version.",
        ),
    ),
    Relation(
        name="river",
        subject=Kind.PLACE,
        value=Value.RIVER,
        statements=(
            "The river {o} flows through {s}.",
            "{s} lies on the river {o}.",
            "The {o} runs past the mills of {s}.",
            "{s} is cut in two by the {o}.",
            "Barges on the {o} unload at {s}.",
            "The {o} bends sharply below {s}.",
        ),
        questions=(
            "On which river does {s} lie?",
            "What river flows through {s}?",
            "Which waterway passes {s}?",
        ),
        phrases=("the river that flows through {s}",),
        gaps=(
            "The river on which {s} lies is not marked on the map.",
            "Which river flows through {s} is left out here.",
        ),
    ),
    Relation(
        name="main_employer",
        subject=Kind.PLACE,
        value=Kind.COMPANY,
        statements=(
            "The largest employer in {s} is {o}.",
            "The firm {o} dominates the economy of {s}.",
            "Half the households of {s} live on wages from {o}.",
            "The whistle of {o} sets the hours of {s}.",
            "{s} would be empty without the jobs that {o} offers.",
            "Nobody hires more hands in {s} than {o}.",
        ),
        questions=(
            "What is the largest employer in {s}?",
            "Which company employs most people in {s}?",
            "Which firm dominates the economy of {s}?",
        ),
        phrases=("the largest employer in {s}", "the company that employs most people in {s}"),
        gaps=(
            "The largest employer in {s} has not been surveyed.",
            "Which company employs most people in {s} is left open.",
        ),
    ),
    Relation(
        name="festival",
        subject=Kind.PLACE,
        value=Kind.EVENT,
        statements=(
            "{s} is famous for {o}.",
            "{s} is known for a gathering, {o}.",
            "Each year crowds fill {s} for {o}.",
            "The inns of {s} are full only during {o}.",
            "{s} lives all year for {o}.",
            "Visitors come to {s} chiefly on account of {o}.",
        ),
        questions=(
            "For which event is {s} known?",
            "What event is {s} famous for?",
            "Which gathering draws people to {s}?",
        ),
        phrases=("the event for which {s} is known", "the gathering that draws people to {s}"),
        gaps=(
            "The event for which {s} is known is not described here.",
            "What {s} is famous for is told elsewhere.",
        ),
    ),
    Relation(
        name="architect",
        subject=Kind.PLACE,
        value=Kind.PERSON,
        statements=(
            "{o} designed the town hall of {s}.",
            "The architect of the town hall in {s} was {o}.",
            "The town hall of {s} rose to the drawings of {o}.",
            "{s} asked {o} for a hall with a clock, and got two clocks.",
            "{o} laid out the council chamber and its stairs in {s}.",
            "The arcades of the town hall in {s} are due to {o}.",
        ),
        questions=(
            "Who designed the town hall of {s}?",
            "Who was the architect of the town hall in {s}?",
            "Which architect planned the seat of the council in {s}?",
        ),
        phrases=("the architect of the town hall in {s}",),
        gaps=(
            "Who designed the town hall of {s} is not known.",
            "The architect of the town hall in {s} left no papers.",
        ),
    ),
    Relation(
        name="population",
        subject=Kind.PLACE,
        value=Value.NUMBER,
        statements=(
            "{s} has a population of {o}.",
            "The last count found {o} souls in {s}.",
            "{s} has {o} residents on its rolls.",
            "Some {o} persons live in {s}.",
        ),
        questions=(
            "What is the population of {s}?",
            "How many inhabitants does {s} have?",
        ),
        phrases=("the population of {s}",),
        gaps=(
            "The population of {s} was never published.",
            "How many inhabitants {s} has is an open question.",
        ),
    ),
)
