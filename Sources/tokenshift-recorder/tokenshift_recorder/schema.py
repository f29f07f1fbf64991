"""The columns of a token log, schema 2.2: names, types, units and definitions.

They are those of TokenLogColumn.swift; a test compares every attribute with a log that `score` wrote.
"""

from dataclasses import dataclass, field

import numpy as np

NAME = "tokenshift.token-log"
VERSION = "2.2"

MEASURED, FIRST_TOKEN, BEYOND_CONTEXT, NOT_FINITE, BEYOND_VOCABULARY = range(5)
_REASONS = {
    "flag_values": [0, 1, 2, 3, 4, 5, 255],
    "flag_meanings": "measured first_token beyond_context not_finite beyond_vocabulary not_in_source other",
}
_NANS_AND_ZEROS = "floats are NaN and its whole numbers 0"


@dataclass(frozen=True)
class Column:
    """One dataset: `path` is below its group, `rows` what it has a row for."""

    path: str
    dtype: str
    units: str
    long_name: str
    definition: str
    rows: str = "token"
    extra: dict = field(default_factory=dict)

    def attributes(self) -> dict:
        """What the dataset says about itself."""
        found = {"units": self.units, "long_name": self.long_name, "definition": self.definition}
        if np.dtype(self.dtype).kind == "f":
            found["_FillValue"] = np.dtype(self.dtype).type(np.nan)
        return found | self.extra


TOKEN = [
    Column("id", "u4", "1", "token id", "id of the token in the tokenizer"),
    Column(
        "mask", "u1", "1", "response mask",
        "1 if the token is one of the response; 0 if one of the prompt, or of the response but left "
        "out by its mask, as output of a tool is",
        extra={"flag_values": [0, 1], "flag_meanings": "prompt_or_masked response"}),
    Column(
        "unmeasured", "u1", "1", "reason why not measured",
        "0 if measured under all models; otherwise the reason of the first that lacks it: its "
        + _NANS_AND_ZEROS, extra=_REASONS),
]

SEQUENCE = [
    Column(
        "count", "i8", "1", "sequence length", "number of tokens of the sequence", "text",
        {"sample_dimension": "token"}),
    Column(
        "response_start", "i8", "1", "start of the response",
        "index within the sequence of the first token of the response; equal to count if it is "
        "empty", "text"),
    Column(
        "sample_id", "i8", "1", "sample number",
        "number of the response among those to the same prompt", "text"),
    Column(
        "correct", "u1", "1", "correctness",
        "1 if the response is correct, 0 if not, 255 if unknown", "text",
        {"flag_values": [0, 1, 255], "flag_meanings": "incorrect correct unknown"}),
    Column("reward", "f8", "1", "reward", "reward of the response; NaN if unknown", "text"),
]

OFFSETS = Column(
    "offsets", "i8", "1", "sequence offsets",
    "sequence i is the tokens offsets[i] up to, not including, offsets[i+1]", "offsets")

STRINGS = ["id", "prompt_id", "source", "finish", "metadata"]

MODEL = [
    Column(
        "logp", "f4", "nats", "log-probability of the token",
        "log p_y, at the stated scoring temperature, over the full vocabulary"),
    Column(
        "entropy", "f4", "nats", "entropy of the next-token distribution",
        "H = -sum_v p_v log p_v"),
    Column(
        "varentropy", "f4", "nats^2", "variance of the surprisal", "sum_v p_v (-log p_v - H)^2"),
    Column(
        "top1_logp", "f4", "nats", "log-probability of the most likely token", "max_v log p_v"),
    Column(
        "logZ", "f4", "nats", "log-partition",
        "log sum_v exp z_v of the raw logits z in 32-bit floating point"),
    Column(
        "extra_logmass", "f4", "nats", "log-mass of ids that not all models have",
        "log sum_v p_v over v from shared_vocabulary_size on: rows beyond a tokenizer or beyond "
        "another model's; -inf if there are none"),
    Column(
        "rank", "u4", "1", "rank of the token",
        "1 + number of tokens v with log p_v strictly greater than log p_y; 1 = most likely"),
    Column("top1", "u4", "1", "most likely token", "id of argmax_v p_v"),
    Column(
        "unmeasured", "u1", "1", "reason why not measured under this model",
        "0 if measured; otherwise floats are NaN and whole numbers 0, for the reason in flag_meanings",
        extra=_REASONS),
]

TOP_K = [
    Column(
        "topk/id", "u4", "1", "most likely tokens",
        "ids of the k most likely tokens, most likely first"),
    Column(
        "topk/logp", "f4", "nats", "log-probabilities of the most likely tokens",
        "log p_v of the tokens in topk/id, over the full vocabulary"),
    Column(
        "topk/rest_logmass", "f4", "nats", "log of the mass outside the top k",
        "log(1 - sum of p_v over the tokens in topk/id)"),
]

MODEL_REPLICATE = [
    Column(
        "replicate/logp", "f4", "nats", "log-probability of the token, replicate",
        "log p_y as in logp, products computed in the replicate's compute_type"),
    Column(
        "replicate/entropy", "f4", "nats", "entropy, replicate",
        "H as in entropy, products computed in the replicate's compute_type"),
]

_RENORMALISED = (
    ", p before, q after; where one model has more ids, over those that both have, p and q "
    "renormalised to them")

PAIR = [
    Column(
        "dprob", "f4", "1", "change of the token's probability", "q_y - p_y, p before, q after"),
    Column(
        "dlogp", "f4", "nats", "change of the token's log-probability",
        "log q_y - log p_y, p before, q after"),
    Column("dH", "f4", "nats", "change of entropy", "H(q) - H(p), p before, q after"),
    Column(
        "kl_ab", "f4", "nats", "Kullback-Leibler divergence KL(before || after)",
        "KL(before || after) = sum_v p_v (log p_v - log q_v)" + _RENORMALISED),
    Column(
        "kl_ba", "f4", "nats", "Kullback-Leibler divergence KL(after || before)",
        "KL(after || before) = sum_v q_v (log q_v - log p_v)" + _RENORMALISED),
    Column(
        "js", "f4", "nats", "Jensen-Shannon divergence",
        "(KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2; at most log 2; ids that only one "
        "model has are one outcome"),
    Column(
        "tv", "f4", "1", "total variation distance",
        "sum_v |p_v - q_v| / 2; in [0, 1]; ids that only one model has are one outcome"),
    Column(
        "overlap", "f4", "1", "top-k overlap",
        "number of tokens in both models' k most likely, divided by k"),
    Column(
        "bucket_logmass", "f4", "nats", "log-mass of ids that only one model has",
        "log sum_v of the probability that the model with more ids gives to those that the other "
        "doesn't have; -inf if both have the same"),
]

PAIR_REPLICATE = [
    Column(
        "replicate/js", "f4", "nats", "Jensen-Shannon divergence, replicate",
        "as in js, products of both models computed in the replicate's compute_type"),
]

MOVED = [
    Column(
        "moved/id", "u4", "1", "moved mass, token id",
        "id of the entry's token v, ascending within a text", "entry"),
    Column(
        "moved/gained", "f4", "1", "moved mass, gained",
        "mean of max(q_v - p_v, 0) over the text's positions, p before, q after", "entry"),
    Column(
        "moved/lost", "f4", "1", "moved mass, lost",
        "mean of max(p_v - q_v, 0) over the text's positions, p before, q after", "entry"),
    Column(
        "moved/positions", "i8", "1", "moved mass, positions",
        "number of the text's response tokens (mask 1) that are measured under both models",
        "text"),
    Column(
        "moved/dropped", "f4", "1", "moved mass, bound on what is not listed",
        "upper bound of the sum of gained + lost over the tokens of the text that have no entry: "
        "those below moved_mass_threshold, and in a text with very many entries the smallest ones",
        "text"),
]

MOVED_OFFSETS = Column(
    "moved/offsets", "i8", "1", "moved mass, offsets of the texts",
    "text i is the entries offsets[i] up to, not including, offsets[i+1]", "offsets")
