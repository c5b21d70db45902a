"""The features of terms and first stages as one would first write them: the yardstick of speed.

BM25 is rank-bm25's `get_batch_scores`; everything else is Python sets, dictionaries and loops over
one candidate after the other, with numpy for what is taken over a list. Documents are analysed
once, terms' idf and what does not depend on the query are remembered, as anyone would do.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lrat_rank.features.forward import lucene_idf
from lrat_rank.features.wording import asked_kind, names_in, numbers_in
from lrat_rank.models.first_stage import Index

NAN = math.nan
_NUMBER = re.compile(r"\d\d+")
_YEAR = re.compile(r"1\d\d\d|20\d\d")
_FORMS = {
    "bm25": "bm25_score",
    "rrf": "rrf_score",
    "title_bm25": "title_bm25",
    "text_bm25": "text_bm25",
    "text_dirichlet": "text_dirichlet",
}
"""Scores whose standing within the list is taken."""

Ranked = Mapping[str, Sequence[int]]
"""Stage → the rows of its own list, best first."""


class PlainFeatures:
    """Every feature that needs neither vectors nor the agent's state, but `near_duplicate`."""

    def __init__(self, index: Index) -> None:
        from rank_bm25 import BM25Okapi

        class Lucene(BM25Okapi):
            def _calc_idf(self, frequency: dict[str, int]) -> None:
                for word, df in frequency.items():
                    self.idf[word] = float(lucene_idf(np.array(df), self.corpus_size))

        self.analyze = index.forward.analyzer.terms
        documents = index.documents(index.doc_ids)
        self.titles = [self.analyze(d.title) for d in documents]
        self.texts = [self.analyze(d.text) for d in documents]
        both = [a + b for a, b in zip(self.titles, self.texts, strict=True)]
        # rank-bm25 divides by the mean length, which is 0 for a field that no document has.
        self.scorers = [
            Lucene(terms) if any(terms) else None for terms in (both, self.titles, self.texts)
        ]
        self.idf = self.scorers[0].idf
        self.unknown = float(lucene_idf(np.array(0), len(documents)))
        self.collection = [Counter(t for one in f for t in one) for f in (self.titles, self.texts)]
        self.totals = [sum(counts.values()) for counts in self.collection]
        self.facts: dict[int, dict[str, float]] = {}

    def features(self, query: str, rows: Sequence[int], ranked: Ranked) -> dict[str, Any]:
        """Feature → its values, aligned with `rows`."""
        wanted = Wanted(self, query, self.analyze(query))
        values = self.lexical(wanted, rows)
        terms = wanted.terms
        found = [self.document(row) | wanted.in_both(row) for row in rows]
        values |= {name: [one[name] for one in found] for name in found[0]}
        values |= stages(rows, ranked)
        best = values["bm25_score"].max()
        values["bm25_share"] = values["bm25_score"] / best if best else [NAN] * len(rows)
        hashes = Counter(tuple(self.texts[row]) for row in rows)
        values["exact_duplicates"] = [
            hashes[tuple(self.texts[row])] - 1 if self.texts[row] else NAN for row in rows
        ]
        for form, score in _FORMS.items():
            values |= within_list(form, values[score])
        idf = [self.idf.get(term, self.unknown) for term in set(terms)]
        unknown = sum(term not in self.idf for term in set(terms))
        alike = {
            "query_length": len(terms),
            "query_idf_mean": sum(idf) / len(idf) if idf else NAN,
            "query_idf_max": max(idf, default=NAN),
            "query_unknown_share": unknown / len(idf) if idf else NAN,
            "query_asks": float(wanted.asked),
        }
        return values | {name: [value] * len(rows) for name, value in alike.items()}

    def lexical(self, wanted: Wanted, rows: Sequence[int]) -> dict[str, Any]:
        """Those of `LEXICAL` alone."""
        found = [wanted.in_title(row) | wanted.in_text(row) for row in rows]
        values = {name: np.array([one[name] for one in found]) for name in found[0]}
        return values | self.bm25(wanted.terms, rows)

    def bm25(self, terms: list[str], rows: Sequence[int]) -> dict[str, Any]:
        """Of the whole document and of each field."""
        values = {}
        names = ("bm25_score", "title_bm25", "text_bm25")
        for name, scorer in zip(names, self.scorers, strict=True):
            if scorer is None:
                values[name] = np.full(len(rows), NAN)
            else:
                # rank-bm25 keeps the constant factor k1 + 1.
                values[name] = np.array(scorer.get_batch_scores(terms, rows)) / (scorer.k1 + 1)
        for name, field in (("title_bm25", self.titles), ("text_bm25", self.texts)):
            values[name][[not field[row] for row in rows]] = NAN
        return values

    def document(self, row: int) -> dict[str, float]:
        """What does not depend on the query."""
        if row not in self.facts:
            title, text = self.titles[row], self.texts[row]
            of_title, of_text = [self.idf[t] for t in title], [self.idf[t] for t in text]
            self.facts[row] = {
                "title_length": len(title),
                "text_length": len(text),
                "title_idf_mean": sum(of_title) / len(title) if title else NAN,
                "text_idf_mean": sum(of_text) / len(text) if text else NAN,
                "text_idf_max": max(of_text, default=NAN),
                "text_distinct_share": len(set(text)) / len(text) if text else NAN,
                "text_numbers": sum(1 for t in text if _NUMBER.fullmatch(t)),
                "text_years": sum(1 for t in text if _YEAR.fullmatch(t)),
            }
        return self.facts[row]


class Wanted:
    """One query, and what is found of it in a document."""

    def __init__(self, plain: PlainFeatures, query: str, terms: list[str]) -> None:
        self.plain, self.terms = plain, terms
        self.set, self.counts = set(terms), Counter(terms)
        self.idf = {term: plain.idf.get(term, plain.unknown) for term in self.set}
        self.whole = sum(self.idf.values())
        self.pairs = set(pairwise(terms))
        self.either = {frozenset(pair) for pair in self.pairs if pair[0] != pair[1]}
        self.place = {term: i for i, term in reversed(list(enumerate(terms)))}
        self.asked = asked_kind(query)
        self.names = [set(plain.analyze(name)) for name in names_in(query)]
        self.numbers = [set(plain.analyze(number)) for number in numbers_in(query)]
        # Of each field: the query's terms that it holds anywhere, and how probable they are.
        self.likely = [
            [(t, n, counts[t] / total) for t, n in self.counts.items() if counts[t]]
            for counts, total in zip(plain.collection, plain.totals, strict=True)
        ]

    def in_title(self, row: int) -> dict[str, float]:
        """What the title holds."""
        title = self.plain.titles[row]
        if not title:
            return dict.fromkeys(_OF_TITLE, NAN)
        distinct = set(title)
        idf, n = self.plain.idf, len(title)
        held = sum(self.idf[term] for term in distinct & self.set)
        starts = range(len(self.terms) - n + 1)
        return {
            "query_in_title": held / self.whole if self.set else NAN,
            "title_in_query": held / sum(idf[term] for term in distinct),
            "exact_title": float(any(self.terms[i : i + n] == title for i in starts)),
            "title_bigrams": self.bigrams(title),
            "title_dirichlet": self.dirichlet(1, row, n),
            "names_in_title": share_held(self.names, distinct),
        }

    def in_text(self, row: int) -> dict[str, float]:
        """What the text holds, and where."""
        text = self.plain.texts[row]
        if not text:
            return dict.fromkeys(_OF_TEXT, NAN)
        distinct = set(text)
        common = distinct & self.set
        found = [(i, term) for i, term in enumerate(text) if term in self.set]
        apart = [(i, a, j, b) for (i, a), (j, b) in pairwise(found) if a != b]
        kept = sum(self.place[a] < self.place[b] for _, a, _, b in apart)
        near = {
            frozenset((a, b))
            for k, (i, a) in enumerate(found)
            for j, b in found[k + 1 : k + 8]
            if j - i < 8
        }
        return {
            "query_in_text": sum(self.idf[t] for t in common) / self.whole if self.set else NAN,
            "text_bigrams": self.bigrams(text),
            "text_dirichlet": self.dirichlet(2, row, len(text)),
            "text_first_match": found[0][0] if found else NAN,
            "text_min_distance": min((j - i for i, _, j, _ in apart), default=NAN),
            "text_window_density": len(common) / window(found, len(common)) if apart else NAN,
            "text_close_pairs": len(near & self.either) / len(self.either) if self.either else NAN,
            "text_longest_run": self.longest_run(found) / len(self.terms) if self.terms else NAN,
            "text_order_agreement": kept / len(apart) if apart else NAN,
            "names_in_text": share_held(self.names, distinct),
        }

    def in_both(self, row: int) -> dict[str, float]:
        """What title and text hold together."""
        title, text = self.plain.titles[row], self.plain.texts[row]
        facts = self.plain.document(row)
        cue = NAN
        if self.asked:
            cue = float(facts["text_years" if self.asked == 1 else "text_numbers"] > 0)
        found = share_held(self.numbers, {*title, *text}) if self.numbers else NAN
        return {"answer_cue": cue, "numbers_found": found}

    def bigrams(self, field: list[str]) -> float:
        """Share of the query's neighbours that are neighbours."""
        return len(self.pairs & set(pairwise(field))) / len(self.pairs) if self.pairs else NAN

    def dirichlet(self, field: int, row: int, length: int) -> float:
        """Log-likelihood of the query; rank-bm25 keeps every document's frequencies."""
        likely = self.likely[field - 1]
        if not likely:
            return NAN
        counts = self.plain.scorers[field].doc_freqs[row]
        return sum(
            n * math.log((counts.get(term, 0) + 2000 * p) / (length + 2000))
            for term, n, p in likely
        )

    def longest_run(self, found: list[tuple[int, str]]) -> int:
        """Terms in the longest stretch of the query's neighbours."""
        longest = run = min(len(found), 1)
        for (i, a), (j, b) in pairwise(found):
            run = run + 1 if j == i + 1 and (a, b) in self.pairs else 1
            longest = max(longest, run)
        return min(longest, len(self.terms))


_OF_TITLE = (
    "query_in_title",
    "title_in_query",
    "exact_title",
    "title_bigrams",
    "title_dirichlet",
    "names_in_title",
)
_OF_TEXT = (
    "query_in_text",
    "text_bigrams",
    "text_dirichlet",
    "text_first_match",
    "text_min_distance",
    "text_window_density",
    "text_close_pairs",
    "text_longest_run",
    "text_order_agreement",
    "names_in_text",
)


LEXICAL = ("bm25_score", "title_bm25", "text_bm25", *_OF_TITLE, *_OF_TEXT)
"""What compares the query's terms with a document's."""


def window(found: list[tuple[int, str]], distinct: int) -> int:
    """Terms in the shortest stretch that holds all the terms found."""
    last: dict[str, int] = {}
    shortest = found[-1][0] - found[0][0] + 1
    for place, term in found:
        last[term] = place
        if len(last) == distinct:
            shortest = min(shortest, place - min(last.values()) + 1)
    return shortest


def share_held(phrases: list[set[str]], held: set[str]) -> float:
    """Share of phrases of which every term is held."""
    return sum(bool(one) and one <= held for one in phrases) / len(phrases) if phrases else NAN


def stages(rows: Sequence[int], ranked: Ranked) -> dict[str, Any]:
    """What the first stages' own lists say."""
    ranks = {stage: {row: i + 1 for i, row in enumerate(own)} for stage, own in ranked.items()}
    fused: Counter[int] = Counter()
    for own in ranks.values():
        for row, rank in own.items():
            fused[row] += 1 / (60 + rank)
    best = np.sort(list(fused.values()))[::-1][:100]
    scores = np.array([fused[row] for row in rows])
    spread = best.std() if len(best) else 0.0
    bm25, dense = ranks["bm25"], ranks.get("dense", {})
    return {
        "rrf_score": scores,
        "rrf_prior": (scores - best.mean()) / spread if spread else [0.0] * len(rows),
        "bm25_reciprocal_rank": [1 / bm25[row] if row in bm25 else NAN for row in rows],
        "stages_found": [(row in bm25) + (row in dense) for row in rows],
        "stage_flags": [(row in bm25) + 2 * (row in dense) for row in rows],
    }


def within_list(form: str, scores: np.ndarray) -> dict[str, Any]:
    """A score's standing in the list."""
    n = len(scores)
    known = np.sort(scores[~np.isnan(scores)])[::-1]
    if len(known) == 0:
        missing = [NAN] * n
        return {f"{form}_{name}": missing for name in ("z", "list_rank", "margin")}
    spread = known.std() if known[0] > known[-1] else 0.0
    z_scores = (scores - known.mean()) / spread if spread else scores * 0.0
    better = len(known) - np.searchsorted(known[::-1], scores, side="right")
    values: dict[str, Any] = {
        f"{form}_z": z_scores,
        f"{form}_list_rank": np.where(np.isnan(scores), NAN, 1 / (better + 1)),
        f"{form}_margin": scores - known[0],
    }
    if form in ("bm25", "rrf"):
        several = len(known) > 1
        lead = (known[0] - known[1]) / spread if several and spread else 0.0
        weights = np.exp((known - known[0]) / (spread or 1.0))
        weights /= weights.sum()
        entropy = -(weights * np.log(weights)).sum() / np.log(len(known)) if several else NAN
        values[f"{form}_lead"] = [lead if several else NAN] * n
        values[f"{form}_entropy"] = [min(entropy, 1.0)] * n
    return values
