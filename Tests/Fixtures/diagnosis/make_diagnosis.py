"""Series of training metrics, what detectors measure on them, and thresholds by direct simulation.

    python Tests/Fixtures/diagnosis/make_diagnosis.py > Tests/Fixtures/diagnosis/diagnosis.json

Everything is computed the plain way: whole matrices of smoothers and of simulated steps in NumPy, Kendall's
test and Student's t from SciPy.
"""
import json

import numpy as np
from scipy import stats

RANDOM = np.random.default_rng(20261129)


# What is measured


def width(count):
    return max(3, int(np.ceil(count / 30)))


def block_rows(values, size):
    rest = len(values) % size
    return np.asarray(values, float)[rest:].reshape(-1, size)


def scales(means):
    """Of rows of block means: root of half the mean squared difference, the two largest left out."""
    squares = np.sort(np.diff(means, axis=-1) ** 2, axis=-1)
    return np.sqrt(squares[..., :-2].mean(-1) / 2)


def moves(means, reference, first=None):
    """How far each pair of blocks stays below what it is compared with; rows of means."""
    kept = np.maximum(means[..., 1:], means[..., :-1])
    if reference == "firstStep":
        return np.asarray(first)[..., None] - kept[..., :4]
    pairs = (means[..., 1:] + means[..., :-1]) / 2
    levels = np.maximum.accumulate(pairs, -1) if reference == "best" else pairs[..., :1] + 0 * pairs
    return levels[..., :-2] - kept[..., 2:]


def persistence(values):
    count = len(values)
    places = np.arange(count) / count
    rests = np.empty(count)
    for index, place in enumerate(places):
        root = np.exp(-0.25 * ((places - place) / 0.25) ** 2)
        line = np.polyfit(places - place, values, 1, w=root)
        rests[index] = values[index] - line[1]
    raw = float((rests[1:] * rests[:-1]).sum() / (rests**2).sum())
    phi = raw + (1 + 3 * raw) / count + 6 / count
    phi += np.sqrt(max(1 - phi**2, 0) / count)
    return raw, float(np.clip(np.ceil(phi * 10) / 10, 0.1, 0.95))


def change(values, direction, least, amount, reference, floor=1e-6):
    values = np.asarray(values, float)
    if least == "factor":
        scaled = np.log(np.maximum(values, floor))
    elif values.min() >= 0 and values.max() <= 1:
        scaled = np.arcsin(np.sqrt(values))
    else:
        scaled = values
    raw_phi, phi = persistence(scaled)
    size = width(len(values))
    sign = 1 if direction == "falling" else -1
    means = sign * block_rows(scaled, size).mean(1)
    raw = block_rows(values, size).mean(1)
    found = moves(means, reference, sign * scaled[0])
    at = int(found.argmax())
    start = 0 if reference == "firstStep" else 2
    kept = raw[start + at : start + at + 2]
    pairs = (raw[1:] + raw[:-1]) / 2
    before = {"firstStep": values[:1], "firstBlocks": pairs[:1], "best": pairs[: at + 1]}[reference]
    before = before.max() if sign > 0 else before.min()
    after = kept.max() if sign > 0 else kept.min()
    if least == "factor":
        amount_found = np.exp(found[at])
    else:
        amount_found = (before - after) / (before if values.min() >= 0 else np.ptp(raw))
    return {
        "direction": direction, "least": least, "amount": amount, "reference": reference,
        "floor": floor, "statistic": found[at] / max(scales(means), 1e-9), "size": amount_found,
        "before": before, "after": after, "worst": len(values) % size + (start + at) * size,
        "autocorrelation": raw_phi, "persistence": phi,
    }


def spike(values, level=0.01):
    logs = np.log(values)
    rests = np.array([logs[i] - np.median(logs[max(0, i - 10) : i + 11]) for i in range(len(logs))])
    count = max(8, len(logs) // 5)
    largest = np.sqrt(np.sort(np.abs(rests))[-count - 1 :])
    orders = np.cumsum(1 / np.arange(count, 0, -1))
    slope = (largest[1:-2] - largest[0]).sum() / orders[:-2].sum()
    bound = (largest[0] + slope * np.log(count / 2 / level)) ** 2
    at = int(rests.argmax())
    return {"index": at, "factor": np.exp(rests[at]), "threshold": np.exp(bound)}


def plateau(values):
    values = np.asarray(values, float)
    scaled = np.arcsin(np.sqrt(values)) if values.min() >= 0 and values.max() <= 1 else values
    rows = block_rows(scaled, max(5, width(len(values))))
    variances = np.log((np.diff(rows, axis=1) ** 2).mean(1) / 2)
    count = len(rows)

    def rising(series):
        return stats.kendalltau(np.arange(len(series)), series, alternative="greater").pvalue

    third = int(np.ceil(count / 3))
    return {
        "probability": rising(variances), "rise": rising(rows.mean(1)[count // 2 :]),
        "ratio": np.exp(variances[-third:].mean() - variances[: count // 3].mean()),
    }


def groups(values, level=0.01):
    means = block_rows(values, width(len(values))).mean(1)
    bound = stats.t.ppf(1 - level / len(means), len(means) - 1) * scales(means) / np.sqrt(3)
    threes = np.lib.stride_tricks.sliding_window_view(means, 3)
    lower = np.where((threes > 0.8).all(1), threes.mean(1) - bound, -np.inf)
    at = int(lower.argmax())
    if not lower[at] > 0.7:
        return None
    size = width(len(values))
    return {"index": len(values) % size + at * size, "share": threes[at].mean(), "lower": lower[at]}


# Series


def noise(count, phi, deviation):
    steps = RANDOM.standard_normal(count) * np.sqrt(1 - phi**2)
    steps[0] = RANDOM.standard_normal()
    for index in range(1, count):
        steps[index] += phi * steps[index - 1]
    return deviation * steps


def cases():
    def ramp(count, start, length):
        return np.clip((np.arange(count) - start) / length, 0, 1)

    def rewards(count, phi):
        return 0.2 + 0.5 * (1 - np.exp(-3 * np.arange(count) / count)) + noise(count, phi, 0.05)

    def spread(centre, phi, deviation, count):
        return centre * np.exp(noise(count, phi, deviation))

    share = ("falling", "share", 0.5)
    yield "healthy reward", np.clip(rewards(60, 0.3), 0, 1), [(*share, "best"), (*share, "firstStep")]
    yield "reward to a fifth", np.clip(rewards(101, 0.4), 0, 1) * (1 - 0.8 * ramp(101, 60, 20)), [
        (*share, "best"), (*share, "firstStep"),
    ]
    yield "reward lost at once", np.clip(rewards(94, 0.2), 0, 1) * (1 - 0.9 * ramp(94, 0, 3)), [
        (*share, "best"), (*share, "firstStep"),
    ]
    yield "negative rewards", rewards(60, 0.5) * 6 - 3 - 4 * ramp(60, 35, 5), [
        (*share, "best"), (*share, "firstStep"),
    ]
    entropy = [
        ("falling", "factor", 5, "firstBlocks"), ("falling", "factor", 5, "firstStep"),
        ("rising", "factor", 2, "best"), ("rising", "factor", 2, "firstStep"),
    ]
    yield "entropy lost", spread(0.8, 0.5, 0.12, 150) * np.exp(-3 * ramp(150, 70, 30)), entropy
    yield "entropy times four", spread(0.5, 0.6, 0.12, 125) * 4 ** ramp(125, 60, 20), entropy
    lengths = [
        ("falling", "factor", 3, "best"), ("falling", "factor", 3, "firstStep"),
        ("rising", "factor", 2, "best"), ("rising", "factor", 2, "firstStep"),
    ]
    yield "short answers", spread(300, 0.8, 0.06, 90) * 0.25 ** ramp(90, 45, 1), lengths
    yield "gap", spread(0.01, 0.3, 0.25, 400) * 3 ** ramp(400, 200, 10), [
        ("rising", "factor", 2, "best", 1e-3),
    ]
    yield "rounding", spread(5e-6, 0.3, 0.25, 60) * 3 ** ramp(60, 30, 10), [
        ("rising", "factor", 2, "best", 1e-3),
    ]


def main():
    rounded = lambda values: [float(f"{value:.6g}") for value in values]
    result = {"changes": [], "spikes": [], "plateaus": [], "groups": [], "thresholds": []}
    for name, values, questions in cases():
        values = rounded(values)
        found = [change(values, *question) for question in questions]
        result["changes"].append({"name": name, "values": values, "expected": found})
    for count, place, factor in ((40, None, 1), (60, 30, 10), (155, 149, 6), (100, 3, 40)):
        values = np.exp(noise(count, 0.4, 0.3) + RANDOM.standard_t(4, count) * 0.15)
        if place is not None:
            values[place] *= factor
        values = rounded(values)
        result["spikes"].append({"name": f"{count}, {factor}", "values": values, "expected": spike(values)})
    for count, growth, slope in ((60, 3, 0), (150, 3, 0), (150, 1, 0), (100, 3, 0.4), (30, 1, 0)):
        times = np.arange(count) / count
        values = 0.4 + slope * (times - 0.5) + noise(count, 0.3, 0.03) * np.linspace(1, growth, count)
        values = rounded(np.clip(values, 0.01, 0.99))
        name = f"{count}, {growth}, {slope}"
        result["plateaus"].append({"name": name, "values": values, "expected": plateau(values)})
    for count, level in ((60, 0.93), (94, 0.97), (100, 0.6), (150, 0.84)):
        values = np.clip(0.3 + noise(count, 0.3, 0.05), 0, 1)
        values[count // 2 :] = np.clip(level + noise(count - count // 2, 0.3, 0.04), 0, 1)
        values = rounded(values)
        result["groups"].append({"name": f"{count}, {level}", "values": values, "expected": groups(values)})
    for count, phi in ((30, 0.1), (60, 0.5), (94, 0.9), (100, 0.3), (150, 0.95), (1000, 0.8)):
        series = np.empty((40_000, count), np.float32)
        draws = np.random.default_rng(count)
        series[:, 0] = draws.standard_normal(len(series))
        for step in range(1, count):
            fresh = draws.standard_normal(len(series)) * np.sqrt(1 - phi**2)
            series[:, step] = phi * series[:, step - 1] + fresh
        size = width(count)
        means = series[:, count % size :].reshape(len(series), -1, size).mean(2)
        for reference in ("best", "firstBlocks", "firstStep"):
            largest = moves(means, reference, series[:, 0]).max(1) / scales(means)
            shares = (0.985, 0.99, 0.995, 0.9985, 0.999, 0.9995)
            quantiles = {f"q{share}": float(np.quantile(largest, share)) for share in shares}
            result["thresholds"].append(
                {"steps": count, "coefficient": phi, "reference": reference, **quantiles})
    print(json.dumps(result, default=float))


if __name__ == "__main__":
    main()
