"""Statistics of next-token distributions over the full vocabulary, for a tile of positions.

A tile is the logits of some rows, `[rows, vocabulary]` in float32. Terms are worked out in float32
around each row's largest logit, and added up there in pairs of pairs as torch does: to about 1e-7 of
a sum of positive terms. What is added, divided or subtracted after that is float64. y is the token that occurs, p the model
before, q the model after; logarithms are natural.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

LOG_2 = math.log(2)
# Tokens of a text whose mean gained + lost is below this have no entry.
MOVED_THRESHOLD = 1e-6


def most_entries(positions: int) -> int:
    """Most entries of moved mass that a text with so many positions has."""
    return 1_024 + 32 * positions


def _double(device: torch.device) -> torch.dtype:
    # Apple's GPUs have no float64.
    return torch.float32 if device.type == "mps" else torch.float64


@dataclass
class ModelStatistics:
    """Of one model; all `[rows]`, `top_ids` and `top_logp` `[rows, k]`, on the tile's device."""

    log_partition: Tensor
    logp: Tensor
    entropy: Tensor
    varentropy: Tensor
    rank: Tensor
    top_ids: Tensor
    top_logp: Tensor
    rest_logmass: Tensor
    extra_logmass: Tensor
    # What pairs need: the largest logit, and ln Σ e^(z − largest).
    largest: Tensor
    log_sum: Tensor


def model_statistics(logits: Tensor, target: Tensor, top_count: int, shared: int) -> ModelStatistics:
    """Statistics of each row.

    logits: [rows, vocabulary] float32. target: [rows], the token that occurs. top_count: k.
    shared: ids below it are tokens of all models.
    """
    double = _double(logits.device)
    largest = logits.amax(1, keepdim=True)
    # A logit of −∞ has no probability: the floor keeps 0 · ∞ out of the sums.
    shifted = (logits - largest).clamp_(min=-1e4)
    terms = shifted.exp()
    mass = terms.sum(1).to(double)
    log_sum = mass.log()
    first = terms.mul_(shifted).sum(1).to(double) / mass
    second = terms.mul_(shifted).sum(1).to(double) / mass
    del terms, shifted
    largest = largest.squeeze(1).to(double)
    log_partition = largest + log_sum
    own = logits.gather(1, target[:, None])
    top, top_ids = _largest(logits, top_count)
    top_logp = top.to(double) - log_partition[:, None]
    return ModelStatistics(
        log_partition=log_partition,
        logp=own.squeeze(1).to(double) - log_partition,
        entropy=(log_sum - first).clamp(min=0),
        varentropy=(second - first * first).clamp(min=0),
        rank=1 + (logits > own).sum(1),
        top_ids=top_ids,
        top_logp=top_logp,
        rest_logmass=_rest(logits, top_ids, top_logp, log_partition),
        extra_logmass=log_mass(logits[:, shared:]) - log_partition,
        largest=largest,
        log_sum=log_sum)


def _largest(logits: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The largest logits of each row and their ids, largest first, equal ones by id."""
    more = min(count + 1, logits.shape[1])
    top, ids = torch.topk(logits, more, 1)
    if count == 0 or more == count:
        return _ties_by_id(top[:, :count], ids[:, :count])
    # Which of equal logits `topk` takes is open; where some are left out, the lowest ids are taken.
    tied = (top[:, count - 1] == top[:, count]).nonzero().squeeze(1)
    top, ids = _ties_by_id(top[:, :count], ids[:, :count])
    for row in tied.tolist():
        order = logits[row].sort(dim=0, descending=True, stable=True)
        top[row], ids[row] = order.values[:count], order.indices[:count]
    return top, ids


def _ties_by_id(top: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
    ids, order = ids.sort(1)
    top, places = top.gather(1, order).sort(dim=1, descending=True, stable=True)
    return top, ids.gather(1, places)


def log_mass(logits: Tensor) -> Tensor:
    """ln Σ e^z of each row in float64; −∞ of no logits."""
    double = _double(logits.device)
    if logits.shape[1] == 0:
        return torch.full((len(logits),), -math.inf, dtype=double, device=logits.device)
    largest = logits.amax(1, keepdim=True)
    floor = largest.clamp(min=torch.finfo(torch.float32).min)
    return (logits - floor).exp_().sum(1).to(double).log() + floor.squeeze(1).to(double)


def _rest(logits: Tensor, top_ids: Tensor, top_logp: Tensor, log_partition: Tensor) -> Tensor:
    """ln of the probability outside the top k."""
    share = 1 - top_logp.exp().sum(1)
    found = share.clamp(min=1e-300 if share.dtype == torch.float64 else 1e-30).log()
    # Where little is left, 1 − Σ loses digits: there the small terms are added up.
    rows = (share < 0.01).nonzero().squeeze(1)
    if len(rows):
        others = logits[rows].scatter(1, top_ids[rows], -math.inf)
        found[rows] = log_mass(others) - log_partition[rows]
    return found


@dataclass
class PairStatistics:
    """Of a pair; all `[rows]`. `change`, q − p of each token, `[rows, tokens of both]` float32."""

    dprob: Tensor
    dlogp: Tensor
    entropy_change: Tensor
    kl_before_after: Tensor
    kl_after_before: Tensor
    jensen_shannon: Tensor
    total_variation: Tensor
    overlap: Tensor
    bucket_logmass: Tensor
    change: Tensor


def pair_statistics(
    before_logits: Tensor, before: ModelStatistics, after_logits: Tensor, after: ModelStatistics
) -> PairStatistics:
    """How q differs from p in each row.

    Where one model has more tokens, the rest is one outcome, the bucket, of probability b: it adds
    ½ b ln 2 to the Jensen-Shannon divergence and ½ b to the total variation, and both KL are of the
    distributions given the tokens that both have.
    """
    count = min(before_logits.shape[1], after_logits.shape[1])
    double = before.logp.dtype
    log_p = _log_softmax(before_logits[:, :count], before).clamp_(min=-1e4)
    log_q = _log_softmax(after_logits[:, :count], after).clamp_(min=-1e4)
    p, q = log_p.exp(), log_q.exp()
    change = q - p
    bucket, given_before, given_after = _bucket(before_logits, before, after_logits, after, count)
    difference = log_p - log_q
    del log_p, log_q
    # With t = (q − p) / (q + p): ½ (p ln(p/m) + q ln(q/m)) = ¼ (p + q) ((1+t) ln(1+t) + (1−t) ln(1−t)).
    total = p + q
    t = torch.where(total > 0, change / total, 0.0).clamp_(-1, 1)
    up = torch.log1p(t).clamp_(min=-40)
    down = torch.log1p(-t).clamp_(min=-40)
    jensen_shannon = ((1 + t) * up).add_((1 - t) * down).mul_(total).sum(1).to(double) / 4
    total_variation = change.abs().sum(1).to(double) / 2
    del total, t
    # ln p − ln q of near probabilities, from the same rounded p and q as `change`; with Σ p = Σ q each
    # direction is then a sum of terms ≥ 0, p (ln p − ln q) − p + q, in which rounding cancels.
    near = down.sub_(up)
    difference = torch.where(difference.abs() < 1, near, difference)
    del up, down, near
    if given_before is None:
        kl_before = (p * difference).add_(change).sum(1).to(double)
        kl_after = (q * difference).neg_().sub_(change).sum(1).to(double)
    else:
        difference += (given_after - given_before)[:, None].to(difference.dtype)
        p = p * (-given_before).exp()[:, None].to(p.dtype)
        q = q * (-given_after).exp()[:, None].to(q.dtype)
        kl_before = (p * difference).sub_(p).add_(q).sum(1).to(double)
        kl_after = (q * difference).neg_().sub_(q).add_(p).sum(1).to(double)
    # What one model rules out and the other doesn't makes one direction infinite.
    kl_before = _infinite(kl_before, p, after_logits[:, :count])
    kl_after = _infinite(kl_after, q, before_logits[:, :count])
    extra = bucket.exp()
    delta = after.logp - before.logp
    same = (before.top_ids[:, :, None] == after.top_ids[:, None, :]).any(2).sum(1)
    return PairStatistics(
        # q − p = p (e^Δ − 1), from the larger of both so that neither overflows.
        dprob=torch.where(
            delta >= 0, -after.logp.exp() * torch.expm1(-delta.clamp(min=0)),
            before.logp.exp() * torch.expm1(delta.clamp(max=0))),
        dlogp=delta,
        entropy_change=after.entropy - before.entropy,
        kl_before_after=kl_before.clamp(min=0),
        kl_after_before=kl_after.clamp(min=0),
        jensen_shannon=(jensen_shannon + LOG_2 / 2 * extra).clamp(0, LOG_2),
        total_variation=(total_variation + extra / 2).clamp(0, 1),
        overlap=same.to(double) / before.top_ids.shape[1] if before.top_ids.shape[1] else
        same.to(double),
        bucket_logmass=bucket,
        change=change)


def _infinite(divergence: Tensor, probability: Tensor, logits: Tensor) -> Tensor:
    if not torch.isneginf(logits.amin()):
        return divergence
    ruled_out = (torch.isneginf(logits) & (probability > 0)).any(1)
    return divergence.masked_fill(ruled_out, math.inf)


def _log_softmax(logits: Tensor, statistics: ModelStatistics) -> Tensor:
    # Twice around zero: a logit and its log-partition are large, their difference is not.
    return (logits - statistics.largest[:, None].to(logits.dtype)).sub_(
        statistics.log_sum[:, None].to(logits.dtype))


def _bucket(before_logits, before, after_logits, after, count):
    """ln of the bucket's probability, and ln of the rest's under p and under q; None without one."""
    wider, own = (
        (before_logits, before) if before_logits.shape[1] > count else (after_logits, after))
    bucket = log_mass(wider[:, count:]) - own.log_partition
    if wider.shape[1] == count:
        return bucket, None, None
    # Below half, ln(1 − b) has all digits.
    shared = torch.where(
        bucket < -LOG_2, torch.log1p(-bucket.clamp(max=-LOG_2).exp()),
        log_mass(wider[:, :count]) - own.log_partition)
    none = torch.zeros_like(shared)
    return (bucket, shared, none) if own is before else (bucket, none, shared)


class MovedMass:
    """Adds up what each token of a vocabulary gains and loses, over the positions of a text."""

    def __init__(self, tokens: int, device: torch.device):
        self.gained = torch.zeros(tokens, dtype=_double(device), device=device)
        self.lost = torch.zeros_like(self.gained)
        self.positions = 0

    def add(self, gained: Tensor, lost: Tensor, positions: int) -> None:
        """Adds sums over some positions: [tokens]."""
        self.gained += gained
        self.lost += lost
        self.positions += positions

    def take(self) -> dict:
        """The text's list: ids ascending, means gained and lost, and a bound on what isn't listed."""
        positions, self.positions = self.positions, 0
        total = self.gained + self.lost
        kept = (total >= MOVED_THRESHOLD * positions).nonzero().squeeze(1)
        if positions == 0:
            kept = kept[:0]
        if len(kept) > (most := most_entries(positions)):
            # Largest first, equal ones by id, as they come.
            order = total[kept].sort(dim=0, descending=True, stable=True).indices[:most]
            kept = kept[order].sort().values
        dropped = (total.sum() - total[kept].sum()).item() / max(positions, 1)
        found = {
            "id": kept.cpu().numpy().astype("u4"),
            "gained": (self.gained[kept] / max(positions, 1)).cpu().numpy().astype("f4"),
            "lost": (self.lost[kept] / max(positions, 1)).cpu().numpy().astype("f4"),
            "positions": positions,
            # Float32 terms may be off by half of their last digit, and so may the bound itself.
            "dropped": max(dropped, 0) * (1 + 1e-6) + (1e-9 if positions else 0.0),
        }
        self.gained.zero_()
        self.lost.zero_()
        return found


def moved_sums(change: Tensor, owners: Tensor, texts: int) -> tuple[Tensor, Tensor]:
    """Sums of max(q − p, 0) and of max(p − q, 0) over the rows of each text: both [texts, tokens].

    change: q − p, [rows, tokens]. owners: the text of each row, from 0; −1 for one that doesn't count.
    """
    # A product with ones and zeros: one pass over the rows, whatever the number of texts.
    numbers = torch.arange(texts, device=change.device)
    member = (owners[None, :] == numbers[:, None]).to(change.dtype)
    return member @ change.clamp(min=0), member @ change.clamp(max=0).neg_()
