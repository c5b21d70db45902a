"""Which agent of a trace did what: sub-agents, in turn or at the same time.

Only its own words may judge what an agent opened. Below a span that stands for an agent is that
agent's work, up to the next such span. These spans do:

- the call of a tool (neither a search nor an opening) with a model inside;
- one with models and calls inside that its log declares an agent; where a trace declares none, any
  chain with models and calls inside (where no call has a span: with two models or more, as the step
  of a graph has one);
- one with models inside that ran at the same time as another one beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lrat_rank.trajectories.traces.span_tree import nearest_above
from lrat_rank.trajectories.traces.spans import Kind, Span


def agents_of(
    spans: Sequence[Span], parents: Sequence[int | None], acts: Sequence[int]
) -> list[int | None]:
    """For each span the span of the agent whose work it is; None for the outermost agent's.

    Args:
        spans: Of one trace.
        parents: The place of each span's parent.
        acts: Places of the models and calls that make turns.
    """
    models = _held(parents, [at for at in acts if spans[at].kind is Kind.MODEL])
    calls = [at for at in acts if spans[at].kind is not Kind.MODEL]
    acting = _acting(models, _held(parents, calls), with_calls=bool(calls))
    chains = [at for at in acting if spans[at].kind is Kind.OTHER]
    declared = [at for at in chains if spans[at].agent]
    agents = {
        *(declared or chains),
        *_at_once(spans, parents, [at for at in models if spans[at].kind is Kind.OTHER]),
        *(at for at in calls if at in models),
    }
    return nearest_above(parents, [at in agents for at in range(len(spans))])


def _held(parents: Sequence[int | None], places: Sequence[int]) -> dict[int, bool]:
    """The spans above any of `places`, and whether two or more of these are below each."""
    held: dict[int, bool] = {}
    for place in places:
        at, walked = parents[place], {place}
        while at is not None and not held.get(at) and at not in walked:
            walked.add(at)
            held[at] = at in held
            at = parents[at]
    return held


def _acting(models: dict[int, bool], calls: dict[int, bool], *, with_calls: bool) -> list[int]:
    if with_calls:
        return [at for at in models if at in calls]
    return [at for at, several in models.items() if several]


def _at_once(
    spans: Sequence[Span], parents: Sequence[int | None], places: Sequence[int]
) -> set[int]:
    """Those of `places` that ran at the same time as another one with the same parent."""
    timed = [
        (start, end, at)
        for at in places
        if (start := spans[at].start) is not None and (end := spans[at].end) is not None
    ]
    found: set[int] = set()
    longest: dict[int | None, tuple[float, int]] = {}
    for start, end, at in sorted(timed):
        until, other = longest.get(parents[at], (start, at))
        if start < until:
            found |= {at, other}
        if end >= until:
            longest[parents[at]] = (end, at)
    return found


def together(places: Sequence[int], agents: Sequence[int | None]) -> list[int]:
    """`places` with the work of each agent together, where the first of it stands.

    What an agent's own sub-agents do stands together inside of its work.

    >>> together([2, 3, 4, 5], [None, None, 0, 1, 0, None])
    [2, 4, 3, 5]
    """
    work: dict[int | None, list[tuple[int, bool]]] = defaultdict(list)
    placed: set[int] = set()
    for place in places:
        agent = agents[place]
        while agent is not None and agent not in placed:
            placed.add(agent)
            work[agents[agent]].append((agent, True))
            agent = agents[agent]
        work[agents[place]].append((place, False))
    ordered: list[int] = []
    waiting = work[None][::-1]
    while waiting:
        place, is_agent = waiting.pop()
        if is_agent:
            waiting += work[place][::-1]
        else:
            ordered.append(place)
    # Agents in a ring of parents stand below no outermost one.
    reached = set(ordered)
    return ordered + [place for place in places if place not in reached]
