"""Pages that look like an answer and are none: stubs, older versions, lists, disambiguations.

Mirrors are the exception: they state the facts of a passage again, in other words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from lrat_rank.eval.simulation.documents import MAX_WORDS, MIN_WORDS, Page, Passage, Writer
from lrat_rank.eval.simulation.facts import Entity
from lrat_rank.eval.simulation.fillers import DISAMBIGUATIONS, LISTS, OPENINGS, STUBS
from lrat_rank.eval.simulation.relations import Kind

_LISTED = (6, 12)

_PLURALS = {
    Kind.PERSON: "people",
    Kind.PLACE: "places",
    Kind.WORK: "works",
    Kind.COMPANY: "companies",
    Kind.EVENT: "events",
}

PageMaker = Callable[[], Page | None]


def near_duplicates(
    writer: Writer, entities: Sequence[Entity], passages: Sequence[Passage]
) -> Iterator[Page]:
    """Endless pages: older versions, stubs, lists, disambiguations and mirrors, by weight."""
    rng = writer.rng
    stubs = list(entities)
    rng.shuffle(stubs)
    families = _families(entities)
    makers: tuple[tuple[float, PageMaker], ...] = (
        (0.20, lambda: older_version(writer, rng.choice(passages))),
        (0.20, lambda: stub(writer, stubs.pop()) if stubs else None),
        (0.12, lambda: index_page(writer, entities)),
        (0.10, lambda: disambiguation(writer, *families.pop()) if families else None),
        (0.14, lambda: mirror(writer, rng.choice(passages))),
    )
    weights = [weight for weight, _ in makers]
    while True:
        page = rng.choices(makers, weights)[0][1]()
        if page is not None:
            yield page


def older_version(writer: Writer, passage: Passage) -> Page:
    """The passage as it stood before at least one of its facts was known."""
    rng = writer.rng
    known = {fact.fact_id for fact in passage.facts if rng.random() < 0.25}
    if len(known) == len(passage.facts):
        known.discard(rng.choice(passage.facts).fact_id)
    withheld = frozenset(fact.fact_id for fact in passage.facts) - known
    return writer.passage(passage.facts, lead=passage.lead, withheld=withheld)


def mirror(writer: Writer, passage: Passage) -> Page:
    """The passage told again, with the same facts."""
    return writer.passage(passage.facts, lead=passage.lead)


def stub(writer: Writer, entity: Entity) -> Page:
    """An entry that says little more of the entity than that it exists."""
    templates = list(STUBS)
    writer.rng.shuffle(templates)
    opening = writer.rng.choice(OPENINGS[entity.kind])
    text = ""
    for size in range(3, len(templates) + 1):
        text = writer.about_from([opening, *templates[:size]], entity)
        if len(text.split()) >= MIN_WORDS:
            break
    return Page(title=entity.title, text=text)


def index_page(writer: Writer, entities: Sequence[Entity]) -> Page:
    """A list of entities of one kind, each with its descriptor."""
    rng = writer.rng
    kind = rng.choice(entities).kind
    peers = [entity for entity in entities if entity.kind is kind]
    listed = rng.sample(peers, min(len(peers), rng.randint(*_LISTED)))
    listed.sort(key=lambda entity: (entity.name, entity.entity_id))
    title = f"List of {_PLURALS[kind]}: {listed[0].name} to {listed[-1].name}"
    return Page(title=title, text=_listing(LISTS, listed))


def disambiguation(writer: Writer, word: str, bearers: Sequence[Entity]) -> Page:
    """What a word that stands in several names may refer to."""
    listed = writer.rng.sample(list(bearers), min(len(bearers), _LISTED[1]))
    text = _listing(DISAMBIGUATIONS, listed)
    return Page(title=f"{word} (disambiguation)", text=f"{word} may refer to several. {text}")


def _families(entities: Sequence[Entity]) -> list[tuple[str, list[Entity]]]:
    """Words borne by two names or more, the rarest last."""
    bearers: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        for word in entity.name.split():
            if word != "The":
                bearers[word].append(entity)
    families = [(word, members) for word, members in bearers.items() if len(members) > 1]
    return sorted(families, key=lambda family: (-len(family[1]), family[0]))


def _listing(frame: Sequence[str], listed: Sequence[Entity]) -> str:
    opening, *closing = (sentence.format(n=len(listed)) for sentence in frame)
    parts: list[str] = []
    for entity in listed:
        item = f"{entity.name}, {entity.descriptor}"
        words = len(" ".join([opening, *parts, item, *closing]).split())
        if words > MAX_WORDS - 10:
            break
        parts.append(item)
    return f"{opening} Entries: {'; '.join(parts)}. {' '.join(closing)}"
