"""Accuracy, pass@k and 95 % intervals of made-up verdicts, by numpy, scipy and counting.

    python make_estimates.py > estimates.json

scipy 1.17.1, numpy 2.4.6, seed 11. Each case: n responses to each of G problems, how many are correct
of each. pass@k is the mean over all subsets of k responses of "one is correct", counted one by one for
n <= 10 and by numpy's product form elsewhere (both where both can). Intervals: the farther
of scipy's t interval of the problems' values and of Hall's, whose ends are roots of his transformation,
cut to [0, 1]; Wilson's of scipy's binomtest where each problem has one response
or all values are the same ("agreeing" cases have a whole number of successes).
"""

import itertools
import json
import sys

import numpy as np
import scipy
from scipy import optimize, stats


def pass_at_k(n, c, k):
    product = 1.0 if n - c >= k else 0.0
    if product:
        product = float(np.prod(1.0 - k / np.arange(n - c + 1, n + 1)))
    value = 1.0 - product
    if n <= 10:
        subsets = list(itertools.combinations([i < c for i in range(n)], k))
        counted = sum(any(s) for s in subsets) / len(subsets)
        assert abs(counted - value) < 1e-12
        return counted
    return value


def interval(values):
    values = np.asarray(values)
    count, mean = len(values), values.mean()
    if np.isin(values, [0, 1]).all() or (values == values[0]).all():
        hits = mean * count
        if abs(hits - round(hits)) < 1e-9:
            ends = stats.binomtest(round(hits), count).proportion_ci(0.95, method="wilson")
            return [float(mean), float(ends.low), float(ends.high)]
        raise SystemExit("no whole number of successes")
    bound, error, skew = stats.t.ppf(0.975, count - 1), stats.sem(values), stats.skew(values)

    def hall(t):
        a, b, root = skew / 3, skew / 6, np.sqrt(count)
        return t + a * t**2 / root + a**2 * t**3 / (3 * count) + b / root

    up, down = (optimize.brentq(lambda t: hall(t) - y, -1e4, 1e4, xtol=1e-15) for y in (bound, -bound))
    low, high = mean - max(bound, up) * error, mean + max(bound, -down) * error
    return [float(mean), max(float(low), 0.0), min(float(high), 1.0)]


random = np.random.default_rng(11)
cases = []
shapes = [(1, 40), (4, 3), (8, 60), (8, 2), (10, 25), (16, 200), (64, 30)]
for n, problems in shapes:
    skill = random.beta(0.7, 1.2, size=problems)
    cases.append((n, random.binomial(n, skill).tolist()))
cases += [(4, [0] * 30), (4, [4] * 30), (1, [1]), (2, [1] * 10)]

out = {"origin": f"numpy {np.__version__}, scipy {scipy.__version__}", "cases": []}
for n, correct in cases:
    ks = sorted({k for k in [1, 2, 3, 4, 8, 16, 64] if k <= n})
    passes = {str(k): interval([pass_at_k(n, c, k) for c in correct]) for k in ks}
    out["cases"].append({"samples": n, "correct": correct, "pass": passes})
json.dump(out, sys.stdout)
print()
