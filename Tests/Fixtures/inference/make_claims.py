"""What seeds say about a claim, by SciPy and statsmodels, with 17 digits.

    python Tests/Fixtures/inference/make_claims.py > Tests/Fixtures/inference/claims.jsonl

One-sided p-values of means are scipy.stats.ttest_1samp's; those of shares have its formula on the logit with
the delta method's error. Unanimous trials: scipy.stats.binomtest, limits statsmodels' proportion_confint
("beta"). Holm's p-values are statsmodels' multipletests. Power is an expectation over chi by quadrature, which
for a one-sided test is shown to be SciPy's noncentral t; seeds are found by halving.
"""
import json

import numpy as np
from scipy import integrate, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

RANDOM = np.random.default_rng(20261129)


def show(**case):
    print(json.dumps(case))


def logit(share):
    return np.log(share / (1 - share))


def power(n, low, high, level):
    """P(low < mean − ts/√n and mean + ts/√n < high) of n draws of mean 0 and deviation 1."""
    t = stats.t.ppf(1 - level, n - 1)

    def at(s):
        up = stats.norm.cdf(np.sqrt(n) * high - t * s)
        down = stats.norm.cdf(np.sqrt(n) * low + t * s)
        # s²(n − 1) is χ²(n − 1).
        return max(0.0, up - down) * stats.chi.pdf(s * np.sqrt(n - 1), n - 1) * np.sqrt(n - 1)

    # Where both limits are near, nothing is left beyond the s at which they meet.
    ends = [0, 0.1, 0.8, 1, 1.2, 2, 9]
    if np.isfinite(low) and np.isfinite(high):
        ends.append(np.sqrt(n) * (high - low) / 2 / t)
    ends = sorted(end for end in ends if end <= 9)
    value = sum(
        integrate.quad(at, a, b, epsabs=1e-13, epsrel=1e-12, limit=500)[0]
        for a, b in zip(ends, ends[1:]))
    if not np.isfinite(high):
        assert abs(value - stats.nct.sf(t, n - 1, -np.sqrt(n) * low)) < 1e-8, (n, low, level)
    return value


def seeds(low, high, level):
    few, enough = 1, 999
    if power(enough, low, high, level) < 0.8:
        return None
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if power(middle, low, high, level) >= 0.8 else (middle, enough)
    return enough


for n in (2, 3, 5, 8, 12):
    values = RANDOM.normal(0.3, 1, n)
    for null in (-1.0, 0.0, 0.3, 2.5):
        show(
            kind="mean", values=values.tolist(), null=null,
            atMost=stats.ttest_1samp(values, null, alternative="greater").pvalue,
            atLeast=stats.ttest_1samp(values, null, alternative="less").pvalue)
    shares = RANDOM.beta(8, 2, n)
    mean = shares.mean()
    error = shares.std(ddof=1) / np.sqrt(n) / (mean * (1 - mean))
    half = stats.t.ppf(0.975, n - 1) * error
    for null in (0.05, 0.5, 0.85):
        t = (logit(mean) - logit(null)) / error
        show(
            kind="share", values=shares.tolist(), null=null, atMost=stats.t.sf(t, n - 1),
            atLeast=stats.t.cdf(t, n - 1), lower=1 / (1 + np.exp(half - logit(mean))),
            upper=1 / (1 + np.exp(-half - logit(mean))))

for trials in (1, 3, 64, 2048):
    for right in (0, trials):
        lower, upper = proportion_confint(right, trials, 0.05, "beta")
        for null in (0.001, 0.4, 0.99):
            show(
                kind="unanimous", trials=trials, areRight=bool(right), null=null,
                atMost=stats.binomtest(right, trials, null, "greater").pvalue,
                atLeast=stats.binomtest(right, trials, null, "less").pvalue,
                lower=float(np.nan_to_num(lower)), upper=float(upper))

for n in (1, 2, 5, 13):
    p = RANDOM.uniform(0, 1, n) ** 4
    if n > 4:
        p[2] = p[4]
    rejected, adjusted = multipletests(p, 0.05, "holm")[:2]
    show(
        kind="holm", values=p.tolist(), adjusted=adjusted.tolist(),
        rejected=[bool(value) for value in rejected])

for n in (2, 3, 8, 40, 300):
    for low, high in ((-0.7, None), (-0.1, None), (None, 0.4), (-0.5, 0.5), (-1.2, 0.3), (-0.05, 2)):
        for level in (0.05, 0.025, 0.0025):
            a, b = (-np.inf if low is None else low), (np.inf if high is None else high)
            show(
                kind="power", trials=n, low=low, high=high, level=level,
                value=power(n, a, b, level))

for n in (3, 8):
    values = RANDOM.normal(0.4, 1, n)
    mean, deviation = values.mean(), values.std(ddof=1)
    for low, high in ((0.0, None), (None, 1.5), (mean - 0.6, mean + 0.5), (mean - 0.01, None)):
        a = -np.inf if low is None else (low - mean) / deviation
        b = np.inf if high is None else (high - mean) / deviation
        show(
            kind="seeds", values=values.tolist(), low=low, high=high, level=0.01,
            seeds=seeds(a, b, 0.01))
