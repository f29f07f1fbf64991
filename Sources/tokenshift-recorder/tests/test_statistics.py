"""Tiles against slow sums in float64, over distributions from flat to a single token."""

import math

import pytest
import torch

from tokenshift_recorder.statistics import (
    MOVED_THRESHOLD, MovedMass, model_statistics, most_entries, moved_sums, pair_statistics)

# Terms have float32's relative error, 2^-24, in each of at most 6 operations, and sums add less than
# that; logits up to 60 are off by up to 2^-19 after a subtraction in float32. Hence of what is of size 1
# 2e-6, and more in proportion to size.
RELATIVE = 4e-6


def close(found, expected, name, absolute=RELATIVE):
    found, expected = found.double(), expected.double()
    same = (found == expected) | (found - expected).abs().le(
        absolute * expected.abs().clamp(min=1))
    assert same.all(), (name, (found - expected).abs().max().item())


def slow(logits, target, k, shared):
    """By definition, row by row, in float64."""
    rows = []
    for z, y in zip(logits.double(), target):
        log_z = torch.logsumexp(z, 0)
        lp = z - log_z
        p = lp.exp()
        terms = torch.where(p > 0, p * -lp, 0.0)
        entropy = terms.sum()
        order = sorted(range(len(z)), key=lambda v: (-z[v].item(), v))[:k]
        rest = torch.logsumexp(
            torch.tensor([lp[v] for v in range(len(z)) if v not in order] or [-math.inf],
                         dtype=torch.float64), 0)
        rows.append({
            "log_partition": log_z, "logp": lp[y], "entropy": entropy,
            "varentropy": torch.where(p > 0, p * (-lp - entropy) ** 2, 0.0).sum(),
            "rank": torch.tensor(1 + int((z > z[y]).sum())), "top_ids": torch.tensor(order),
            "top_logp": torch.tensor([lp[v] for v in order]), "rest_logmass": rest,
            "extra_logmass": torch.logsumexp(lp[shared:], 0) if shared < len(z) else
            torch.tensor(-math.inf)})
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


def draw(seed, rows, tokens, scale):
    generator = torch.Generator().manual_seed(seed)
    print("seed", seed)
    logits = torch.randn(rows, tokens, generator=generator) * scale
    return logits, torch.randint(0, tokens, (rows,), generator=generator)


@pytest.mark.parametrize("scale", [0.0, 0.01, 1.0, 8.0, 30.0])
def test_model(scale):
    logits, target = draw(int(scale * 100), 24, 311, scale)
    logits[0, 5] = 60  # one token has all
    logits[1, 200:] = -math.inf  # tokens without any
    target[1] = 3
    found = model_statistics(logits, target, 10, 290)
    for name, expected in slow(logits, target, 10, 290).items():
        value = getattr(found, name)
        if name in ("rank", "top_ids"):
            assert torch.equal(value.long(), expected.long()), name
        else:
            close(value, expected, name)


def test_ties_go_to_the_lower_id_and_do_not_raise_a_rank():
    logits = torch.zeros(1, 6)
    logits[0, [1, 4]] = 2
    found = model_statistics(logits, torch.tensor([4]), 4, 6)
    assert found.rank.item() == 1
    assert found.top_ids[0, :2].tolist() == [1, 4]


def slow_pair(p_logits, q_logits):
    """By definition, with the bucket of tokens that one model lacks, row by row."""
    rows = []
    n = min(p_logits.shape[1], q_logits.shape[1])
    for a, b in zip(p_logits.double(), q_logits.double()):
        p, q = torch.softmax(a, 0), torch.softmax(b, 0)
        bucket_p, bucket_q = p[n:].sum(), q[n:].sum()
        p, q = p[:n], q[:n]
        one = torch.cat([p, bucket_p[None], bucket_q[None] * 0])
        two = torch.cat([q, bucket_p[None] * 0, bucket_q[None]])
        m = (one + two) / 2
        js = (torch.special.xlogy(one, one / m).nan_to_num().sum()
              + torch.special.xlogy(two, two / m).nan_to_num().sum()) / 2
        given_p, given_q = torch.log_softmax(a[:n], 0), torch.log_softmax(b[:n], 0)
        rows.append({
            "kl_before_after": (given_p.exp() * (given_p - given_q)).sum(),
            "kl_after_before": (given_q.exp() * (given_q - given_p)).sum(),
            "jensen_shannon": js, "total_variation": (one - two).abs().sum() / 2,
            "bucket_logmass": (bucket_p + bucket_q).log(), "change": q - p})
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


@pytest.mark.parametrize("sizes", [(257, 257), (257, 240), (240, 257)])
@pytest.mark.parametrize("distance", [1e-3, 0.1, 3.0])
def test_pair(sizes, distance):
    base, target = draw(7, 20, 257, 4.0)
    other = base + draw(8, 20, 257, distance)[0]
    before, after = base[:, :sizes[0]], other[:, :sizes[1]]
    target = target % 240
    one = model_statistics(before, target, 10, 240)
    two = model_statistics(after, target, 10, 240)
    found = pair_statistics(before, one, after, two)
    for name, expected in slow_pair(before, after).items():
        close(getattr(found, name), expected, name)
    close(found.dlogp, two.logp - one.logp, "dlogp")
    close(found.dprob, two.logp.exp() - one.logp.exp(), "dprob")
    both = [len(set(a) & set(b)) / 10 for a, b in zip(one.top_ids.tolist(), two.top_ids.tolist())]
    assert found.overlap.tolist() == pytest.approx(both)


def test_small_divergences_have_their_digits():
    """At 1e-4 of a logit JS is about 1e-9: an error of 1e-7, harmless elsewhere, would hide it."""
    base, target = draw(3, 20, 1000, 3.0)
    # Halved twice in the last digits, so that float32 holds the sum exactly.
    other = base + torch.randint(-1, 2, base.shape, generator=torch.Generator().manual_seed(4)) * 2**-13
    one, two = (model_statistics(z, target, 1, 1000) for z in (base, other))
    found, expected = pair_statistics(base, one, other, two), slow_pair(base, other)
    for name in ("jensen_shannon", "kl_before_after", "kl_after_before"):
        ratio = getattr(found, name) / expected[name]
        # What is left is float32's rounding of ln p − ln q, which adds up to some 1e-10.
        assert ((ratio - 1).abs() < 0.1).all(), (name, ratio)


def test_moved_mass():
    base, target = draw(5, 40, 400, 5.0)
    other = base + draw(6, 40, 400, 1.0)[0]
    one, two = (model_statistics(z, target, 1, 400) for z in (base, other))
    change = pair_statistics(base, one, other, two).change
    owners = torch.tensor([0] * 15 + [-1] * 5 + [1] * 20)
    gained, lost = moved_sums(change, owners, 2)
    exact = slow_pair(base, other)["change"]
    for text in (0, 1):
        rows = exact[owners == text]
        sums = MovedMass(400, torch.device("cpu"))
        sums.add(gained[text], lost[text], len(rows))
        found = sums.take()
        up, down = rows.clamp(min=0).mean(0), -rows.clamp(max=0).mean(0)
        kept = [v for v in range(400) if up[v] + down[v] >= MOVED_THRESHOLD]
        assert found["id"].tolist() == kept
        close(torch.from_numpy(found["gained"]), up[kept], "gained", 1e-7)
        close(torch.from_numpy(found["lost"]), down[kept], "lost", 1e-7)
        missing = (up + down).sum() - (up + down)[kept].sum()
        assert missing <= found["dropped"] <= missing + 1e-6
        assert found["positions"] == len(rows)
        assert sums.gained.sum() == 0 and sums.positions == 0


def test_most_entries_are_the_largest():
    tokens = 3000
    sums = MovedMass(tokens, torch.device("cpu"))
    gained = torch.linspace(1, 2, tokens, dtype=torch.float64) / tokens
    sums.add(gained, torch.zeros(tokens), 1)
    found = sums.take()
    assert found["id"].tolist() == list(range(tokens - most_entries(1), tokens))
    assert found["dropped"] == pytest.approx(gained[:tokens - most_entries(1)].sum().item(), abs=1e-6)


def test_tokens_that_a_model_rules_out():
    base, target = draw(11, 6, 50, 2.0)
    other = base.clone()
    other[:3, 7:20] = -math.inf
    both = base.clone()
    both[:3, 7:20] = -math.inf
    target = target % 7
    statistics = [model_statistics(z, target, 5, 50) for z in (base, other, both)]
    found = pair_statistics(base, statistics[0], other, statistics[1])
    assert torch.isinf(found.kl_before_after[:3]).all() and not found.kl_before_after[3:].any()
    exact = slow_pair(base, other)
    close(found.kl_after_before, torch.where(
        torch.isnan(exact["kl_after_before"]),
        # Over the tokens that q has.
        -torch.log(1 - torch.softmax(base.double(), 1)[:, 7:20].sum(1)), exact["kl_after_before"]), "kl")
    close(found.total_variation, exact["total_variation"], "tv")
    same = pair_statistics(other, statistics[1], both, statistics[2])
    assert not same.kl_before_after.any() and not same.jensen_shannon.any()
