"""Estimates and their intervals by other ways than the tool's, with 17 digits.

    python Tests/Fixtures/inference/make_estimates.py > Tests/Fixtures/inference/estimates.jsonl

Hall's ends are found as roots of the transformation, CR2's variance and degrees of freedom from its
matrices, quantiles' ends by trying every value, Wilson's interval and all distributions are SciPy's.
"""
import json

import numpy as np
import scipy
from scipy import optimize, stats

RANDOM = np.random.default_rng(20261128)


def hall_mean(values, level=0.95):
    n = len(values)
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(n)
    skewness = stats.skew(values)
    a, b = skewness / 3, skewness / 6

    def g(t):
        return t + a * t**2 / np.sqrt(n) + a**2 * t**3 / (3 * n) + b / np.sqrt(n)

    bound = stats.t.ppf((1 + level) / 2, n - 1)
    up = optimize.brentq(lambda t: g(t) - bound, -1e4, 1e4, xtol=1e-14, rtol=1e-15)
    down = optimize.brentq(lambda t: g(t) + bound, -1e4, 1e4, xtol=1e-14, rtol=1e-15)
    return mean, mean - max(bound, up) * error, mean + max(bound, -down) * error


def ratio(sums, counts, level=0.95):
    """The weighted mean of sums/counts: a regression on a constant with the working variance 1/N.

    Residuals are M y with M = I − 1 h'; CR2 multiplies them by A = (1 − h)^(−1/2). The variance
    estimate is y' K y; under independent observations of variance 1/N it has the mean and variance
    from which Satterthwaite's degrees of freedom come.
    """
    used = counts > 0
    sums, counts = sums[used], counts[used]
    total, groups = counts.sum(), used.sum()
    y, h = sums / counts, counts / total
    residual = np.eye(groups) - np.outer(np.ones(groups), h)
    # Rows: each group's part of the estimator's error, adjusted. The reference's working model has
    # group means of equal variance.
    rows = (h / np.sqrt(1 - h))[:, None] * residual
    form = rows.T @ rows
    degrees = np.trace(form) ** 2 / np.trace(form @ form)
    value, variance = h @ y, y @ form @ y
    half = stats.t.ppf((1 + level) / 2, degrees) * np.sqrt(max(variance, 0))
    return value, value - half, value + half, degrees, variance


def skewed_ratio(sums, denominators, sizes, level=0.95):
    """R = ΣS/ΣN with CR2's weights from sizes: Σe = 0 is the only restriction, as of a weighted mean.

    Observations y = size-weighted group means of variance 1/size have the same form in h, so degrees of
    freedom come from that matrix; the residuals are those of the ratio.
    """
    groups, h = len(sums), sizes / sizes.sum()
    value = sums.sum() / denominators.sum()
    e = sums - value * denominators
    rows = (h / np.sqrt(1 - h))[:, None] * (np.eye(groups) - np.outer(np.ones(groups), h))
    form = rows.T @ rows
    degrees = np.trace(form) ** 2 / np.trace(form @ form)
    error = np.sqrt((e**2 / (1 - h)).sum()) / abs(denominators.sum())
    a, b = stats.skew(e) / 3, stats.skew(e) / 6
    bound = stats.t.ppf((1 + level) / 2, degrees)

    def g(t):
        return t + a * t**2 / np.sqrt(groups) + a**2 * t**3 / (3 * groups) + b / np.sqrt(groups)

    up = optimize.brentq(lambda t: g(t) - bound, -1e4, 1e4, xtol=1e-14, rtol=1e-15)
    down = optimize.brentq(lambda t: g(t) + bound, -1e4, 1e4, xtol=1e-14, rtol=1e-15)
    return value, value - max(bound, up) * error, value + max(bound, -down) * error, degrees


def wilson(share, trials, level=0.95):
    """Roots of the score test's quadratic (share − p)² n = z² p (1 − p)."""
    z = stats.norm.ppf((1 + level) / 2)
    roots = np.roots([trials + z**2, -(2 * trials * share + z**2), trials * share**2])
    return sorted(roots.real)


def difference(sums, counts, others, other_counts, level=0.95):
    """R1 − R2, both weighted means of prompts' own shares: y' K y with K from both arms' matrices.

    Each arm's rows are those of `ratio`; a prompt's rows of the two are subtracted, so that what it has in
    common cancels. Degrees of freedom: the fewer of a weighted mean's with both arms' mean weights and of
    Welch and Satterthwaite's, own shares having variance 1. With fewer than ten successes or failures of
    as many prompts as weigh as much, the ends are as far as Newcombe's method 10 at least.
    """
    def matrix(h):
        rows = (h / np.sqrt(1 - h))[:, None] * (np.eye(len(h)) - np.outer(np.ones(len(h)), h))
        form = rows.T @ rows
        return rows, np.trace(form) ** 2 / np.trace(form @ form)

    groups = len(sums)
    rows, means, variances, own, shares, trials = np.zeros((groups, groups)), [], [], [], [], []
    parts = np.zeros(groups)
    for sign, s, n in ((1, sums, counts), (-1, others, other_counts)):
        used = n > 0
        h, y = n[used] / n.sum(), s[used] / n[used]
        arm, freedom = matrix(h)
        parts[used] += sign * (arm @ y)
        means.append(n / n.sum())
        variances.append(h @ h)
        own.append(freedom)
        shares.append(h @ y)
        trials.append(int(1 / (h @ h) + 1e-9))
    h = (means[0] + means[1]) / 2
    welch = sum(variances) ** 2 / sum(v**2 / f for v, f in zip(variances, own))
    degrees = min(matrix(h[h > 0])[1], welch)
    value = shares[0] - shares[1]
    down = up = stats.t.ppf((1 + level) / 2, degrees) * np.sqrt(parts @ parts)
    if min(min(n * p, n * (1 - p)) for n, p in zip(trials, shares)) < 10:
        first, second = [wilson(p, n, level) for p, n in zip(shares, trials)]
        down = max(down, np.hypot(shares[0] - first[0], second[1] - shares[1]))
        up = max(up, np.hypot(first[1] - shares[0], shares[1] - second[0]))
    return value, value - down, value + up, degrees


def share_interval(below, counts, level):
    value, low, high, _, variance = ratio(below, counts, level)
    if np.array_equal(below, counts) or not below.any():
        n = int((counts > 0).sum())
        end = stats.binomtest(n if below.any() else 0, n).proportion_ci(level, method="wilson")
        return end.low, end.high
    return max(low, 0), min(high, 1)


def quantile(q, values, clusters, level=0.95):
    groups = clusters.max() + 1
    counts = np.bincount(clusters, minlength=groups).astype(float)
    lower, upper = None, None
    for x in np.unique(values):
        below = np.bincount(clusters[values <= x], minlength=groups).astype(float)
        low, high = share_interval(below, counts, level)
        if lower is None and high >= q:
            lower = x
        if upper is None and low >= q:
            upper = x
    return np.quantile(values, q), lower, upper


def show(kind, **fields):
    def plain(value):
        if isinstance(value, np.ndarray):
            return value.tolist()
        return value.item() if isinstance(value, np.generic) else value
    print(json.dumps({"kind": kind} | {name: plain(value) for name, value in fields.items()}))


def main():
    for degrees in (0.5, 1, 1.7, 2, 3.3, 7.25, 29.5, 63.9, 64.1, 128, 1000.5, 1e6):
        for level in (0.5, 0.9, 0.95, 0.99, 0.9999):
            show("t", degrees=degrees, level=level, value=stats.t.ppf((1 + level) / 2, degrees))
    for level in (0.5, 0.95, 0.99, 0.999999):
        show("normal", level=level, value=stats.norm.ppf((1 + level) / 2))
    for t, degrees in ((0.1, 3), (2.5, 8.5), (30, 12.25), (6, 400)):
        show("tail", t=t, degrees=degrees, value=2 * stats.t.sf(t, degrees))
    for n, draw in ((2, "normal"), (3, "gamma"), (10, "gamma"), (30, "heavy"), (128, "heavy"),
                    (500, "normal"), (40, "negative")):
        values = {
            "normal": lambda: RANDOM.normal(0.3, 1, n), "gamma": lambda: RANDOM.gamma(0.5, 2, n),
            "heavy": lambda: RANDOM.lognormal(-4, 1.8, n),
            "negative": lambda: -RANDOM.lognormal(0, 1.2, n),
        }[draw]()
        for level in (0.95, 0.99):
            value, low, high = hall_mean(values, level)
            show("mean", values=values, level=level, value=value, lower=low, upper=high)
    for groups, spread in ((2, 0), (5, 0), (10, 1.2), (30, 0.5), (128, 1), (12, 3)):
        counts = np.maximum(1, RANDOM.lognormal(3, spread, groups)).round()
        if groups == 30:
            counts[4] = 0
        sums = RANDOM.normal(0.2, 0.5, groups) * counts + RANDOM.normal(0, 1, groups) * np.sqrt(counts)
        value, low, high, degrees, variance = ratio(sums, counts)
        # As many observations as ΣN with Σx² = squares have this variance of their mean.
        squares = 1.7 * counts.sum() + (sums**2 / np.maximum(counts, 1)).sum()
        n = counts.sum()
        naive = (squares - n * value**2) / (n - 1) / n
        show("ratio", sums=sums, counts=counts, value=value, lower=low, upper=high,
             degrees=degrees, squares=squares, effect=variance / naive)
    for groups, size, q in ((6, 12, 0.5), (20, 9, 0.5), (20, 9, 0.99), (40, 30, 0.9), (3, 5, 0.5)):
        clusters = np.repeat(np.arange(groups), RANDOM.integers(1, size, groups))
        # Rounded, so that values are tied; prompts differ in their level.
        values = (RANDOM.normal(0, 1, len(clusters)) + RANDOM.normal(0, 0.6, groups)[clusters]).round(1)
        value, low, high = quantile(q, values, clusters)
        show("quantile", q=q, values=values, clusters=clusters, value=value, lower=low, upper=high)
    for successes, trials in ((0, 5), (5, 5), (3, 17), (1, 1), (250, 1000)):
        end = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
        show("wilson", successes=successes, trials=trials, value=successes / trials, lower=end.low,
             upper=end.high)
    for values in ([0.9, 1.0, 0.7], [0.31, 0.34], [0.975, 0.99, 0.9, 1.0]):
        values = np.array(values)
        n, mean = len(values), values.mean()
        bound, error = stats.t.ppf(0.975, n - 1), stats.sem(values)
        # The delta method: d logit u / du = 1/(u (1 − u)).
        ends = [scipy.special.expit(scipy.special.logit(mean) + sign * bound * error / (mean * (1 - mean)))
                for sign in (-1, 1)]
        show("seeds", values=values, value=mean, lower=mean - bound * error,
             upper=mean + bound * error, logitLower=ends[0], logitUpper=ends[1])
    for groups, noise in ((2, 0), (8, 0.4), (30, 0), (30, 0.8), (128, 0.3)):
        sizes = RANDOM.lognormal(0, 1.5, groups)
        if groups == 8:
            sizes[3] = 0
        # Less the noise's variance some denominators are negative.
        denominators = sizes - noise * RANDOM.uniform(0, 1, groups)
        sums = 0.4 * denominators + RANDOM.normal(0, 1, groups) * sizes**1.3
        value, low, high, degrees = skewed_ratio(sums, denominators, sizes)
        show("skewed", sums=sums, counts=denominators, values=sizes, value=value, lower=low,
             upper=high, degrees=degrees)
    for groups in (3, 12, 40, 128):
        counts, others = RANDOM.integers(0, 5, groups) * 1.0, RANDOM.integers(0, 7, groups) / 4
        # Each arm in two prompts at least.
        counts[:2], others[1:3] = (2, 1), (0.75, 0.5)
        sums, other_sums = RANDOM.uniform(0, 1, groups) * counts, RANDOM.uniform(0, 1, groups) * others
        value, low, high, degrees = difference(sums, counts, other_sums, others)
        show("difference", sums=sums, counts=counts, others=other_sums, otherCounts=others,
             value=value, lower=max(low, -1), upper=min(high, 1), degrees=degrees)
    # Without spread, near an end, and with one arm in few prompts or one that weighs most.
    near = RANDOM.uniform(0, 1, 60) < 0.95
    for sums, counts, others, other_counts in (
            ([0] * 9, [2] * 9, [0] * 9, [1] * 6 + [0] * 3),
            ([2] * 9, [2] * 9, [0] * 9, [1] * 6 + [0] * 3),
            ([2] * 9, [2] * 9, [1] * 6 + [0] * 3, [1] * 6 + [0] * 3),
            ([1] * 60, [1] * 60, near, [1] * 60),
            (near, [1] * 60, [1] * 30 + [0] * 30, [1] * 30 + [0] * 30),
            ([1, 0, 1] + [0] * 40, [1, 1, 1] + [0] * 40, [0] * 3 + [1, 0] * 20, [0] * 3 + [1] * 40),
            ([1, 0] + [0] * 40, [1, 1] + [0] * 40, [0] * 2 + [1, 0] * 20, [0] * 2 + [1] * 40),
            ([30, 1] + [0, 1] * 20, [90] + [1] * 41, [1, 0] * 21, [1] * 42)):
        sums, counts, others, other_counts = [
            np.array(x, float) for x in (sums, counts, others, other_counts)]
        value, low, high, degrees = difference(sums, counts, others, other_counts)
        show("difference", sums=sums, counts=counts, others=others, otherCounts=other_counts,
             value=value, lower=max(low, -1), upper=min(high, 1), degrees=degrees)


main()
