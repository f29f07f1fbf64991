"""Ellipses of points over seeds, and how much wider Hotelling's region of their mean is: numpy and scipy.

Run in this folder: python make_seed_ellipse.py > seed-ellipse.json
"""

import json

import numpy as np
from scipy import stats

generator = np.random.default_rng(20261129)
cases = []
for seeds in (3, 4, 5, 8, 12):
    points = generator.normal(size=(seeds, 2)) @ np.array([[1.5, 0.4], [0.0, 0.3]]) + [2.0, 6.0]
    covariance = np.cov(points.T)
    quantile = stats.f.ppf(0.95, 2, seeds - 2)
    factor = np.sqrt(2 * (seeds - 1) / (seeds * (seeds - 2)) * quantile)
    # Hotelling's test of the mean against points on the widened ellipse has p = 0.05 exactly.
    root = np.linalg.cholesky(covariance)
    for angle in np.linspace(0, 2 * np.pi, 7):
        shift = factor * root @ [np.cos(angle), np.sin(angle)]
        t2 = seeds * shift @ np.linalg.inv(covariance) @ shift
        p = stats.f.sf(t2 * (seeds - 2) / (2 * (seeds - 1)), 2, seeds - 2)
        assert abs(p - 0.05) < 1e-9, p
    values, _ = np.linalg.eigh(covariance)
    cases.append(
        {
            "x": points[:, 0].tolist(),
            "y": points[:, 1].tolist(),
            "centre": points.mean(axis=0).tolist(),
            "inverse": np.linalg.inv(covariance).tolist(),
            "axes": np.sqrt(values).tolist(),
            "factor": float(factor),
        }
    )
print(json.dumps({"cases": cases}, indent=1))
