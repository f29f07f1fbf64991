"""A Llama and Qwen2 forward pass with every option in the open, so that each can be done wrongly.

make_checkpoints.py first shows that it equals transformers when nothing is altered, and then uses
it for the mistakes that no edit of a checkpoint can express, and in f64 for the size of rounding.
"""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Mistake:
    """What to do otherwise than the architecture says. All off: the architecture itself."""

    interleaved_rope: bool = False
    no_rope: bool = False
    reversed_rope: bool = False
    rope_on_keys_only: bool = False
    rope_over_hidden_share: bool = False
    causal: bool = True
    scaled: bool = True
    scale_from_hidden: bool = False
    interleaved_groups: bool = False
    final_norm: bool = True
    mean_subtracted: bool = False
    norm_after: bool = False
    swap_gate_and_up: bool = False
    reverse_layers: bool = False


def normalised(x, weight, eps, mistake):
    if mistake.mean_subtracted:
        x = x - x.mean(-1, keepdim=True)
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + eps) * weight


def rotated(x, theta, share, mistake):
    """x [heads, n, width]. Frequencies theta^(-2i/share), one for each pair of components."""
    heads, n, width = x.shape
    if mistake.no_rope:
        return x
    pairs = torch.arange(width // 2, dtype=x.dtype)
    angle = torch.arange(n, dtype=x.dtype)[:, None] * theta ** (-2 * pairs / share)[None]
    if mistake.reversed_rope:
        angle = -angle
    cos, sin = angle.cos(), angle.sin()
    if mistake.interleaved_rope:
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack((a * cos - b * sin, b * cos + a * sin), -1).reshape(heads, n, width)
    a, b = x[..., : width // 2], x[..., width // 2 :]
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


def linear(x, weights, name):
    y = x @ weights[f"{name}.weight"].T
    bias = weights.get(f"{name}.bias")
    return y if bias is None else y + bias


def attended(x, weights, layer, config, mistake):
    n = x.shape[0]
    heads, groups, width = config["heads"], config["kv_heads"], config["head_dim"]
    split = {"q": heads, "k": groups, "v": groups}
    q, k, v = (
        linear(x, weights, f"{layer}.self_attn.{name}_proj").view(n, count, width).transpose(0, 1)
        for name, count in split.items()
    )
    of_hidden = config["hidden"] // heads
    share = of_hidden if mistake.rope_over_hidden_share else width
    if not mistake.rope_on_keys_only:
        q = rotated(q, config["theta"], share, mistake)
    k = rotated(k, config["theta"], share, mistake)
    head = torch.arange(heads)
    group = head % groups if mistake.interleaved_groups else head // (heads // groups)
    k, v = k[group], v[group]
    scores = q @ k.transpose(1, 2)
    if mistake.scaled:
        scores = scores * (of_hidden if mistake.scale_from_hidden else width) ** -0.5
    if mistake.causal:
        future = torch.ones(n, n, dtype=torch.bool).triu(1)
        scores = scores.masked_fill(future, float("-inf"))
    mixed = scores.softmax(-1) @ v
    return linear(mixed.transpose(0, 1).reshape(n, -1), weights, f"{layer}.self_attn.o_proj")


def transformed(x, weights, layer, mistake):
    gate = linear(x, weights, f"{layer}.mlp.gate_proj")
    up = linear(x, weights, f"{layer}.mlp.up_proj")
    if mistake.swap_gate_and_up:
        gate, up = up, gate
    return linear(torch.nn.functional.silu(gate) * up, weights, f"{layer}.mlp.down_proj")


@torch.no_grad()
def forward(weights, config, ids, mistake=Mistake(), dtype=torch.float32):
    """Logits [n, vocabulary] in `dtype`."""
    weights = {name: tensor.to(dtype) for name, tensor in weights.items()}
    eps = config["eps"]
    embeddings = weights["model.embed_tokens.weight"]
    x = embeddings[torch.tensor(ids)]
    layers = range(config["layers"])
    for index in reversed(layers) if mistake.reverse_layers else layers:
        layer = f"model.layers.{index}"
        first = weights[f"{layer}.input_layernorm.weight"]
        second = weights[f"{layer}.post_attention_layernorm.weight"]
        if mistake.norm_after:
            x = normalised(x + attended(x, weights, layer, config, mistake), first, eps, mistake)
            x = normalised(x + transformed(x, weights, layer, mistake), second, eps, mistake)
            continue
        inner = normalised(x, first, eps, mistake)
        x = x + attended(inner, weights, layer, config, mistake)
        x = x + transformed(normalised(x, second, eps, mistake), weights, layer, mistake)
    if mistake.final_norm:
        x = normalised(x, weights["model.norm.weight"], eps, mistake)
    head = embeddings if config["tied"] else weights["lm_head.weight"]
    return x @ head.T
