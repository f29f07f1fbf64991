"""The demo's change in two precisions, small, and the verdicts that NumPy and SciPy reach from it.

    tokenshift score --model base=Data/demo/base --model sft=Data/demo/sft --model rl=Data/demo/rl \
      --pairs base:sft,base:rl --texts Data/demo/responses.jsonl --compute f32 --output f32.h5
    tokenshift score … --compute bf16 --output bf16.h5
    python Tests/Fixtures/verdicts/make_verdicts.py f32.h5 bf16.h5 Tests/Fixtures/verdicts

`columns.h5` holds, for each measured token of a response, what position verdicts need: numbers as
computed with bf16 products, their mantissas cut to 16 bits, and the errors (bf16 less f32) cut to 10
bits; the exact number is their difference. `expected.json` holds the acceptance figures and the
token verdicts computed from that file. A scale is made from the most likely tokens (see `scales`).
"""
import json
import sys

import h5py
import numpy as np
from scipy import stats

MODELS = ("base", "sft", "rl")
PAIRS = (("base", "sft"), ("base", "rl"))
LEVEL = 0.98


def cut(values, kept=16):
    """The nearest numbers with so many bits of mantissa."""
    lost = 23 - kept
    bits = np.asarray(values, np.float32).view(np.uint32)
    half = np.uint32((1 << (lost - 1)) - 1) + ((bits >> np.uint32(lost)) & np.uint32(1))
    return ((bits + half) & np.uint32(0xFFFFFFFF << lost & 0xFFFFFFFF)).view(np.float32)


def strings(group):
    data, ends = group["bytes"][:].tobytes(), group["offsets"][:]
    return [data[a:b].decode() for a, b in zip(ends[:-1], ends[1:])]


def write_columns(exact_path, reduced_path, target):
    exact, reduced = h5py.File(exact_path), h5py.File(reduced_path)
    mask = exact["tok/mask"][:] == 1
    sequence = np.repeat(np.arange(len(exact["seq/count"])), exact["seq/count"][:])[mask]
    prompts = np.unique(strings(exact["seq/prompt_id"]), return_inverse=True)[1]
    sources = np.array([MODELS.index(name) for name in strings(exact["seq/source"])])
    with h5py.File(target, "w") as file:

        def put(name, values, kind):
            file.create_dataset(
                name, data=np.asarray(values).astype(kind), compression="gzip", compression_opts=9,
                shuffle=True)

        put("id", exact["tok/id"][:][mask], np.uint32)
        put("prompt", prompts[sequence], np.uint32)
        put("source", sources[sequence], np.uint32)
        put("text", sequence, np.uint32)
        for model in MODELS:
            a, b = exact[f"model/{model}"], reduced[f"model/{model}"]
            for name in ("logp", "entropy"):
                value = cut(b[name][:][mask])
                put(f"{model}/{name}", value, np.float32)
                put(f"{model}/{name}_error", cut(b[name][:][mask] - a[name][:][mask], 10), np.float32)
            s, u, c = scales(b, exact["tok/id"][:][mask], mask)
            put(f"{model}/s", cut(s), np.float32)
            put(f"{model}/u", cut(u), np.float32)
            put(f"{model}/c", cut(c), np.float32)
        for before, after in PAIRS:
            name = f"pair/{before}:{after}/js"
            root_a, root_b = (np.sqrt(f[name][:][mask].astype(float)) for f in (exact, reduced))
            put(f"{before}:{after}/root", cut(root_b), np.float32)
            put(f"{before}:{after}/root_error", cut(root_b - root_a, 10), np.float32)


def scales(model, ids, mask):
    """s, u and Σp² of each position, from the stored most likely tokens."""
    log = model["topk/logp"][:][mask].astype(float)
    p = np.exp(log)
    rest = -np.expm1(model["logp"][:][mask].astype(float))
    own = model["topk/id"][:][mask] == ids[:, None]
    s = np.sqrt(rest**2 + np.where(own, 0, p**2).sum(1))
    u = np.sqrt((p**2 * (log + model["entropy"][:][mask].astype(float)[:, None]) ** 2).sum(1))
    return s, u, (p**2).sum(1)


class Pair:
    """One measure of a pair: reduced value, exact value, scale, and what cells are made from."""

    def __init__(self, data, before, after, measure):
        a, b = data[before], data[after]
        exact = lambda m, n: m[n] - m[n + "_error"]
        self.logp = np.minimum(a["logp"], b["logp"])
        self.entropy = np.maximum(a["entropy"], b["entropy"])
        self.exact_logp = np.minimum(exact(a, "logp"), exact(b, "logp"))
        self.exact_entropy = np.maximum(exact(a, "entropy"), exact(b, "entropy"))
        if measure == "dlogp":
            self.value = b["logp"] - a["logp"]
            self.exact = exact(b, "logp") - exact(a, "logp")
            scale = np.hypot(a["s"], b["s"])
        elif measure == "dprob":
            self.value = np.exp(b["logp"]) - np.exp(a["logp"])
            self.exact = np.exp(exact(b, "logp")) - np.exp(exact(a, "logp"))
            scale = np.hypot(np.exp(a["logp"]) * a["s"], np.exp(b["logp"]) * b["s"])
        elif measure == "dH":
            self.value = b["entropy"] - a["entropy"]
            self.exact = exact(b, "entropy") - exact(a, "entropy")
            scale = np.hypot(a["u"], b["u"])
        else:
            pair = data[f"{before}:{after}"]
            self.value, self.exact = pair["root"], pair["root"] - pair["root_error"]
            c = np.clip((a["c"] + b["c"]) / 2, 0, 1 - 1e-7)
            scale = np.sqrt(c * (1 - c))
        self.scale = np.maximum(scale, 1e-8)
        self.error = self.value - self.exact


def conformal(values):
    rank = min(int(np.ceil((len(values) + 1) * LEVEL)), len(values))
    return np.sort(values)[rank - 1]


def half_widths(pair, source, known):
    z = np.abs(pair.error) / pair.scale
    factor = np.ones(len(z))
    for author in range(len(MODELS)):
        own = z[known][source[known] == author]
        factor[source == author] = np.quantile(own if len(own) >= 50 else z[known], 0.9)
    cell = sum(
        weight * np.digitize(x, np.quantile(x[known], (0.25, 0.5, 0.75)))
        for weight, x in ((4, pair.logp), (1, pair.entropy)))
    q = np.full(len(z), conformal((z / factor)[known]))
    for index in np.unique(cell):
        own = (z / factor)[known][cell[known] == index]
        if len(own) >= 100:
            q[cell == index] = conformal(own)
    return q * factor * pair.scale


def boundary(pair, half, test):
    """The worst bin's share of intervals on one side of the truth, and the bins that were asked."""
    bins = 6 * np.digitize(pair.exact_logp, (-8, -4, -2, -1, -0.3, -0.05, -0.005)) + np.digitize(
        pair.exact_entropy, (0.05, 0.3, 0.8, 1.5, 2.5))
    worst, count = 0.0, 0
    for index in np.unique(bins):
        own = test & (bins == index)
        if own.sum() >= 200:
            count += 1
            above = (pair.value - half > pair.exact)[own].mean()
            below = (pair.value + half < pair.exact)[own].mean()
            worst = max(worst, above, below)
    return worst, count


def acceptance(data, before, after, measure, margins):
    pair, source = Pair(data, before, after, measure), data["source"]
    even = np.flatnonzero(data["prompt"] % 2 == 0)
    test = data["prompt"] % 2 == 1
    known = even[np.linspace(0, len(even) - 1, 4000).astype(int)]
    half = half_widths(pair, source, known)
    worst, bins = boundary(pair, half, test)
    one = Pair(data, before, after, measure)
    result = {
        "pair": f"{before}:{after}", "measure": measure, "bins": bins, "worst": worst,
        "coverage": (np.abs(pair.error) <= half)[test].mean(),
        "medianHalfWidth": np.median(half[test]), "meanHalfWidth": half[test].mean(),
        "worstOfNarrow": boundary(one, half * 0.6, test)[0],
        "worstOfOneModel": boundary(one, half / np.sqrt(2), test)[0],
        "worstOfGlobal": boundary(
            one, np.full(len(half), conformal(np.abs(pair.error[known]))), test)[0],
        "margins": [],
    }
    root = np.sqrt if measure == "js" else lambda x: x
    truth, size = np.abs(pair.exact), np.abs(pair.value)
    for margin in margins:
        changed, unchanged = size - half > root(margin), size + half < root(margin)
        undecidable = ~changed & ~unchanged
        outside = test & ((truth < root(margin / 2)) | (truth > root(2 * margin)))
        large = test & (truth >= root(2 * margin))
        result["margins"].append({
            "margin": margin, "undecidableOutside": undecidable[outside].mean(),
            "power": changed[large].mean(), "least": changed[test].mean(),
            "most": (changed | undecidable)[test].mean(),
            "measured": (size > root(margin))[test].mean(),
            "true": (truth > root(margin))[test].mean()})
    return result


def adjust(p):
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    result = np.empty(len(p))
    result[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1)
    return result


def token_verdicts(ids, prompts, values, margin, signed, errors=None, floor=30):
    """One mean per token and prompt; max(t, Hall); changed at 5 %, unchanged at 1 %.

    errors are the deviations of single positions: a mean may be off by their root mean square.
    """
    tokens, means, biases, rows = [], [], [], []
    for token in np.unique(ids):
        own = ids == token
        by_prompt = [values[own & (prompts == g)].mean() for g in np.unique(prompts[own])]
        if len(by_prompt) >= floor:
            tokens.append(int(token))
            means.append(np.array(by_prompt))
            biases.append(0.0 if errors is None else np.sqrt(np.mean(errors[own] ** 2)))
    for x, bias in zip(means, biases):
        n = len(x)
        error = max(x.std(ddof=1) / np.sqrt(n), 1e-12)
        skew = stats.skew(x) if x.std() > 1e-150 else 0.0
        skew = 1e-9 if abs(skew) < 1e-9 else skew
        a, b, root = skew / 3, skew / 6, np.sqrt(n)
        hall = lambda t: t + a * t**2 / root + a**2 * t**3 / (3 * n) + b / root
        inverse = lambda y: (np.cbrt(1 + 3 * a / root * (y - b / root)) - 1) / (a / root)
        ends = []
        for level in (0.95, 0.99):
            t = stats.t.ppf((1 + level) / 2, n - 1)
            ends += [x.mean() - max(t, inverse(t)) * error - bias,
                     x.mean() + max(t, -inverse(-t)) * error + bias]
        above = lambda t: max(stats.t.sf(t, n - 1), stats.t.sf(hall(t), n - 1))
        below = lambda t: max(stats.t.cdf(t, n - 1), stats.t.cdf(hall(t), n - 1))
        changed = above((x.mean() - bias - margin) / error)
        unchanged = below((x.mean() + bias - margin) / error)
        if signed:
            changed = min(changed, below((x.mean() + bias + margin) / error))
            unchanged = max(unchanged, above((x.mean() - bias + margin) / error))
        rows.append([n, x.mean(), *ends, changed, unchanged])
    table = np.array(rows)
    within, beyond = adjust(table[:, 6]), adjust(table[:, 7])
    results = []
    for token, row, q, r in zip(tokens, table, within, beyond):
        n, mean, low, high, wide_low, wide_high, p, u = row
        verdict = "undecidable"
        if q <= 0.05 and (low > margin or (signed and high < -margin)):
            verdict = "changed"
        elif r <= 0.01 and wide_high < margin and (not signed or wide_low > -margin):
            verdict = "unchanged"
        results.append({
            "token": token, "prompts": int(n), "mean": mean, "lower": low, "upper": high,
            "changed": p, "unchanged": u, "verdict": verdict})
    return results


def main():
    exact, reduced, folder = sys.argv[1:]
    write_columns(exact, reduced, f"{folder}/columns.h5")
    file = h5py.File(f"{folder}/columns.h5")
    data = {
        name: (file[name][:] if isinstance(file[name], h5py.Dataset)
               else {key: file[name][key][:].astype(float) for key in file[name]})
        for name in file}
    expected = {"acceptance": [], "tokens": []}
    for before, after in PAIRS:
        for measure, margins in (
            ("dlogp", (0.01, 0.03, 0.1)), ("dprob", (0.01, 0.1)), ("dH", (0.03, 0.1)),
            ("js", (0.001, 0.01, 0.1)),
        ):
            expected["acceptance"].append(acceptance(data, before, after, measure, margins))
        for measure, margin in (("js", 0.01), ("js", 0.001), ("dlogp", 0.1), ("dlogp", 0.03)):
            pair = Pair(data, before, after, measure)
            square = (lambda x: x**2) if measure == "js" else (lambda x: x)
            for author, source in enumerate(MODELS):
                own = data["source"] == author
                sigma = np.sqrt(np.mean((pair.error / pair.scale)[own] ** 2))
                run = lambda values, errors: token_verdicts(
                    data["id"][own], data["prompt"][own], square(values)[own], margin,
                    measure != "js", errors)
                expected["tokens"].append({
                    "pair": f"{before}:{after}", "measure": measure, "margin": margin,
                    "source": source, "sigma": sigma, "exact": run(pair.exact, None),
                    "reduced": run(
                        pair.value, sigma * pair.scale[own] if measure != "js" else None)})
    text = json.dumps(expected, indent=None, separators=(",", ":"))
    open(f"{folder}/expected.json", "w").write(text.replace('},{"', '},\n{"') + "\n")


if __name__ == "__main__":
    main()
