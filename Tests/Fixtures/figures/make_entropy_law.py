"""Least squares of R = -a e^H + b, and what a run's first third predicts of its end, by scipy and numpy.

    python Tests/Fixtures/figures/make_entropy_law.py > Tests/Fixtures/figures/entropy-law.json
"""
import json

import numpy as np
import scipy
from scipy.optimize import curve_fit
from scipy.stats import linregress


def law(entropy, a, b):
    return -a * np.exp(entropy) + b


cases = []
generator = np.random.default_rng(29)
for count, a, b, noise in [(3, 1.5, 2.4, 0.0), (30, 1.8, 2.7, 0.0), (95, 0.9, 1.6, 0.08),
                           (220, 1.2, 1.9, 0.15), (64, -0.4, 0.1, 0.05)]:
    entropy = np.round(0.45 * np.exp(-2.5 * np.arange(count) / count)
                       + 0.02 * generator.standard_normal(count) ** 2, 6)
    reward = np.round(law(entropy, a, b) + noise * generator.standard_normal(count), 6)
    fit = linregress(np.exp(entropy), reward)
    # The same minimum, found by going downhill without knowing that it is linear.
    (found, ceiling), _ = curve_fit(law, entropy, reward, p0=(1.0, 1.0))
    assert abs(found + fit.slope) < 1e-6 and abs(ceiling - fit.intercept) < 1e-6
    case = {"entropy": entropy.tolist(), "reward": reward.tolist(), "a": -fit.slope,
            "b": fit.intercept, "error": fit.stderr}
    third = count // 3
    if third >= 10:
        first = linregress(np.exp(entropy[:third]), reward[:third])
        tail = max(1, count // 10)
        case["forecast"] = {
            "fitted": third,
            "actual": reward[-tail:].mean(),
            "predicted": law(entropy[-tail:], -first.slope, first.intercept).mean(),
            "ceiling": first.intercept + first.slope,
            "lastSeen": reward[:third][-tail:].mean()}
    cases.append(case)
print(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__, "cases": cases}, indent=1))
