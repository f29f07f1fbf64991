"""Summaries of lists of numbers by numpy, to hold ColumnSummary against.

    python make_summaries.py --output .

Writes summaries.json. Values are drawn with seed 20260 and rounded to 9 significant digits; means
are exact sums (math.fsum) divided once; quantiles are numpy.quantile's default, linear between
order statistics.
"""

import argparse
import json
import math
from pathlib import Path

import numpy

SEED = 20260


def case(name, values, lengths):
    """lengths: how many of the values belong to each text, in order."""
    values = [float(f"{value:.9g}") for value in values]
    assert sum(lengths) == len(values)
    bounds = numpy.cumsum([0] + lengths)
    parts = [values[a:b] for a, b in zip(bounds, bounds[1:]) if b > a]
    sizes = sorted((abs(v) for v in values), reverse=True)
    top = max(1, math.floor(len(values) / 100 + 0.5))
    total = math.fsum(sizes)
    return {
        "name": name,
        "values": values,
        "lengths": lengths,
        "mean": math.fsum(values) / len(values),
        "sequenceMean": math.fsum(math.fsum(p) / len(p) for p in parts) / len(parts),
        "median": float(numpy.quantile(values, 0.5)),
        "percentile99": float(numpy.quantile(values, 0.99)),
        "minimum": float(numpy.min(values)),
        "maximum": float(numpy.max(values)),
        "topPercentShare": math.fsum(sizes[:top]) / total if total > 0 else 0.0,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("."))
    arguments = parser.parse_args()
    random = numpy.random.default_rng(SEED)

    def lengths(count, texts):
        cuts = sorted(random.integers(0, count + 1, texts - 1).tolist())
        return [b - a for a, b in zip([0] + cuts, cuts + [count])]

    cases = [
        case("one value", [-2.5], [1]),
        case("two values in two texts", [1, 4], [1, 1]),
        case("three values", [3, -1, 8], [1, 2]),
        case("zeros", [0.0] * 7, [3, 4]),
        case("ties", [1, 1, 1, 1, 2, 2, 0, 0, 0, 0], [10]),
        case("texts of unequal length", [9, 1, 1, 1, 1, 1, 1, 1], [1, 7]),
        # 149 and 150: where 1 % goes from one position to two.
        case("149 values", random.normal(size=149), lengths(149, 5)),
        case("150 values", random.normal(size=150), lengths(150, 5)),
        case("101 values, so that 99 % is an order statistic", random.normal(size=101), [101]),
        case("heavy tail, with empty texts", random.pareto(1.1, size=400), lengths(400, 40)),
        # A plain sum loses all digits of the small ones.
        case("cancellation", [1e16, 1.0, -1e16, 1.0] * 20, [40, 40]),
    ]
    document = {
        "about": "Summaries by numpy and math.fsum; lengths are numbers of values of each text.",
        "made_by": f"make_summaries.py, numpy {numpy.__version__}, seed {SEED}",
        "cases": cases,
    }
    text = json.dumps(document, separators=(",", ":")).replace('{"name"', '\n{"name"')
    (arguments.output / "summaries.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
