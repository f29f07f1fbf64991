"""Pairs of small matrices in many stored types with what changed between them.

    python Tests/Fixtures/weights/make_weights.py > Tests/Fixtures/weights/changes.jsonl

A line for each tensor: its bits before and after as integers, and counts, norms and the stable rank of the
difference. Places among the numbers of a type come from values (their exponent and fraction), not from
bits; sums of squares are Python's fsum, singular values LAPACK's.
"""
import json
import math

import numpy as np
import torch

RANDOM = np.random.default_rng(20261129)
# Name in safetensors: torch's type, an integer of as many bits, least exponent of a normal number, bits of
# the fraction.
TYPES = {
    "F64": (torch.float64, torch.int64, -1022, 52),
    "F32": (torch.float32, torch.int32, -126, 23),
    "F16": (torch.float16, torch.int16, -14, 10),
    "BF16": (torch.bfloat16, torch.int16, -126, 7),
    "F8_E5M2": (torch.float8_e5m2, torch.int8, -14, 2),
    "F8_E4M3": (torch.float8_e4m3fn, torch.int8, -6, 3),
}


def place(value, name):
    """How many numbers of the type lie between 0 and the value, with its sign."""
    _, _, least, fraction = TYPES[name]
    size = abs(value)
    if size < 2.0**least:
        steps = size / 2.0 ** (least - fraction)
    else:
        mantissa, exponent = math.frexp(size)
        steps = (exponent - least) * 2**fraction + (2 * mantissa - 1) * 2**fraction
    assert steps == int(steps), (value, name)
    return int(math.copysign(int(steps), value))


def rounded(tensor, name):
    return tensor.to(TYPES[name][0]).to(torch.float64)


def case(label, before_type, after_type, before, after, units, also=None):
    a = torch.as_tensor(before, dtype=torch.float64).to(TYPES[before_type][0])
    b = torch.as_tensor(after, dtype=torch.float64).to(TYPES[after_type][0])
    x, y = a.to(torch.float64).numpy(), b.to(torch.float64).numpy()
    finite = np.isfinite(x) & np.isfinite(y)
    first = None if finite.all() else int(np.argmin(finite.ravel()))
    x0, y0 = np.where(finite, x, 0), np.where(finite, y, 0)
    d = y0 - x0
    line = {
        "name": label, "typeBefore": before_type, "typeAfter": after_type, "shape": list(a.shape),
        "before": a.view(TYPES[before_type][1]).flatten().tolist(),
        "after": b.view(TYPES[after_type][1]).flatten().tolist(),
        "elements": int(finite.sum()), "changed": int((x0 != y0).sum()),
        "turnedZeros": int(((x0 == 0) & (y0 == 0) & finite & (np.signbit(x) != np.signbit(y))).sum()),
        "notFiniteBefore": int((~np.isfinite(x)).sum()), "notFiniteAfter": int((~np.isfinite(y)).sum()),
        "firstNotFinite": first,
        "normBefore": math.sqrt(math.fsum((x0**2).ravel())),
        "normAfter": math.sqrt(math.fsum((y0**2).ravel())),
        "normOfDifference": math.sqrt(math.fsum((d**2).ravel())), "largest": float(abs(d).max()),
        "units": units, "distances": None, "rounded": also, "changedAfterRounding": None,
        "stableRank": None,
    }
    if units:
        u, v = (rounded(t, units).numpy()[finite] for t in (a, b))
        counts = [0] * 65
        for p, q in zip(u, v):
            counts[abs(place(float(p), units) - place(float(q), units)).bit_length()] += 1
        line["distances"] = counts
    if also:
        u, v = (rounded(t, also).numpy()[finite] for t in (a, b))
        line["changedAfterRounding"] = int((u != v).sum())
    if d.ndim == 2 and min(d.shape) > 1 and d.any():
        values = np.linalg.svd(d, compute_uv=False)
        line["stableRank"] = float((values**2).sum() / values[0] ** 2)
    print(json.dumps(line))


def normal(*shape):
    return RANDOM.standard_normal(shape)


def sparse(shape, share):
    return normal(*shape) * (RANDOM.random(shape) < share)


def main():
    w = normal(24, 20)
    case("f32.noise", "F32", "F32", w, w + 1e-3 * normal(24, 20), "F32", "BF16")
    w = normal(30, 17)
    low = normal(30, 2) @ normal(2, 17)
    case("f32.low", "F32", "F32", w, w + 0.01 * low + 1e-5 * normal(30, 17), "F32", "BF16")
    case("f32.one", "F32", "F32", np.zeros((9, 7)), np.outer(np.arange(1, 10), np.arange(1, 8)), "F32", "BF16")
    w = 0.02 * normal(25, 24)
    case("bf16.sparse", "BF16", "BF16", w, w + 1e-3 * sparse((25, 24), 0.2), "BF16")
    case("bf16.wide", "BF16", "BF16", normal(3, 150), normal(3, 150), "BF16")
    case("bf16.tall", "BF16", "BF16", normal(150, 3), normal(150, 3), "BF16")
    case("f16.all", "F16", "F16", normal(13, 31), normal(13, 31), "F16")
    # Subnormal numbers, both zeros, and steps through zero.
    tiny = 2.0**-133 * np.array([0, -0.0, 1, -1, 3, -3, 100, 127, 128, 129, -128, 5, 0, -0.0, 2, 1])
    case("bf16.tiny", "BF16", "BF16", tiny.reshape(4, 4), tiny[::-1].copy().reshape(4, 4), "BF16")
    tiny = 2.0**-149 * np.array([0, -0.0, 1, -1, 3, 2**23 - 1, 2**23, -(2**23)])
    case("f32.tiny", "F32", "F32", tiny.reshape(2, 4), np.roll(tiny, 3).reshape(2, 4), "F32", "BF16")
    w = normal(16, 11)
    case("mixed.bf16-f32", "BF16", "F32", w, w + 1e-2 * sparse((16, 11), 0.5), "BF16", "BF16")
    case("mixed.f32-f16", "F32", "F16", w, w + 1e-3 * sparse((16, 11), 0.5), "F16", "F16")
    case("mixed.f16-bf16", "F16", "BF16", w, w + 1e-2 * sparse((16, 11), 0.5), "BF16", "BF16")
    case("mixed.f64-f32", "F64", "F32", w, w + 1e-7 * sparse((16, 11), 0.5), "F32", "F32")
    case("mixed.f64-bf16", "F64", "BF16", w, w, None)
    case("f64", "F64", "F64", normal(6, 9), normal(6, 9), "F64")
    case("f8.e5m2", "F8_E5M2", "F8_E5M2", normal(8, 9), normal(8, 9), "F8_E5M2")
    case("f8.e4m3", "F8_E4M3", "F8_E4M3", normal(8, 9), normal(8, 9), "F8_E4M3")
    before, after = normal(10, 12), normal(10, 12)
    before[1, 2], after[3, 4], before[5, 6], after[5, 6] = np.nan, np.inf, -np.inf, np.nan
    case("f32.holes", "F32", "F32", before, after, "F32", "BF16")
    case("bf16.holes", "BF16", "BF16", before, after, "BF16")
    # Larger than any single when one is taken from the other.
    huge = np.array([[3e38, -3e38, 1.0], [2e38, 1e38, -1.0]])
    case("f32.huge", "F32", "F32", huge, -huge, "F32", "BF16")
    case("f32.vector", "F32", "F32", normal(40), normal(40), "F32", "BF16")
    case("f32.same", "F32", "F32", w, w, "F32", "BF16")


main()
