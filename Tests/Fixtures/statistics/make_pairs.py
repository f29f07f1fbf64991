"""Makes pairs.json: statistics of pairs of logit rows, from an origin that isn't ours.

    python make_pairs.py

Logits are f32 and written so that the decimal, read as a double and rounded to f32, is that f32
again. Every number is worked out by mpmath at 200 digits from exactly those logits, and then held
against scipy in f64, which this script asserts. Seed: numpy PCG64, 20240.
"""

import json
import platform
from pathlib import Path

import mpmath
import numpy as np
import scipy
from mpmath import mpf
from scipy.spatial.distance import jensenshannon
from scipy.special import log_softmax, logsumexp, rel_entr
from scipy.stats import entropy as scipy_entropy

mpmath.mp.dps = 200  # log-probabilities near zero are as small as 1e-88 here
TOP = 5
SMALLEST = mpf("1e-150")  # written as zero: the residue of sums that cancel, or far below f64


def f32(values):
    return np.asarray(values, dtype=np.float64).astype(np.float32)


def cases():
    """(name, logits before, logits after, target)."""
    draw = np.random.Generator(np.random.PCG64(20240))

    def normal(size, scale):
        return scale * draw.standard_normal(size)

    yield "one token", f32([3.25]), f32([-7.5]), 0
    yield "two tokens", f32([0.5, -1.25]), f32([-0.75, 2.0]), 1
    yield "five tokens, all tied before", f32([1.5] * 5), f32([1.5, 0.5, 1.5, -2, 1.5]), 2
    yield "seventeen, moderate", f32(normal(17, 2)), f32(normal(17, 2)), 11
    same = f32(normal(64, 3))
    yield "identical rows", same, same.copy(), 40
    small = f32(normal(64, 1))
    yield "differences of 1e-6", small, f32(small + 1e-6 * draw.choice([-1, 1], 64)), 7
    before = f32(normal(1009, 2.5))
    yield "a thousand, moderate", before, f32(before + normal(1009, 0.3)), 777
    before, after = normal(1021, 1), normal(1021, 1)
    before[500] += 30
    after[500] += 28
    yield "very peaked on the same token", f32(before), f32(after), 500
    before, after = normal(997, 1), normal(997, 1)
    before[3] += 40
    after[996] += 40
    yield "very peaked on different tokens", f32(before), f32(after), 996
    yield "uniform against moderate", f32(np.full(1000, -4.75)), f32(normal(1000, 1.5)), 999
    before, after = normal(17, 1e4), normal(17, 4e3)
    yield "logits of ten thousand", f32(np.clip(before, -1e4, 1e4)), f32(
        np.clip(after, -1e4, 1e4)
    ), 5
    near = f32(1e4 + normal(64, 1))
    yield "moderate on an offset of 1e4", near, f32(near + normal(64, 0.5)), 33
    ramp = np.linspace(-100, 100, 64)
    yield "spread of 200 nats, opposed", f32(ramp), f32(ramp[::-1]), 31
    yield "spread of 200 nats, shuffled", f32(draw.permutation(ramp)), f32(
        draw.permutation(ramp)
    ), 12
    before, after = draw.integers(-2, 3, 64), draw.integers(-2, 3, 64)
    yield "many ties", f32(before), f32(after), 20
    before = f32(normal(130, 2))
    yield "an offset alone", f32(np.round(before * 8) / 8), f32(np.round(before * 8) / 8 + 3), 64


def decimals(values):
    """The shortest decimals that give the f32 back, also by way of a double."""
    words = [np.format_float_positional(v, unique=True, trim="0") for v in values]
    assert all(np.float32(float(word)) == v for word, v in zip(words, values))
    return words


def number(value):
    """17 significant digits of an mpf: a double and back without loss."""
    if abs(value) < SMALLEST:
        return "0.0"
    return mpmath.nstr(value, 17, min_fixed=-5, max_fixed=17)


def order(logits):
    return sorted(range(len(logits)), key=lambda i: (-logits[i], i))


class Row:
    """Statistics of one row, all of them mpf."""

    def __init__(self, logits):
        z = [mpf(float(v)) for v in logits]
        self.floats = [float(v) for v in logits]
        self.log_z = mpmath.log(mpmath.fsum(mpmath.exp(v) for v in z))
        self.log_p = [v - self.log_z for v in z]
        self.p = [mpmath.exp(v) for v in self.log_p]
        self.entropy = -mpmath.fsum(p * v for p, v in zip(self.p, self.log_p))
        self.varentropy = mpmath.fsum(
            p * (v + self.entropy) ** 2 for p, v in zip(self.p, self.log_p)
        )
        self.order = order(self.floats)

    def described(self, target):
        top, rest = self.order[:TOP], self.order[TOP:]
        mass = mpmath.fsum(self.p[i] for i in rest)
        return {
            "logZ": number(self.log_z), "logp": number(self.log_p[target]),
            "entropy": number(self.entropy), "varentropy": number(self.varentropy),
            "rank": 1 + sum(v > self.floats[target] for v in self.floats),
            "top1": top[0], "top1_logp": number(self.log_p[top[0]]),
            "top_id": top, "top_logp": [Raw(number(self.log_p[i])) for i in top],
            "rest_log_mass": number(mpmath.log(mass)) if rest else None,
        }


def divergence(p, log_p, log_q):
    return mpmath.fsum(a * (b - c) for a, b, c in zip(p, log_p, log_q))


def described_pair(a, b, target):
    log_m = [mpmath.log((p + q) / 2) for p, q in zip(a.p, b.p)]
    js = (divergence(a.p, a.log_p, log_m) + divergence(b.p, b.log_p, log_m)) / 2
    shared = set(a.order[:TOP]) & set(b.order[:TOP])
    return {
        "kl_ab": number(divergence(a.p, a.log_p, b.log_p)),
        "kl_ba": number(divergence(b.p, b.log_p, a.log_p)),
        "js": number(js),
        "tv": number(mpmath.fsum(abs(p - q) for p, q in zip(a.p, b.p)) / 2),
        "dH": number(b.entropy - a.entropy),
        "dprob": number(b.p[target] - a.p[target]),
        "dlogp": number(b.log_p[target] - a.log_p[target]),
        "top_shared": len(shared),
        "overlap": number(mpf(len(shared)) / min(TOP, len(a.p))),
    }


class Raw(str):
    """A number already written."""


def close(name, what, ours, theirs, relative=1e-11, absolute=1e-13):
    ours = float(ours)
    assert abs(ours - theirs) <= relative * abs(ours) + absolute, (name, what, ours, theirs)


def hold_against_scipy(name, before, after, target, rows, pair):
    z = [before.astype(np.float64), after.astype(np.float64)]
    log_p = [log_softmax(v) for v in z]
    p = [np.exp(v) for v in log_p]
    # exp of a log-probability loses its ulp: logits of size s carry s · 2^-53 into each p.
    scale = max(1.0, float(np.abs(z).max()))
    loose = {"relative": 1e-12 * scale, "absolute": 1e-15 * scale}
    for row, logits, logs, probabilities in zip(rows, z, log_p, p):
        close(name, "logZ", row["logZ"], logsumexp(logits))
        close(name, "logp", row["logp"], logs[target], **loose)
        close(name, "entropy", row["entropy"], scipy_entropy(probabilities), **loose)
        surprise = np.where(probabilities > 0, logs, 0.0)
        mean = float(probabilities @ surprise)
        close(name, "varentropy", row["varentropy"], probabilities @ (surprise - mean) ** 2,
              relative=1e-11 * scale, absolute=1e-14 * scale**2)
        if row["rest_log_mass"] is not None:
            rest = np.delete(logits, row["top_id"])
            close(name, "rest", row["rest_log_mass"], logsumexp(rest) - logsumexp(logits), **loose)
        stable = np.argsort(-logits, kind="stable")[:TOP].tolist()
        assert stable == row["top_id"], (name, stable)
    for key, (x, y) in {"kl_ab": (0, 1), "kl_ba": (1, 0)}.items():
        # Where a probability underflows, rel_entr says infinity and the truth is finite.
        if p[y].min() > 0:
            close(name, key, pair[key], rel_entr(p[x], p[y]).sum(), **loose)
    root = jensenshannon(p[0], p[1])
    # The square root of a difference of nearly equal sums: no better than 1e-15 absolute.
    close(name, "js", pair["js"], root**2, relative=1e-12 * scale, absolute=2e-15 * scale)
    close(name, "tv", pair["tv"], np.abs(p[0] - p[1]).sum() / 2, **loose)
    close(name, "dprob", pair["dprob"], p[1][target] - p[0][target], **loose)


def written(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f'"{k}":{written(v)}' for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def raw_numbers(entry):
    return {k: Raw(v) if isinstance(v, str) else v for k, v in entry.items()}


def main():
    lines = []
    for name, before, after, target in cases():
        a, b = Row(before), Row(after)
        rows = [a.described(target), b.described(target)]
        pair = described_pair(a, b, target)
        hold_against_scipy(name, before, after, target, rows, pair)
        entry = {
            "name": name, "vocabulary": len(before), "target": target,
            "before": raw_numbers(rows[0]), "after": raw_numbers(rows[1]),
            "pair": raw_numbers(pair),
            "before_logits": [Raw(v) for v in decimals(before)],
            "after_logits": [Raw(v) for v in decimals(after)],
        }
        lines.append(written(entry))
        print(f"{name}: js {pair['js']}, kl_ab {pair['kl_ab']}, H {rows[0]['entropy']}")
    about = (
        "Statistics of pairs of logit rows in nats: p from before_logits, q from after_logits. "
        "rank = 1 + tokens with a strictly greater logit; top 5, ties to the lower id; "
        "rest_log_mass = log of the mass outside the top, null where nothing is outside; "
        "kl_ab = sum p (log p - log q), kl_ba the reverse; d… = after - before; top_shared counts "
        "ids in both tops, overlap = top_shared / min(5, vocabulary). Numbers below 1e-150 are 0. "
        "17 significant digits from mpmath at 200."
    )
    made = (
        f"make_pairs.py, seed 20240, python {platform.python_version()}, mpmath "
        f"{mpmath.__version__}, numpy {np.__version__}, scipy {scipy.__version__}"
    )
    text = "{\n" + f'"about": {json.dumps(about, ensure_ascii=False)},\n"made_by": "{made}",\n'
    text += '"pairs": [\n'
    text += ",\n".join(lines) + "\n]\n}\n"
    json.loads(text)
    (Path(__file__).parent / "pairs.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
