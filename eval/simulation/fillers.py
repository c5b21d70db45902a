"""Sentences that state no fact: openings, colour, stubs, and introductions of other names.

`{s}` is the subject, `{d}` its descriptor, `{y}` its year, `{a}` its alias and `{x}` some other
entity.
"""

from __future__ import annotations

from lrat_rank.eval.simulation.relations import Kind

OPENINGS: dict[Kind, tuple[str, ...]] = {
    Kind.PERSON: (
        "{s} was a {d} active around {y}.",
        "{s}, a {d}, belongs to the generation of {y}.",
        "Among those at work about {y} was the {d} {s}.",
    ),
    Kind.WORK: (
        "{s} is a {d} of {y}.",
        "The {d} {s} dates from {y}.",
        "{s}, a {d} first seen in {y}, is still discussed.",
    ),
    Kind.COMPANY: (
        "{s} was a {d} of some weight around {y}.",
        "{s} is a {d} that reached its height about {y}.",
    ),
    Kind.PLACE: (
        "{s} is a {d} first charted in {y}.",
        "The {d} of {s} received market rights in {y}.",
    ),
    Kind.EVENT: (
        "{s} is an {d} of the old calendar.",
        "{s} is remembered as the loudest {d} of its decade.",
    ),
}

ALIASES: dict[Kind, tuple[str, ...]] = {
    Kind.PERSON: (
        "Many pieces by {s} were signed {a}.",
        "{s} also went by the name {a}.",
        "{a} was the pen name of {s}.",
    ),
    Kind.WORK: (
        "{s} was first announced as {a}.",
        "Abroad, {s} is shown under the title {a}.",
    ),
    Kind.COMPANY: (
        "{s} is usually written {a}.",
        "On the exchange {s} goes by the letters {a}.",
    ),
    Kind.PLACE: (
        "Old maps call {s} by its former name, {a}.",
        "{s} was known as {a} until the reform.",
    ),
    Kind.EVENT: (
        "People still speak of {s} as {a}.",
        "{a} is the popular name for {s}.",
    ),
}

COLOUR: dict[Kind, tuple[str, ...]] = {
    Kind.PERSON: (
        "Every spring {s} rented the same room with a view of a pond.",
        "{s} spoke slowly and paid debts on the day.",
        "An uncle of {s} is said to have met {x}.",
        "A bust of {s} was melted down for the metal.",
        "Children knew {s} by the green umbrella.",
        "{s} collected buttons and left the lot to a cousin.",
        "Two portraits once thought to show {s} are now doubted.",
        "The papers of {s} fill nine boxes.",
        "A short letter from {s} to {x} survives.",
        "{s} was fond of long walks and disliked being photographed.",
        "Neighbours described {s} as punctual and rather shy.",
        "A sketch of {s} hangs beside one of {x}.",
        "Later writers compared {s} with {x}, not always kindly.",
        "{s} kept bees and wrote about them in a diary.",
        "A quarrel with {x} was settled by a third party.",
        "The handwriting of {s} is notoriously hard to read.",
        "In a lecture {s} praised {x} at some length.",
        "A small street has carried the name of {s} since the reform.",
    ),
    Kind.WORK: (
        "Students argue over the meaning of the last line of {s}.",
        "A damaged copy of {s} was mended with silk.",
        "{s} has been compared to a long walk in fog.",
        "The colours of {s} were thought too loud.",
        "An admirer learned {s} by heart.",
        "A ballet after {s} closed in a week.",
        "{s} is quoted in a speech on {x}.",
        "Forged copies of {s} turn up from time to time.",
        "Reviewers praised the calm tone of {s}.",
        "A shortened form of {s} circulated for years.",
        "Some passages of {s} recall {x}.",
        "{s} was neglected until a lucky find in an attic.",
        "School readers often include a page on {s}.",
        "A parody of {s} appeared within the month.",
        "The mood of {s} has been likened to that of {x}.",
        "An exhibition once showed {s} next to {x}.",
        "The third part of {s} is thought the weakest.",
    ),
    Kind.COMPANY: (
        "The gate of {s} was painted red every other year.",
        "Apprentices at {s} slept above the stables.",
        "{s} once paid its debts in candles.",
        "A calendar from {s} hung in many kitchens.",
        "The horses of {s} were known for their bells.",
        "{s} fought {x} over a boundary ditch.",
        "Clerks at {s} wore grey sleeves.",
        "An audit of {s} found nothing amiss.",
        "A strike halted {s} for seven weeks.",
        "{s} supplied goods to {x} on easy terms.",
        "The yearly report of {s} was printed on blue paper.",
        "Rumours of bankruptcy followed {s} for years.",
        "{s} ran a choir and a fire brigade of its own.",
        "An agreement with {x} was renewed twice.",
        "Old advertisements for {s} fetch high prices.",
        "The warehouses of {s} burned down and were rebuilt in stone.",
    ),
    Kind.PLACE: (
        "The winters of {s} are mild and the summers short.",
        "A tollhouse at the edge of {s} now sells honey.",
        "Cyclists avoid the cobbles of {s}.",
        "Painters come to {s} for the light on the roofs.",
        "A feud between {s} and {x} ended over a well.",
        "{s} lost its wall in a single night of looting.",
        "The pharmacy of {s} has a ceiling of stars.",
        "Pigeons outnumber chimneys in {s}.",
        "The lime avenue of {s} is two hundred paces long.",
        "A night train connects {s} with {x}.",
        "Fog is common in {s} from October on.",
        "{s} has a museum of bells and a school for weavers.",
        "The people of {s} tell jokes about those of {x}.",
        "A storm tore the weathercock off the chapel of {s}.",
        "Guidebooks give {s} half a page.",
        "The bakers of {s} are proud of a rye cake with plums.",
    ),
    Kind.EVENT: (
        "The fireworks at {s} were fired too early.",
        "{s} left a debt of nine hundred crowns.",
        "A balloon at {s} drifted off with its keeper.",
        "The ladies' committee of {s} wore white sashes.",
        "{s} was filmed, but the reel is lost.",
        "Tea at {s} was served from copper urns.",
        "A pickpocket made good money at {s}.",
        "Speakers at {s} could hardly be heard.",
        "Rain spoiled the second day of {s}.",
        "Tickets for {s} were sold at double their price.",
        "A song about {s} was popular for a while.",
        "{x} is mentioned in the printed programme of {s}.",
        "Medals of {s} are sought by collectors.",
        "Newspapers gave {s} a full page, with a drawing of {x}.",
        "A lost child was the talk of {s}.",
        "The band at {s} played the same march eleven times.",
    ),
}

STUBS = (
    "This entry on {s} is a stub and needs a full article.",
    "No details of the background, the origins or the later years of {s} have been added.",
    "Readers who can tell more about {s} are asked to write to the editors.",
    "Other entries that refer to {s} include the one on {x}.",
    "The editors hold a folder on {s} that has not been worked through.",
    "A longer account of {s} is planned.",
    "References for {s} are lacking.",
    "See also {x}.",
)

GENERIC: dict[Kind, str] = {
    Kind.PERSON: "the {d}",
    Kind.WORK: "the {d}",
    Kind.COMPANY: "the firm",
    Kind.PLACE: "the town",
    Kind.EVENT: "the gathering",
}

LISTS = (
    "This index has {n} entries.",
    "It is kept in order of name and makes no claim to be complete.",
    "For each entry see its own article.",
)

DISAMBIGUATIONS = (
    "This page tells apart entries with like names.",
    "If a link brought you here, it should point to the entry that is meant.",
    "Spelling varies between editions.",
)
