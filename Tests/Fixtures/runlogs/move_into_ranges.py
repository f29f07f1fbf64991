"""Moves the random numbers of a token log of schema 1.0 into the ranges that columns have since 2.0.

    python move_into_ranges.py log-1.0.h5

h5py 3.16.0, numpy 2.4.6. Ran once, on the log that the test "a log for a look from outside" in
Tests/RunLogsTests wrote when schema 1.0 was new, whose numbers are normal in every column, entropies
and divergences too. `Samples.fit` there says the same in Swift. Everything else of the file, its
header in a global heap above all, stays as TokenShift 0.1 wrote it.
"""

import sys

import h5py
import numpy as np

AT_MOST_ZERO = ["logp", "extra_logmass", "topk/logp", "topk/rest_logmass", "bucket_logmass"]
RANGES = {name: (-np.inf, 1e-4) for name in AT_MOST_ZERO} | {
    "top1_logp": (-22.2, 1e-4), "entropy": (0, 22.2), "varentropy": (0, 500), "dH": (-22.2, 22.2),
    "dprob": (-1.0002, 1.0002), "kl_ab": (0, np.inf), "kl_ba": (0, np.inf), "js": (0, 0.6931473),
    "tv": (0, 1), "overlap": (0, 1),
}


def fit(value, low, high):
    if np.isnan(value):
        return value
    if not low <= value <= high:
        value = -value
    while not low <= value <= high:
        value = np.float32(value / np.float32(2))
    return value


with h5py.File(sys.argv[1], "r+") as log:
    def move(name, item):
        if not isinstance(item, h5py.Dataset) or not name.startswith(("model/", "pair/")):
            return
        column = name.split("/", 2)[2]
        if column in RANGES:
            values = item[...]
            flat = values.reshape(-1)
            for index, value in enumerate(flat):
                flat[index] = fit(value, *RANGES[column])
            item[...] = values

    log.visititems(move)
