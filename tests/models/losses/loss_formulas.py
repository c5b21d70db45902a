"""Each loss of one unpadded list in numpy, from its paper, with loops where ours has tensors.

Ties: what depends on a place is averaged over every order that breaks them, found by trying all.
"""

import itertools

import numpy as np
from scipy.special import expit, log_softmax, logsumexp, softmax

GAIN = {"linear": lambda g: g, "exponential": lambda g: 2.0**g - 1}
GAIN["logarithmic"] = lambda g: np.log1p(g) / np.log(2)
DISCOUNT = {
    "log2": lambda r: 1 / np.log2(1 + r),
    "reciprocal": lambda r: 1 / r,
    "geometric": lambda r: 0.8 ** (r - 1),
}


def orders(values):
    """Every order of the documents by falling value; more than one where values tie."""
    everything = itertools.permutations(range(len(values)))
    return [o for o in everything if all(values[a] >= values[b] for a, b in itertools.pairwise(o))]


def ordered(gains):
    n = range(len(gains))
    return [(i, j) for i in n for j in n if gains[i] > gains[j]]


def logistic(difference):
    return np.logaddexp(0, -difference)


def idle(gains):
    return len(gains) < 2 or not (gains > 0).any()


def softmax_loss(s, g):
    return -(g * log_softmax(s)).sum()


def listnet(s, g, target_temperature=0.25):
    return 0.0 if idle(g) else -(softmax(g / target_temperature) * log_softmax(s)).sum()


def mle_terms(s, g):
    return np.array(
        [logsumexp(s[g <= g[i]]) - s[i] if (g < g[i]).any() else 0.0 for i in range(len(s))]
    )


def listmle(s, g):
    return mle_terms(s, g).sum()


def p_listmle(s, g, discount=None):
    n, ranks = len(s), np.arange(1, len(s) + 1)
    at = 2.0 ** (n - ranks) - 1 if discount is None else DISCOUNT[discount](ranks)
    at = at / at.sum() if at.sum() else at
    every = [at[np.argsort(order)] for order in orders(g)]
    return (mle_terms(s, g) * np.mean(every, axis=0)).sum()


def discounts(n, discount, cutoff):
    ranks = np.arange(1, n + 1)
    return np.where(ranks <= (cutoff or n), DISCOUNT[discount](ranks), 0.0)


def ideal(g, gain, discount, cutoff):
    return (np.sort(GAIN[gain](g))[::-1] * discounts(len(g), discount, cutoff)).sum()


def lambdarank(s, g, gain="linear", discount="log2", normalise=True, cutoff=None, mu=0.0):
    at, total = discounts(len(s), discount, cutoff), 0.0
    whole = DISCOUNT[discount]
    ways = orders(s)
    for order in ways:
        rank = np.argsort(order) + 1
        for i, j in ordered(g):
            apart = abs(rank[i] - rank[j])
            rho = abs(at[rank[i] - 1] - at[rank[j] - 1])
            delta = abs(whole(apart) - whole(apart + 1))
            if cutoff and min(rank[i], rank[j]) > cutoff:
                delta = 0.0
            worth = GAIN[gain](g[i]) - GAIN[gain](g[j])
            total += worth * (rho + mu * delta) * logistic(s[i] - s[j])
    best = ideal(g, gain, discount, cutoff)
    return total / len(ways) / (best if normalise and best else 1.0)


def ndcg_loss2pp(s, g, mu=10.0, **options):
    return lambdarank(s, g, mu=mu, **options)


def approx_ndcg(s, g, gain="linear", discount="log2", normalise=True):
    if idle(g):
        return 0.0
    found = 0.0
    for i in range(len(s)):
        rank = 1 + sum(expit(s[j] - s[i]) for j in range(len(s)) if j != i)
        found += GAIN[gain](g[i]) * DISCOUNT[discount](rank)
    best = ideal(g, gain, discount, None)
    return (best - found) / (best if normalise else 1.0)


def neural_ndcg(
    s, g, gain="linear", discount="log2", normalise=True, cutoff=None, sinkhorn_steps=50
):
    if idle(g):
        return 0.0
    n = len(s)
    spread = np.array([sum(abs(a - b) for b in s) for a in s])
    sorting = np.array([softmax((n + 1 - 2 * r) * s - spread) for r in range(1, n + 1)])
    for _ in range(sinkhorn_steps):
        sorting = sorting / sorting.sum(axis=0, keepdims=True)
        sorting = sorting / sorting.sum(axis=1, keepdims=True)
    found = (discounts(n, discount, cutoff) * (sorting @ GAIN[gain](g))).sum()
    best = ideal(g, gain, discount, cutoff)
    return (best - found) / (best if normalise else 1.0)


def ranknet(s, g):
    return sum((g[i] - g[j]) * logistic(s[i] - s[j]) for i, j in ordered(g)) / max(len(s) - 1, 1)


def ranknet_order(s, g):
    return sum(logistic(s[i] - s[j]) for i, j in ordered(g)) / max(len(s) - 1, 1)


def margin_mse(s, g):
    errors = [((s[i] - s[j]) - (g[i] - g[j])) ** 2 for i, j in ordered(g)]
    return np.mean(errors) if errors else 0.0


def bce(s, g, ceiling=None):
    if idle(g):
        return 0.0
    target, p = np.minimum(g / (ceiling or g.max()), 1), expit(s)
    return -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p))


def mse(s, g, ceiling=None):
    return 0.0 if idle(g) else np.mean((s - np.minimum(g / (ceiling or g.max()), 1)) ** 2)


def infonce(s, g):
    if idle(g):
        return 0.0
    best = [i for i in range(len(g)) if g[i] == g.max()]
    contrasts = [logsumexp(np.append(s[g == 0], s[i])) - s[i] for i in best]
    return g.max() * np.mean(contrasts)


def lce(s, g):
    if idle(g):
        return 0.0
    return np.mean([logsumexp(np.append(s[g == 0], x)) - x for x in s[g > 0]])


def kl(s, g, target_temperature=1.0):
    if (g == g[0]).all():
        return 0.0
    p = softmax(g / target_temperature)
    return (p * (np.log(p) - log_softmax(s))).sum()


FORMULAS = {
    "softmax": softmax_loss,
    "listnet": listnet,
    "listmle": listmle,
    "p-listmle": p_listmle,
    "approx-ndcg": approx_ndcg,
    "neural-ndcg": neural_ndcg,
    "ranknet": ranknet,
    "ranknet-order": ranknet_order,
    "lambdarank": lambdarank,
    "ndcg-loss2pp": ndcg_loss2pp,
    "margin-mse": margin_mse,
    "bce": bce,
    "mse": mse,
    "infonce": infonce,
    "lce": lce,
    "kl": kl,
}


def by_formula(text, scores, gains, temperature):
    """A loss of one list as its text asks; scores and gains float (documents,)."""
    name, _, rest = text.partition(":")
    given = dict(part.split("=") for part in rest.split(",")) if rest else {}
    options = {key: option(value) for key, value in given.items()}
    return FORMULAS[name](scores / temperature, gains, **options)


def option(text):
    if text in ("true", "false"):
        return text == "true"
    if text in GAIN or text in DISCOUNT:
        return text
    return int(text) if text.isdigit() else float(text)
