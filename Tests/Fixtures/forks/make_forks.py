"""A small log of three models, and what forks and steps are in it, by other ways than the tool's.

    python Tests/Fixtures/forks/make_forks.py > Tests/Fixtures/forks/forks.json

Intervals of ratios are from CR2's matrices. Under random logits Var_p(δ) is a sum of squared normal numbers
with the eigenvalues of diag(p) − pp' as weights: its tail is by Imhof's integral, the threshold by bisection,
so nothing is drawn. The interval of the largest squares' share is from the derivative by each prompt's
weight, which the script compares with numerical ones. 32-bit numbers are kept with 9 digits.
"""
import json

import numpy as np
from scipy import integrate, optimize, special, stats

RANDOM = np.random.default_rng(20261129)
# Bytes of tokens with the standard category of each.
TOKENS = [("3", "digits"), (" 41", "digits"), ("+", "operators"), (" =", "operators"),
          (" so", "reasoning words"), (" then", "reasoning words"), (".", "punctuation"),
          (" cat", "other words"), ("ing", "other words"), ("\n", "format and markup")]
AUTHORS = ["a", "c", "b"]
LISTED, PROMPTS = 3, 18
MARGINS = [0.001, 0.01, 0.1]


def f32(x):
    return np.asarray(x, dtype=np.float32).astype(float)


def texts():
    rows = []
    for author in AUTHORS:
        for prompt in range(PROMPTS):
            length = int(RANDOM.integers(5, 13))
            for place in range(length):
                # Sharp and flat positions; steps of a size that texts differ in.
                a = RANDOM.normal(0, 1, len(TOKENS)) * RANDOM.choice([0.4, 1.5, 4])
                step = RANDOM.normal(0, 1, len(TOKENS)) * np.exp(RANDOM.normal(-1.7, 1.2))
                b = a + step
                c = b - 0.5 * step + RANDOM.normal(0, 0.2, len(TOKENS))
                logs = {m: special.log_softmax(x) for m, x in (("a", a), ("b", b), ("c", c))}
                token = int(RANDOM.choice(len(TOKENS), p=np.exp(logs[author])))
                p, q = np.exp(logs["a"]), np.exp(logs["c"])
                m = (p + q) / 2
                js = ((p * np.log(p / m)).sum() + (q * np.log(q / m)).sum()) / 2
                h = {m: float(-(np.exp(x) * x).sum()) for m, x in logs.items()}
                order = np.argsort(-logs["a"], kind="stable")
                rows.append(dict(
                    author=author, prompt=prompt, place=place, length=length, token=token,
                    logp=[float(f32(logs[m][token])) for m in "abc"],
                    entropy=[float(f32(h[m])) for m in "abc"], js=float(f32(js)),
                    dH=float(f32(h["c"] - h["a"])),
                    listed=f32(logs["a"][order[:LISTED]]).tolist(),
                    rest=float(f32(special.logsumexp(logs["a"][order[LISTED:]])))))
    return rows


def cr2(value, sums, counts, extra=None, sizes=None):
    """Half-width and degrees of freedom of Σsums/Σcounts, from matrices; `extra` replaces residuals."""
    used = counts > 0 if sizes is None else np.ones(len(counts), bool)
    sums, counts = sums[used], counts[used]
    h = counts / counts.sum() if sizes is None else sizes / sizes.sum()
    e = sums - value * counts if extra is None else extra[used]
    n = len(h)
    rows = (h / np.sqrt(1 - h))[:, None] * (np.eye(n) - np.outer(np.ones(n), h))
    form = rows.T @ rows
    degrees = np.trace(form) ** 2 / np.trace(form @ form)
    error = np.sqrt((e**2 / (1 - h)).sum()) / abs(counts.sum())
    return stats.t.ppf(0.975, degrees) * error, degrees, error, e, n


def by_prompt(x, prompts):
    return np.bincount(prompts, np.asarray(x, float), PROMPTS)


def ratio(x, size, prompts, low=0, high=1):
    s, n = by_prompt(x, prompts), by_prompt(size, prompts)
    value = s.sum() / n.sum()
    half, degrees, *_ = cr2(value, s, n)
    return dict(value=value, lower=max(value - half, low), upper=min(value + half, high),
                degrees=degrees)


# λu of Imhof's integral: what is beyond oscillates and is below 0.001.
GRID = np.linspace(0, 150, 6001)


def tails(weights, t):
    """P(Σ λ z² > t) for each row of eigenvalues (Imhof, 1961), by the trapezoidal rule."""
    largest_weight = weights.max(1, keepdims=True)
    scaled, u = weights / largest_weight, GRID[1:]
    angle, size = -t / largest_weight * u / 2, np.ones((len(weights), len(u)))
    for column in scaled.T:
        x = column[:, None] * u
        angle = angle + np.arctan(x) / 2
        size *= (1 + x * x) ** 0.25
    first = (scaled.sum(1) - t / largest_weight[:, 0]) / 2
    values = np.concatenate([first[:, None], np.sin(angle) / (u * size)], 1)
    return np.clip(0.5 + integrate.trapezoid(values, GRID, axis=1) / np.pi, 0, 1)


def random_logits(part, share):
    eigen = []
    for row in part:
        p = np.exp(np.append(row["listed"], row["rest"]))
        eigen.append(np.linalg.eigvalsh(np.diag(p) - np.outer(p, p))[1:])
    eigen = np.maximum(np.array(eigen), 0)
    t = np.exp(optimize.brentq(lambda x: tails(eigen, np.exp(x)).mean() - share, -40, 5, xtol=1e-3))
    return tails(eigen, t)


def largest(x, share, prompts):
    k = max(1, int(np.floor(share * len(x) + 0.5)))
    q = np.sort(x)[-k]
    total = x.sum()
    value = np.sort(x)[-k:].sum() / total
    z = np.maximum(x - q, 0) + q * k / len(x)
    s, n = by_prompt(z, prompts), by_prompt(x, prompts)
    half, degrees, *_ = cr2(value, s, n)
    # The derivative of the share by one prompt's weight, from weights 1 ± 1e-4.
    order = np.argsort(-x, kind="stable")

    def curve(weights):
        w = weights[prompts][order]
        room = k / len(x) * w.sum()
        taken = np.clip(room - np.concatenate([[0], np.cumsum(w)[:-1]]), 0, w)
        return (taken * x[order]).sum() / (weights[prompts] * x).sum()
    for prompt in range(PROMPTS):
        near = []
        for sign in (1, -1):
            weights = np.ones(PROMPTS)
            weights[prompt] += sign * 1e-4
            near.append((curve(weights) - value) / (sign * 1e-4))
        e = (s - value * n)[prompt] / total
        # At the threshold itself the derivative has two values, between which k-th and next value lie.
        assert min(near) - 2e-3 < e < max(near) + 2e-3, (e, near)
    return dict(value=value, lower=max(value - half, 0), upper=min(value + half, 1), degrees=degrees)


def forks(part):
    prompts = np.array([r["prompt"] for r in part])
    h, js = (np.array([r[k] for r in part]) for k in ("entropy", "js"))
    after, h = h[:, 2], h[:, 0]
    dh = np.array([r["dH"] for r in part])
    threshold = np.quantile(h, 0.8)
    fork = h >= threshold
    stratum = [(min(5 * (2 * r["place"] + 1) // (2 * r["length"]), 4), TOKENS[r["token"]][1])
               for r in part]
    rate = {s: np.mean([f for f, t in zip(fork, stratum) if t == s]) for s in set(stratum)}
    matched = np.array([rate[s] for s in stratum])
    overlaps = []
    for margin in MARGINS:
        c = js > margin
        assert 0 < c.mean() < 0.9, c.mean()
        w = random_logits(part, c.mean())
        null = (w * fork).sum() / w.sum()
        overlaps.append(dict(
            margin=margin, changed=int(c.sum()), forksAmongChanged=ratio(c & fork, c, prompts),
            largestPossible=min(1, fork.sum() / c.sum()), changedForks=ratio(c & fork, fork, prompts),
            changedOthers=ratio(c & ~fork, ~fork, prompts), matched=float(matched[c].mean()),
            overMatched=ratio(c * (fork - matched), c, prompts, -1), randomLogits=float(null),
            probabilities=w.round(3).tolist()))
    bands = []
    edges = [-np.inf, 0.05, 0.5, 1, 2, np.inf]
    for low, high in zip(edges, edges[1:]):
        k = (h > low) & (h <= high)
        if k.any():
            bands.append(dict(
                positions=int(k.sum()), share=ratio(k, np.ones(len(k)), prompts),
                entropy=ratio(k * h, k, prompts, 0, np.inf),
                change=ratio(k * dh, k, prompts, -np.inf, np.inf),
                changedShare=ratio(k & (js > 0.01), k, prompts), carried=ratio(k * js, js, prompts)))
    carried = [dict(positions=s, ofLargest=largest(js, s, prompts),
                    ofUncertain=ratio(js * (h >= np.quantile(h, 1 - s)), js, prompts))
               for s in (0.01, 0.05, 0.2)]
    return dict(threshold=threshold, overlaps=overlaps, bands=bands, carried=carried,
                remaining=ratio(fork & (after >= np.quantile(after, 0.8)), fork, prompts))


def steps(part):
    prompts = np.array([r["prompt"] for r in part])
    a, b, c = np.array([r["logp"] for r in part]).T
    first, second = b - a, c - b
    s, n = by_prompt(-first * second, prompts), by_prompt(first**2, prompts)
    value = s.sum() / n.sum()
    half, degrees, error, e, groups = cr2(value, s, n, sizes=n)
    skewness, root = stats.skew(e), np.sqrt(groups)
    bound = stats.t.ppf(0.975, degrees)

    def hall(t):
        return t + skewness / 3 * t**2 / root + (skewness / 3) ** 2 * t**3 / (3 * groups) \
            + skewness / 6 / root
    up = optimize.brentq(lambda t: hall(t) - bound, -1e4, 1e4, xtol=1e-14, rtol=1e-15)
    down = optimize.brentq(lambda t: hall(t) + bound, -1e4, 1e4, xtol=1e-14, rtol=1e-15)
    both = (abs(first) > 0.1) & (abs(second) > 0.1)
    ones = np.ones(len(part))
    return dict(
        reversal=dict(value=value, lower=value - max(bound, up) * error,
                      upper=value + max(bound, -down) * error, degrees=degrees),
        both=ratio(both, ones, prompts), opposite=ratio(both & (first * second < 0), both, prompts),
        first=ratio(first, ones, prompts, -np.inf, np.inf),
        second=ratio(second, ones, prompts, -np.inf, np.inf),
        whole=ratio(c - a, ones, prompts, -np.inf, np.inf),
        quadrants=[int((both & (first > 0) & (second > 0)).sum()),
                   int((both & (first > 0) & (second < 0)).sum()),
                   int((both & (first < 0) & (second > 0)).sum()),
                   int((both & (first < 0) & (second < 0)).sum())],
        concentration=largest(first**2, 0.01, prompts))


def plain(value):
    """17 digits are repr's; infinite ends become null."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value


def main():
    rows = texts()
    parts = {author: [r for r in rows if r["author"] == author] for author in AUTHORS}
    short = [{k: ([float(f"{x:.9g}") for x in v] if isinstance(v, list)
                  else float(f"{v:.9g}") if isinstance(v, float) else v) for k, v in r.items()}
             for r in rows]
    lines = ",\n".join(json.dumps(r, separators=(",", ":")) for r in short)
    expected = {author: plain(dict(forks=forks(part), steps=steps(part)))
                for author, part in parts.items()}
    print('{"tokens":' + json.dumps([t for t, _ in TOKENS]) + ',\n"rows":[\n' + lines
          + '],\n"expected":' + json.dumps(expected, separators=(",", ":")) + "}")


main()
