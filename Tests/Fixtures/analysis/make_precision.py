"""A small log in two precisions summarised by numpy, to hold the replicate's summaries against.

    python make_precision.py --output .

Writes precision.json: 12 texts of two models, a and b, with log-probabilities and entropies as 32-bit
numbers, the same again with errors like those of bfloat16 products, and gaps: tokens that are no
response, not measured, or without a number in one precision alone. Drawn with seed 20261. Differences
are of the 32-bit numbers in double precision; means are exact sums (math.fsum) divided once; quantiles
are numpy.quantile's default, linear between order statistics.
"""

import argparse
import json
import math
from pathlib import Path

import numpy

SEED = 20261
MODELS = ["a", "b"]
COLUMNS = ["logp", "entropy"]


def summary(differences):
    sizes = numpy.abs(differences)
    count = len(differences)
    return {
        "count": count,
        "mean": math.fsum(differences) / count,
        "meanAbsolute": math.fsum(sizes) / count,
        "rootMeanSquare": math.sqrt(math.fsum(sizes * sizes) / count),
        "percentile99": float(numpy.quantile(sizes, 0.99)),
        "largest": float(numpy.max(sizes)),
    }


def listed(values):
    """Nine digits give back a 32-bit number; null for NaN."""
    return [None if numpy.isnan(value) else float(f"{value:.9g}") for value in values]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("."))
    arguments = parser.parse_args()
    random = numpy.random.default_rng(SEED)

    lengths = random.integers(0, 30, 12)
    starts = [int(random.integers(0, length + 1)) for length in lengths]
    count = int(lengths.sum())
    response = numpy.concatenate(
        [numpy.arange(length) >= start for length, start in zip(lengths, starts)]
    )
    measured = random.random(count) > 0.1

    # What a model says is shared in part, so that changes between models are of all sizes.
    common = {"logp": -random.gamma(0.6, 2.0, count), "entropy": random.gamma(0.7, 1.5, count)}
    models, replicates = {}, {}
    for name in MODELS:
        models[name], replicates[name] = {}, {}
        for column in COLUMNS:
            values = common[column] * numpy.exp(0.2 * random.normal(size=count) ** 3)
            error = 0.01 * random.standard_t(4, count) * numpy.minimum(1, numpy.abs(values))
            # Where a log's columns may lie: no log-probability above 0, no entropy below 0 or above 22.
            low, high = (-numpy.inf, 0) if column == "logp" else (0, 22)
            models[name][column] = numpy.clip(values, low, high).astype(numpy.float32)
            replicates[name][column] = numpy.clip(values + error, low, high).astype(numpy.float32)
    # Overflow in one precision alone: of a's log-probability, of b's entropy.
    replicates["a"]["logp"][numpy.flatnonzero(measured & response)[[3, 40]]] = numpy.nan
    replicates["b"]["entropy"][numpy.flatnonzero(measured & response)[[7]]] = numpy.nan

    def difference(name, column):
        return replicates[name][column].astype(float) - models[name][column].astype(float)

    def both(name):
        gaps = sum(numpy.isnan(difference(name, column)) for column in COLUMNS)
        return response & measured & (gaps == 0)

    expected = {"models": {}}
    for name in MODELS:
        chosen = both(name)
        expected["models"][name] = {
            "unmeasured": int(response.sum() - chosen.sum()),
            "logp": summary(difference(name, "logp")[chosen]),
            "entropy": summary(difference(name, "entropy")[chosen]),
        }
    chosen = both("a") & both("b")
    logged = models["b"]["logp"] - models["a"]["logp"]
    assert logged.dtype == numpy.float32
    again = replicates["b"]["logp"].astype(float) - replicates["a"]["logp"].astype(float)
    first = models["b"]["logp"].astype(float) - models["a"]["logp"].astype(float)
    change, apart = summary(logged.astype(float)[chosen]), summary((again - first)[chosen])
    within = numpy.abs(logged.astype(float)[chosen]) <= apart["percentile99"]
    expected["pair"] = {
        "unmeasured": int(response.sum() - chosen.sum()),
        "change": change,
        "difference": apart,
        "ratio": change["rootMeanSquare"] / apart["rootMeanSquare"],
        "shareWithin": int(within.sum()) / int(chosen.sum()),
    }
    document = {
        "about": "Columns of two models, flat over the tokens of all texts; null is NaN.",
        "made_by": f"make_precision.py, numpy {numpy.__version__}, seed {SEED}",
        "lengths": lengths.tolist(),
        "starts": starts,
        "measured": measured.tolist(),
        "values": {m: {c: listed(models[m][c]) for c in COLUMNS} for m in MODELS},
        "replicates": {m: {c: listed(replicates[m][c]) for c in COLUMNS} for m in MODELS},
        "logged": listed(logged),
        "expected": expected,
    }
    text = json.dumps(document, separators=(",", ":"))
    for key in ["made_by", "lengths", "measured", "values", "replicates", "logged", "expected"]:
        text = text.replace(f'"{key}":', f'\n"{key}":')
    (arguments.output / "precision.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
