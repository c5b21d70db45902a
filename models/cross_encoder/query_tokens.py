"""Queries as token ids, with the agent's context and without."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.models.context_dropout import hides_context
from lrat_rank.models.cross_encoder.pairs import PairTokenizer, TokenIds
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.usable_lists import UsableList


class QueryTokens:
    """The lists' queries; an epoch drops the context of some.

    A ranker that has always read a context is lost where a search tool passes none. So a share of
    the lists is read without, another one each epoch.

    Args:
        lists: Whose queries.
        tokenizer: Makes the ids.
        template: What the model reads of query and context.
        dropout: The probability that a list's context is dropped, in [0, 1].
        seed: Draws, together with the epoch and the list's number.
    """

    def __init__(
        self,
        lists: Sequence[UsableList],
        tokenizer: PairTokenizer,
        template: PairTemplate,
        *,
        dropout: float,
        seed: int,
    ) -> None:
        self._dropout, self._seed = dropout, seed
        self._alone = tokenizer.tokenize([template.of_query(one.query) for one in lists])
        self._told = (
            tokenizer.tokenize([template.of_query(one.query, one.context) for one in lists])
            if template.context.reads_something
            else self._alone
        )

    def of(self, number: int, epoch: int) -> TokenIds:
        """The token ids of a list's query as an epoch reads it."""
        if self._dropout and self._told is not self._alone:
            hidden = hides_context(self._dropout, seed=self._seed, epoch=epoch, number=number)
            return self._alone[number] if hidden else self._told[number]
        return self._told[number]
