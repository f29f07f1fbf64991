"""Changes of one logit, for Tests/SelfTestingTests: NumPy and SciPy on whole distributions.

Run as `python make_planted.py > planted.json`.
"""

import json

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.special import log_softmax
from scipy.stats import entropy

rng = np.random.default_rng(18)
cases = []
for size in (0.3, 1.0, 4.0, 12.0):
    for shift in (-9.0, -0.7, -0.01, 0.0, 0.02, 0.5, 3.0):
        logits = size * rng.standard_normal(50)
        token = int(rng.integers(50))
        if shift == -9.0:
            token = int(logits.argmax())
        changed = logits.copy()
        changed[token] += shift
        before, after = log_softmax(logits), log_softmax(changed)
        p, q = np.exp(before), np.exp(after)
        cases.append(
            {
                "before": before[token],
                "after": after[token],
                "shift": shift,
                "entropy": entropy(p),
                "entropyAfter": entropy(q),
                "probability": q[token] - p[token],
                "divergence": jensenshannon(p, q) ** 2,
            }
        )
print(json.dumps(cases, indent=1))
