"""Statistics of two models of which one has more tokens, by mpmath at 100 digits.

    python make_buckets.py > buckets.json

p is before, q after. kl_ab and kl_ba are over the tokens that both have, renormalised to them; js and tv
count the tokens that only one has as one outcome; bucket_logmass is its log-probability under the
larger model; kl_with_bucket is the divergence of the smaller model from the larger with the bucket as an
outcome, the other direction is infinite. Logits are floats, written exactly.
"""

import json

import mpmath as mp
import numpy as np

mp.mp.dps = 100


def softmax(logits):
    weights = [mp.e ** mp.mpf(float(z)) for z in logits]
    total = mp.fsum(weights)
    return [w / total for w in weights]


def kl(p, q):
    return mp.fsum(a * mp.log(a / b) for a, b in zip(p, q) if a)


def case(name, before, after):
    p, q = softmax(before), softmax(after)
    shared = min(len(p), len(q))
    pc, qc = mp.fsum(p[:shared]), mp.fsum(q[:shared])
    # Summed, not subtracted: a bucket of 1e-300 has all its digits.
    pe, qe = mp.fsum(p[shared:]), mp.fsum(q[shared:])
    pb, qb = p[:shared] + [pe], q[:shared] + [qe]
    middle = [(a + b) / 2 for a, b in zip(pb, qb)]
    renormalised = [a / pc for a in p[:shared]], [b / qc for b in q[:shared]]
    smaller, larger = (pb, qb) if len(q) > len(p) else (qb, pb)
    values = {
        "kl_ab": kl(*renormalised), "kl_ba": kl(*renormalised[::-1]),
        "js": (kl(pb, middle) + kl(qb, middle)) / 2,
        "tv": mp.fsum(abs(a - b) for a, b in zip(pb, qb)) / 2,
        "bucket_logmass": mp.log(pe + qe), "kl_with_bucket": kl(smaller, larger),
    }
    return {"name": name, "before": [float(z) for z in before], "after": [float(z) for z in after]} | {
        key: float(mp.nstr(value, 17)) for key, value in values.items()
    }


def main():
    random = np.random.default_rng(5)

    def row(count, deviation=2.0, shift=0.0):
        return (random.normal(0, deviation, count) + shift).astype(np.float32)

    base = row(40)
    near = np.concatenate([base + row(40, 0.01), row(6, 1, -8)]).astype(np.float32)
    cases = [
        case("after has six more", row(40), row(46)),
        case("before has one more", row(33), row(32)),
        case("a close pair with light extra tokens", base, near),
        case("almost all mass on the extra tokens", row(30), np.concatenate([row(30), row(2, 1, 30)])),
        case("all but 1e-26 on an extra token", row(30), np.concatenate([row(30), row(1, 0.1, 60)])),
        case("half of the mass on the extra tokens", row(24, 0.1), row(48, 0.1)),
        case("extra tokens at e^-300", np.concatenate([row(20), row(5, 1, -300)]), row(20)),
        case("large logits", row(40, 30, 200), row(44, 30, -100)),
        case("one shared token", row(1), row(5)),
    ]
    json.dump({"cases": cases}, __import__("sys").stdout, indent=0)
    print()


if __name__ == "__main__":
    main()
