"""The relations of events, with their wordings."""

from __future__ import annotations

from lrat_rank.eval.simulation.relations import Kind, Relation, Value

EVENTS = (
    Relation(
        name="winner",
        subject=Kind.EVENT,
        value=Kind.PERSON,
        statements=(
            "The winner of {s} was {o}.",
            "{o} won the top prize at {s}.",
            "{o} carried home the silver cup of {s}.",
            "The judges of {s} placed {o} ahead of all others.",
            "{o} came first at {s} by a narrow margin.",
            "The laurels of {s} went to {o}.",
            "At {s} nobody could match {o}.",
        ),
        questions=(
            "Who won {s}?",
            "Who was the winner of {s}?",
            "Which person gained victory at {s}?",
            "Who received the top prize at {s}?",
        ),
        phrases=("the winner of {s}", "the person who won {s}"),
        gaps=(
            "Who won {s} was still under protest.",
            "The winner of {s} is not listed in this version.",
        ),
    ),
    Relation(
        name="venue",
        subject=Kind.EVENT,
        value=Kind.PLACE,
        statements=(
            "{s} was held in {o}.",
            "{s} took place in {o}.",
            "{s} filled the squares of {o} for nine days.",
            "{o} played host to {s}.",
            "Tents for {s} went up in the meadows of {o}.",
            "All roads to {o} were blocked while {s} lasted.",
        ),
        questions=(
            "Where was {s} held?",
            "What was the venue of {s}?",
            "In which town did {s} take place?",
        ),
        phrases=("the town where {s} was held", "the venue of {s}"),
        gaps=(
            "Where {s} was held is not stated.",
            "The venue of {s} was changed and is left out here.",
        ),
    ),
    Relation(
        name="sponsor",
        subject=Kind.EVENT,
        value=Kind.COMPANY,
        statements=(
            "The sponsor of {s} was {o}.",
            "{s} was financed by the firm {o}.",
            "{o} met the costs of {s}.",
            "The bills for {s} were settled by {o}.",
            "Banners of {o}, which gave the funds, hung over {s}.",
            "{s} was paid for from the purse of {o}.",
        ),
        questions=(
            "Which company sponsored {s}?",
            "Who was the sponsor of {s}?",
            "Which firm financed {s}?",
        ),
        phrases=("the company that sponsored {s}", "the sponsor of {s}"),
        gaps=(
            "Which company sponsored {s} has not been disclosed.",
            "The sponsor of {s} asked not to be named.",
        ),
    ),
    Relation(
        name="next_event",
        subject=Kind.EVENT,
        value=Kind.EVENT,
        statements=(
            "{s} was succeeded by {o}.",
            "{s} was replaced by {o}.",
            "After {s} had run its course, {o} took its place in the calendar.",
            "{s} gave way to {o} under new rules.",
            "The organisers dropped {s} and put on {o} instead.",
            "{o} grew out of the ruins of {s}.",
        ),
        questions=(
            "Which event succeeded {s}?",
            "What was the successor of {s}?",
            "By what event was {s} replaced?",
        ),
        phrases=("the event that succeeded {s}", "the successor of {s}"),
        gaps=(
            "Which event succeeded {s} is not decided.",
            "The successor of {s} is not named in this version.",
        ),
    ),
    Relation(
        name="opener",
        subject=Kind.EVENT,
        value=Kind.PERSON,
        statements=(
            "{s} was opened by {o}.",
            "{o} inaugurated {s}.",
            "{o} cut the ribbon at {s}.",
            "A speech by {o} set {s} in motion.",
            "{s} started when {o} struck the gong.",
            "With three words {o} declared that {s} could begin.",
        ),
        questions=(
            "Who opened {s}?",
            "Who inaugurated {s}?",
            "Which guest gave the opening address at {s}?",
        ),
        phrases=("the person who opened {s}", "the person who inaugurated {s}"),
        gaps=(
            "Who opened {s} was not reported.",
            "The opening address at {s} was given by a guest not named here.",
        ),
    ),
    Relation(
        name="event_year",
        subject=Kind.EVENT,
        value=Value.YEAR,
        statements=(
            "{s} took place in {o}.",
            "{s} fell in the summer of {o}.",
            "Posters for {s} carry the date {o}.",
            "The people who saw {s} remembered {o} as a dry season.",
        ),
        questions=(
            "In what year did {s} take place?",
            "When was {s}?",
            "What is the date of {s}?",
        ),
        phrases=("the year in which {s} took place",),
        gaps=(
            "In what year {s} took place is uncertain.",
            "When {s} took place is missing from this version.",
        ),
    ),
)
