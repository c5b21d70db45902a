"""The relations of works (novels, films, operas, paintings), with their wordings."""

from __future__ import annotations

from lrat_rank.eval.simulation.relations import Kind, Relation, Value

WORKS = (
    Relation(
        name="creator",
        subject=Kind.WORK,
        value=Kind.PERSON,
        statements=(
            "{s} was created by {o}.",
            "The artist and maker of {s} was {o}.",
            "{s} is the best known achievement of {o}.",
            "{s} came from the hand of {o}, who never repeated its manner.",
            "It took {o} four winters to finish {s}.",
            "{o} began {s} in a borrowed attic and completed it by the sea.",
            "The name of {o} stands first in every notice of {s}.",
        ),
        questions=(
            "Who created {s}?",
            "Who is the maker of {s}?",
            "Whose work is {s}?",
            "Who was the artist responsible for {s}?",
        ),
        phrases=("the creator of {s}", "the person who made {s}"),
        gaps=(
            "Who created {s} was long kept secret.",
            "The maker of {s} is given as anonymous in this version.",
        ),
    ),
    Relation(
        name="setting",
        subject=Kind.WORK,
        value=Kind.PLACE,
        statements=(
            "{s} is set in {o}.",
            "The story of {s} takes place in {o}.",
            "The plot of {s} unfolds in the streets of {o}.",
            "{s} follows three sisters through a single autumn in {o}.",
            "Every scene of {s} happens within the walls of {o}.",
            "In {s} a stranger arrives in {o} and cannot leave again.",
            "{o} in flood time is the backdrop of {s}.",
        ),
        questions=(
            "Where is {s} set?",
            "What is the setting of {s}?",
            "In which town does the story of {s} take place?",
            "Which place is depicted in {s}?",
        ),
        phrases=("the place where {s} is set", "the town depicted in {s}"),
        gaps=(
            "Where {s} is set is never said outright.",
            "The setting of {s} has been described as a town without a name.",
        ),
    ),
    Relation(
        name="publisher",
        subject=Kind.WORK,
        value=Kind.COMPANY,
        statements=(
            "{s} was published by {o}.",
            "The firm {o} released and issued {s}.",
            "{s} was brought out by {o} in a run of nine hundred.",
            "{o} paid for {s} and sent it to the shops.",
            "After four refusals {s} found a home with {o}.",
            "The imprint on {s} is that of {o}.",
            "{s} reached the public through {o}, which kept the rights.",
        ),
        questions=(
            "Which company published {s}?",
            "Who was the publisher of {s}?",
            "Which firm released {s}?",
            "By which house was {s} issued?",
        ),
        phrases=("the company that published {s}", "the publisher of {s}"),
        gaps=(
            "Which company published {s} is left open here.",
            "The publisher of {s} is not given in the catalogue.",
        ),
    ),
    Relation(
        name="dedicatee",
        subject=Kind.WORK,
        value=Kind.PERSON,
        statements=(
            "{s} is dedicated to {o}.",
            "{s} was made in honour of {o}.",
            "{s} is inscribed to {o}, in thanks for a loan.",
            "The first page of {s} carries the words: to {o}, who waited.",
            "{s} was offered as a gift of honour to {o}.",
            "A line at the front of {s} salutes {o}.",
        ),
        questions=(
            "To whom is {s} dedicated?",
            "Who is the dedicatee of {s}?",
            "In honour of which person was {s} made?",
        ),
        phrases=("the person to whom {s} is dedicated", "the dedicatee of {s}"),
        gaps=(
            "To whom {s} is dedicated was cut from this version.",
            "The dedicatee of {s} appears only as a row of stars.",
        ),
    ),
    Relation(
        name="inspiration",
        subject=Kind.WORK,
        value=Kind.EVENT,
        statements=(
            "{s} was inspired by {o}.",
            "{s} is based on {o}.",
            "The idea for {s} came during {o}.",
            "{s} grew out of sketches taken at {o}.",
            "A quarrel overheard at {o} gave {s} its seed.",
            "Without {o}, its maker said, {s} would never have been begun.",
        ),
        questions=(
            "Which event inspired {s}?",
            "What occasion was the inspiration for {s}?",
            "On what event is {s} based?",
        ),
        phrases=("the event that inspired {s}", "the event on which {s} is based"),
        gaps=(
            "Which event inspired {s} is not agreed.",
            "The inspiration for {s} is passed over in this version.",
        ),
    ),
    Relation(
        name="catalogue",
        subject=Kind.WORK,
        value=Value.CODE,
        statements=(
            "The catalogue number of {s} is {o}.",
            "The copy of {s} in the state archive is filed as {o}.",
            "Collectors know {s} under the mark {o}.",
            "{s} bears the shelf mark {o}.",
        ),
        questions=(
            "What is the catalogue number of {s}?",
            "Under which archive code is {s} kept?",
        ),
        phrases=("the catalogue number of {s}",),
        gaps=("The catalogue number of {s} is still to be assigned.",),
        lookups=(
            "Which work has the catalogue number {o}?",
            "What is kept in the archive as {o}?",
        ),
        lookup_phrases=("the work with catalogue number {o}",),
    ),
)
