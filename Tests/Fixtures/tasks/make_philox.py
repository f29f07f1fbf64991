"""Expected 64-bit numbers of CounterGenerator. NumPy 2, numpy.random.Philox; no seed: keys are listed.

NumPy counts before it draws, so block d of ours is its block after d: the first four are skipped here
by starting one block earlier (a counter of -1 in 256 bits).
Writes philox.tsv: seed, stream, index, and the first ten numbers.
"""
import pathlib
import numpy as np

KEYS = [(0, 0, 0), (1, 2, 3), (2**64 - 1, 2**63, 2**40), (42, 0xCBF29CE484222325, 7), (7, 7, 2**64 - 1)]
rows = []
for seed, stream, index in KEYS:
    start = ((index << 64) - 1) % (1 << 256)
    counter = np.array([(start >> (64 * k)) & (2**64 - 1) for k in range(4)], dtype=np.uint64)
    philox = np.random.Philox(key=np.array([seed, stream], dtype=np.uint64), counter=counter)
    rows.append([seed, stream, index, *(int(x) for x in philox.random_raw(10))])
path = pathlib.Path(__file__).parent / "philox.tsv"
path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
