"""Statistics behind a study's figures: rank correlations, pass@k, means of shares over seeds.

    python make_figures.py > figures.json

scipy 1.17.1, numpy 2.3.5, seed 29. Spearman's correlations by scipy.stats.spearmanr, of numbers with and
without ties; pass@k by counting all subsets of k of n samples; means of seeds with 95 % intervals on the logit
of (value - low)/(high - low), by scipy.stats.t.
"""

import itertools
import json
import sys

import numpy as np
from scipy import stats


def pass_at_k(n, c, k):
    subsets = list(itertools.combinations([i < c for i in range(n)], k))
    return sum(any(s) for s in subsets) / len(subsets)


def over_seeds(values, low, high):
    values = np.asarray(values)
    u = (values.mean() - low) / (high - low)
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values) / (high - low) / (u * (1 - u))
    centre = np.log(u / (1 - u))
    ends = [low + (high - low) / (1 + np.exp(-x)) for x in (centre - half, centre + half)]
    return [float(values.mean()), *map(float, ends)]


random = np.random.default_rng(29)
ranks = []
for count, ties in [(3, False), (5, True), (12, False), (12, True), (15, True), (54, False)]:
    x = random.normal(size=count)
    y = x + random.normal(size=count)
    if ties:
        x, y = np.round(x, 0), np.round(y, 0)
    rho = stats.spearmanr(x, y).statistic
    ranks.append({"x": x.tolist(), "y": y.tolist(), "rho": float(rho)})

passes = [
    {"samples": n, "correct": c, "k": k, "pass": pass_at_k(n, c, k)}
    for n in (1, 4, 8)
    for c in range(n + 1)
    for k in (1, 2, 4, 8)
    if k <= n
]

seeds = []
for low, high in [(0, 1), (-1, 1)]:
    for count in (2, 4, 8):
        values = (low + (high - low) * random.beta(4, 2, size=count)).tolist()
        estimate = over_seeds(values, low, high)
        seeds.append({"values": values, "low": low, "high": high, "estimate": estimate})

json.dump({"ranks": ranks, "passes": passes, "seeds": seeds}, sys.stdout, indent=1)
print()
