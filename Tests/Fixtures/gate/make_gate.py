"""Gate: estimates, p-values, outcomes and sample sizes of random data sets, by NumPy and SciPy.

    python Tests/Fixtures/gate/make_gate.py > Tests/Fixtures/gate/gate.jsonl

Values have 5 digits before anything is computed, results 17. Limits of seeds are integrals by SciPy's quad.
"""
import json
import math

import numpy as np
from scipy import integrate, optimize, stats

RANDOM = np.random.default_rng(20261129)
EIGHTY, NINETY, NINETY_FIVE = (stats.norm.isf(tail) for tail in (0.2, 0.1, 0.05))

# kind, direction of worse, margin
METRICS = {
    "accuracy": ("bounded", "lower", 0.03),
    "stopped": ("bounded", "lower", 0.02),
    "kl-to-base": ("ratio", "higher", 0.005),
    "changed-from-base": ("ratio", "higher", 0.01),
    "length": ("ratio", "both", 1.5),
    "entropy": ("ratio", "both", 0.04),
    "kl-candidate-baseline": ("distance", "higher", 0.02),
    "changed-between": ("distance", "higher", 0.05),
}


def level(look, looks=20, alpha=0.05):
    return 0.9 * alpha / looks if look <= looks else 0.1 * alpha * looks / (look * (look - 1))


def parts(kind, sums, counts):
    """A run's value and each prompt's part in it."""
    if kind == "bounded":
        shares = sums / counts
        return shares.mean(), shares - shares.mean()
    value = sums.sum() / counts.sum()
    return value, (sums - value * counts) / counts.mean()


def student(values, null):
    """P(T > t) of "at most null"."""
    return stats.ttest_1samp(values, null, alternative="greater").pvalue


def hall(values, null, upper):
    n, deviation = len(values), values.std(ddof=1)
    g = stats.moment(values, 3) / deviation**3
    t = (values.mean() - null) / deviation
    w = np.sqrt(n) * (t + g * t**2 / 3 + g**2 * t**3 / 27 + g / (6 * n))
    return stats.t.sf(w, n - 1) if upper else stats.t.cdf(w, n - 1)


class Effect:
    def __init__(self, name, baseline, candidate):
        self.kind, self.worse, self.margin = METRICS[name]
        self.candidate, after = parts(self.kind, *candidate)
        self.baseline, before = parts(self.kind, *baseline) if baseline else (None, 0)
        sign = -1 if self.worse == "lower" else 1
        self.plain = sign * (self.candidate - (self.baseline or 0))
        # One value for each prompt, whose mean is the harm.
        self.values = sign * (after - before) + self.plain
        if self.kind == "bounded":
            self.values = np.append(self.values, [1, -1])
        self.n, self.samples = len(self.values), (baseline or candidate)[1].mean()
        m = self.margin
        if self.kind == "distance":
            self.p = hall(self.values, m, True)
        elif self.worse == "both":
            self.p = stats.ttest_1samp(self.values, 0).pvalue
        else:
            self.p = student(self.values, 0)
        if self.kind == "bounded":
            self.inside = student(-self.values, -m)
        else:
            self.inside = hall(self.values, m, False)
        if self.worse == "both":
            self.inside = max(self.inside, hall(self.values, -m, True))
        self.size = abs(self.values.mean()) if self.worse == "both" else self.values.mean()

    def plan(self, share):
        m, n = self.margin, self.n
        variance = self.values.var(ddof=1)
        error = harmed = np.sqrt(variance / n)
        if self.kind == "bounded":
            p = self.baseline
            q = min(max(p + (-2 if self.worse == "lower" else 2) * m, 0), 1)
            harmed = np.sqrt((variance + max(0, (q * (1 - q) - p * (1 - p)) / self.samples)) / n)
        sides = 2 if self.worse == "both" else 1
        c = stats.t.isf(share / sides, n - 1)
        if self.kind == "distance":
            threshold, needed = m + c * error, n * ((c + EIGHTY) * error / m) ** 2
        else:
            threshold = max(m, c * harmed)
            needed = n * ((c + EIGHTY) * harmed / (2 * m)) ** 2
        other = NINETY if self.worse == "both" else EIGHTY
        needed = max(needed, n * ((NINETY_FIVE + other) * error / m) ** 2)
        # Values without a bound are never called equivalent below 50 prompts.
        needed = max(needed, np.sqrt(2) * NINETY_FIVE / m, 10) if self.kind == "bounded" else max(needed, 50)
        power = stats.norm.cdf((2 * m - threshold) / harmed)
        return threshold + EIGHTY * error, power, int(np.ceil(needed))


def judge(effects, look, weights):
    weights = np.array(weights) / sum(weights)
    left = np.ones(len(effects), bool)
    for i in np.argsort([e.p / w for e, w in zip(effects, weights)]):
        if effects[i].p > level(look) * weights[i] / weights[left].sum():
            break
        left[i] = False
    outcomes = []
    for e, kept in zip(effects, left):
        prompts = e.n - 2 * (e.kind == "bounded")
        if not kept and e.size >= e.margin:
            outcomes.append("regressed")
        elif e.inside <= 0.05 and (e.kind == "bounded" or prompts >= 50):
            outcomes.append("equivalent")
        else:
            outcomes.append("undecided")
    return outcomes


def digits(values):
    return np.array([float(f"{v:.5g}") for v in values])


def run(name, n, effects, harm):
    """X and N of one run; what is particular about a prompt is in `effects`."""
    kind, worse, margin = METRICS[name]
    change = harm * margin * (-1 if worse == "lower" else 1)
    if kind == "bounded":
        rate = np.clip((0.25 if name == "accuracy" else 0.9) + 0.15 * effects + change, 0.01, 0.99)
        counts = RANDOM.integers(2, 5, n) if name == "stopped" else np.full(n, 4)
        return RANDOM.binomial(counts, rate).astype(float), counts.astype(float)
    if name == "length":
        counts = np.full(n, 2.0)
        return digits(counts * (24 + change + 5 * effects + RANDOM.normal(0, 3, n))), counts
    counts = RANDOM.integers(10, 60, n).astype(float)
    # Of a distance change 1 is at the margin.
    mean = {"kl-to-base": 0.06, "changed-from-base": 0.2, "entropy": 0.3}.get(name, 0) + change
    tail = 1.2 if kind == "distance" else 0.5
    values = np.exp(0.3 * effects + tail * RANDOM.normal(size=n) - 0.045 - tail**2 / 2)
    return digits(counts * mean * values), counts


def show(kind, **fields):
    def plain(value):
        if isinstance(value, np.ndarray):
            return value.tolist()
        return value.item() if isinstance(value, np.generic) else value
    print(json.dumps({"kind": kind} | {name: plain(value) for name, value in fields.items()}))


def data_sets():
    for index in range(30):
        n = int(RANDOM.choice([12, 30, 60, 100]))
        look = int(RANDOM.choice([1, 7, 20, 21, 35]))
        shared = RANDOM.normal(size=n)
        harm = RANDOM.choice([0, 0, 2, 4, 10], len(METRICS))
        # Some metrics, so that families differ in size; a distance needs some size to be one.
        names = [name for name in METRICS if RANDOM.random() < 0.7] or ["length"]
        rows, effects = [], []
        for name in names:
            kind = METRICS[name][0]
            h = harm[list(METRICS).index(name)]
            baseline = None if kind == "distance" else run(name, n, shared, 0)
            candidate = run(name, n, shared, max(h, 0.5) if kind == "distance" else h)
            effect = Effect(name, baseline, candidate)
            effects.append(effect)
            rows.append({"metric": name, "margin": effect.margin,
                         "baseline": [v.tolist() for v in baseline] if baseline else None,
                         "candidate": [v.tolist() for v in candidate]})
        outcomes = judge(effects, look, [1] * len(effects))
        for row, effect, outcome in zip(rows, effects, outcomes):
            smallest, power, needed = effect.plan(level(look) / len(effects))
            row |= {"value": float(effect.candidate), "harm": float(effect.plain), "size": float(effect.size),
                    "p": float(effect.p), "inside": float(effect.inside), "outcome": outcome,
                    "smallest": float(smallest), "power": float(power), "needed": needed}
        show("set", look=look, metrics=rows)


def seed_limit(seeds, candidates, level, two_sided=False):
    """c with P(any of the candidates is beyond the mean of the seeds by more than c deviations) = level."""
    degrees, root = seeds - 1, math.sqrt(seeds)
    constant = 2 * (degrees / 2) ** (degrees / 2) / math.gamma(degrees / 2)

    def normal(z):
        return math.erfc(-z / math.sqrt(2)) / 2

    def over_mean(s, c):
        def at(z):
            low = normal(-c * s + z / root) if two_sided else 0
            return (normal(c * s + z / root) - low) ** candidates * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        return integrate.quad(at, -8, 8, epsabs=1e-9)[0]

    def inside(c):
        def at(s):
            return over_mean(s, c) * constant * s ** (degrees - 1) * math.exp(-degrees * s * s / 2)
        return integrate.quad(at, 0, 8, epsabs=1e-8)[0]

    return optimize.brentq(lambda c: 1 - inside(c) - level, 0.5, 100, xtol=1e-5)


def main():
    for look in (1, 2, 20, 21, 22, 40, 1000):
        show("level", look=look, looks=20, alpha=0.05, value=level(look))
    show("level", look=7, looks=5, alpha=0.01, value=level(7, 5, 0.01))
    for p, w, a in (([0.001, 0.02, 0.03], [1, 1, 1], 0.05), ([0.004, 0.02, 0.0002, 0.9], [0.4, 0.4, 0.1, 0.1], 0.01)):
        order = np.argsort(np.array(p) / w)
        left, rejected = sum(w), []
        for i in order:
            if p[i] > a * w[i] / left:
                break
            rejected.append(int(i))
            left -= w[i]
        show("holm", p=p, weights=w, level=a, rejected=sorted(rejected))
    for tail, degrees in ((0.3, 4), (0.0004, 99), (1e-7, 29), (0.8, 11)):
        show("bound", tail=tail, degrees=degrees, value=stats.t.isf(tail, degrees))
    for seeds, candidates, a, sides in (
            (3, 20, 0.05, 1), (4, 20, 0.05, 1), (5, 20, 0.05, 1), (6, 20, 0.05, 1), (8, 20, 0.05, 1),
            (10, 20, 0.05, 1), (5, 20, 0.05 / 6, 1), (5, 20, 0.025, 2), (3, 1, 0.05, 1), (2, 20, 0.1, 1)):
        show("seeds", seeds=seeds, candidates=candidates, level=a, sides=sides,
             value=seed_limit(seeds, candidates, a, sides == 2))
    data_sets()


main()
