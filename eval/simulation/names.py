"""Invented names: coined from syllables and word lists, so that they belong to nobody."""

from __future__ import annotations

from collections.abc import Callable
from random import Random


def _words(text: str) -> list[str]:
    return text.split()


_ONSETS = _words("b br d dr f g gr h j k kl l m n p pr r s sk st t th tr v vr w z")
_VOWELS = _words("a e i o u ae ei oa y")
_MIDDLES = _words("l lm ln nd r rv rn s st sk v x z mb nn lt rk th ld")
_ENDINGS = _words("an ek el en eth ia id il in is ok on or os um und ul ar")
_PLACE_ENDINGS = _words("burn by dal feld fen garth ham holm mere mouth stead thorpe wick")
_RIVER_ENDINGS = _words("ava enna ira olle une ysk")

_ADJECTIVES = _words(
    "Amber Ashen Bitter Blind Bright Broken Burning Cold Copper Crooked Distant Drowned Empty "
    "Endless Faded Frozen Gilded Glass Golden Green Hidden Hollow Iron Last Little Lonely Long "
    "Narrow Nameless Painted Pale Patient Quiet Red Restless Salt Scarlet Second Silent Silver "
    "Sleeping Slow Stolen Stone Sunken Tender Velvet Wandering White Winter"
)
_NOUNS = _words(
    "Anchor Apple Arch Bell Bridge Candle Carousel Clock Coat Compass Crown Door Ferry Field "
    "Flute Forest Garden Gate Harbour Harvest Heron Island Key Lamp Lantern Letter Lighthouse "
    "Map Mill Mirror Moth Night Orchard Owl Piano Raven Road River Rope Shadow Shore Song Stair "
    "Summer Swan Table Tide Tower Valley Voice Wall Well Wheel Widow Window"
)
_TRADES = _words(
    "Bakeries Bindery Breweries Brickworks Canneries Cableworks Clockworks Coachworks Collieries "
    "Dyeworks Ferries Foundry Glassworks Ironworks Looms Mills Paperworks Pianos Potteries Press "
    "Quarries Ropeworks Saltworks Shipyards Tanneries Telegraph Timber Tramways"
)
_GATHERINGS = [
    *_words("Biennale Carnival Congress Exhibition Fair Games Jubilee Marathon Regatta Tournament"),
    "Boat Race",
    "Chess Cup",
    "Choir Contest",
    "Flower Show",
    "Kite Festival",
    "Music Week",
    "Poetry Days",
    "Ski Meeting",
]
_LETTERS = "BCDFGHKLMNPRSTVX"


def coin(rng: Random, endings: list[str] = _ENDINGS) -> str:
    """One invented word, capitalised.

    >>> coin(Random("a")) == coin(Random("a"))
    True
    """
    parts = rng.choice(_ONSETS), rng.choice(_VOWELS), rng.choice(_MIDDLES), rng.choice(endings)
    return "".join(parts).capitalize()


class NameMaker:
    """Makes names; no two calls return the same one, though they share their words on purpose.

    Args:
        rng: Source of chance.
        people: How many people there will be: five on average share a surname, and given names
            come from a pool as small. Towns share the first part of their names likewise.
    """

    def __init__(self, rng: Random, *, people: int) -> None:
        self._rng = rng
        self._taken: set[str] = set()
        size = max(6, people // 5)
        self._given = [self._fresh_coin(_ENDINGS) for _ in range(size)]
        self._surnames = [self._fresh_coin(_ENDINGS) for _ in range(size)]
        self._stems = [coin(rng, [""]) for _ in range(size)]
        self._places: list[str] = []
        self._prefixes = ["".join(rng.sample(_LETTERS, 2)) for _ in range(6)]

    def _fresh_coin(self, endings: list[str]) -> str:
        return self._fresh(lambda: coin(self._rng, endings))

    def _fresh(self, make: Callable[[], str]) -> str:
        while True:
            name = make()
            if name not in self._taken:
                self._taken.add(name)
                return name

    def person(self) -> str:
        """Given name and surname."""
        return self._fresh(
            lambda: f"{self._rng.choice(self._given)} {self._rng.choice(self._surnames)}"
        )

    def place(self) -> str:
        """A town; events and companies may borrow it."""
        name = self._fresh(lambda: self._rng.choice(self._stems) + self._rng.choice(_PLACE_ENDINGS))
        self._places.append(name)
        return name

    def former_place(self) -> str:
        """What a town was called before."""
        return self._fresh_coin(_PLACE_ENDINGS)

    def river(self) -> str:
        """A river."""
        return self._fresh_coin(_RIVER_ENDINGS)

    def work(self) -> str:
        """A title of common words, which other titles use as well."""
        return self._fresh(
            lambda: f"The {self._rng.choice(_ADJECTIVES)} {self._rng.choice(_NOUNS)}"
        )

    def company(self) -> str:
        """A surname or a town, and a trade."""
        return self._fresh(
            lambda: f"{self._rng.choice(self._surnames + self._places)} {self._rng.choice(_TRADES)}"
        )

    def event(self) -> str:
        """A town, surname or adjective, and a gathering."""
        pool = self._places * 2 + self._surnames + _ADJECTIVES
        return self._fresh(lambda: f"{self._rng.choice(pool)} {self._rng.choice(_GATHERINGS)}")

    def pen_name(self) -> str:
        """Another name of a person, sharing a word with nobody in particular."""
        return self._fresh(lambda: f"{coin(self._rng)} {self._rng.choice(_NOUNS)}")

    def nickname(self) -> str:
        """Another name of an event, as people say it."""
        return self._fresh(
            lambda: f"Old {self._rng.choice(_ADJECTIVES)} {self._rng.choice(_NOUNS)} Days"
        )

    def abbreviation(self, name: str) -> str:
        """Capitals taken from a company's name, with a numeral where they are taken.

        >>> NameMaker(Random("a"), people=8).abbreviation("Voralm Glassworks")
        'VOGLA'
        """
        first, last = name.split()[0], name.split()[-1]
        short = f"{first[:2]}{last[:3]}".upper()
        number = 1
        while f"{short}{number if number > 1 else ''}" in self._taken:
            number += 1
        short = f"{short}{number if number > 1 else ''}"
        self._taken.add(short)
        return short

    def code(self) -> str:
        """Two letters and four digits; only six pairs of letters are in use."""
        return self._fresh(
            lambda: f"{self._rng.choice(self._prefixes)}-{self._rng.randint(1000, 9999)}"
        )

    def number(self) -> str:
        """A head count with a thousands separator."""
        return self._fresh(lambda: f"{self._rng.randint(1_100, 88_000):,}")
