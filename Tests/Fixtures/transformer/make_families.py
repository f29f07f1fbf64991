"""Makes a small random checkpoint for each family with its options on, and what transformers makes
of it.

    OMP_NUM_THREADS=1 python make_families.py [name …]

Writes <name>/{config.json, model.safetensors, expected.json} beside this file, in the layout of
make_checkpoints.py, whose tools it uses. Texts are longer than the windows and than the original
length of the rotary embeddings. Each entry of `ablations` moves some token log-probability of the
shown text by at least LEAST_EFFECT nats, which this script asserts: kind `config` and `weights` are
edits of the checkpoint's files, kind `arithmetic` is transformers' model with a part of it replaced.
An edit with `refused` is one that transformers understands and TokenShift doesn't.
"""

import json
import platform
import shutil
import sys
from dataclasses import dataclass, field

import numpy as np
import torch
import transformers

from make_checkpoints import (
    HERE, LEAST_EFFECT, all_weights, edited_model, largest, load, token_log_probabilities,
    write_json,
)

LENGTHS = (1, 2, 7, 20, 31, 48)
SHOWN = 5


@dataclass
class Family:
    kind: type
    seed: int
    config: dict
    dtype: torch.dtype = torch.bfloat16
    embedding_scale: float = 0.5
    matrix_scale: float = 1.5
    old_rope: bool = False  # config.json as transformers 4 wrote it
    omitted: tuple = ()
    joined: bool = False  # experts as transformers 5 has them in memory, a layer's in two tensors
    edits: dict = field(default_factory=dict)
    mistakes: dict = field(default_factory=dict)


def llama_sizes(vocab, hidden, inner, layers, heads, groups, context, **more):
    return {
        "vocab_size": vocab, "hidden_size": hidden, "intermediate_size": inner,
        "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": groups,
        "max_position_embeddings": context, "rms_norm_eps": 1e-4,
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": None,
    } | more


def rope_edits(rope, changes):
    """For each change of a rope setting the whole setting; None removes a key."""
    edits = {}
    for key, value in changes.items():
        changed = {k: v for k, v in (rope | {key: value}).items() if v is not None}
        edits[f"rope {key} {value}"] = {"config": {"rope_parameters": changed}}
    edits["rope not scaled"] = {
        "config": {"rope_parameters": {"rope_type": "default", "rope_theta": rope["rope_theta"]}}
    }
    return edits


LINEAR = {"rope_type": "linear", "factor": 2.5, "rope_theta": 300.0}
DYNAMIC = {"rope_type": "dynamic", "factor": 2.5, "rope_theta": 50.0}
YARN = {
    "rope_type": "yarn", "factor": 3.0, "rope_theta": 200.0, "beta_fast": 2.5, "beta_slow": 0.3,
    "original_max_position_embeddings": 16, "mscale": 0.7, "mscale_all_dim": 2.5,
    "truncate": False,
}
LLAMA3 = {
    "rope_type": "llama3", "factor": 4.0, "rope_theta": 300.0, "low_freq_factor": 0.5,
    "high_freq_factor": 2.0, "original_max_position_embeddings": 16,
}
QWEN_YARN = {
    "rope_type": "yarn", "factor": 3.0, "rope_theta": 500.0,
    "original_max_position_embeddings": 16,
}
LONGROPE = {
    "rope_type": "longrope", "rope_theta": 100.0, "partial_rotary_factor": 0.5,
    "original_max_position_embeddings": 16,
    "short_factor": [1.0, 1.5, 2.5], "long_factor": [1.2, 3.0, 6.0],
}


def identity(*paths):
    """Replaces modules of each layer by nothing."""

    def change(model):
        for layer in model.model.layers:
            for path in paths:
                parent, _, name = path.rpartition(".")
                owner = layer.get_submodule(parent)
                setattr(owner, name, torch.nn.Identity())

    return change


def gemma_unscaled_embeddings(model):
    model.model.embed_tokens.embed_scale.fill_(1.0)


def gemma_plain_norms(model, places=""):
    """w instead of 1 + w."""
    for name, module in model.named_modules():
        if type(module).__name__ in ("Gemma2RMSNorm", "Gemma3RMSNorm") and places in name:
            module.weight.data -= 1


def gemma_plain_query_norms(model):
    gemma_plain_norms(model, "q_norm")


def olmo_norms_by_head(model):
    """Each head of queries and keys by its own root mean square."""
    for layer in model.model.layers:
        for norm in (layer.self_attn.q_norm, layer.self_attn.k_norm):
            norm.forward = lambda x, m=norm, width=layer.self_attn.head_dim: m.weight * (
                lambda y: y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + m.variance_epsilon)
            )(x.view(*x.shape[:-1], -1, width)).view(x.shape)


def olmo_norms_before(model):
    """What attention and MLP read is normalised as well."""
    for layer in model.model.layers:
        for branch, norm in (
            (layer.self_attn, layer.post_attention_layernorm),
            (layer.mlp, layer.post_feedforward_layernorm),
        ):
            inner = branch.forward
            if branch is layer.mlp:
                branch.forward = lambda x, f=inner, n=norm: f(n(x))
            else:
                branch.forward = lambda hidden_states, f=inner, n=norm, **more: f(
                    hidden_states=n(hidden_states), **more)


def all_rotated(model):
    for layer in model.model.layers:
        layer.self_attn.use_rope = True


def phi_swapped(model):
    for layer in model.model.layers:
        gate, up = layer.mlp.gate_up_proj.weight.data.chunk(2)
        layer.mlp.gate_up_proj.weight.data = torch.cat((up, gate))


def phi_keys_are_values(model):
    for layer in model.model.layers:
        attention = layer.self_attn
        width = attention.num_key_value_heads * attention.head_dim
        weight = attention.qkv_proj.weight.data
        split = weight.split((len(weight) - 2 * width, width, width))
        attention.qkv_proj.weight.data = torch.cat((split[0], split[2], split[1]))


def gpt_keys_are_values(model):
    for block in model.transformer.h:
        for tensor in (block.attn.c_attn.weight, block.attn.c_attn.bias):
            q, k, v = tensor.data.chunk(3, dim=-1)
            tensor.data = torch.cat((q, v, k), dim=-1)


def gpt_no_mean(model):
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.forward = lambda x, m=module: (
                x * torch.rsqrt((x * x).mean(-1, keepdim=True) + m.eps) * m.weight + m.bias
            )


def route(**changes):
    """Replaces what the router makes of its logits."""

    def choose(logits, top_k, normed):
        scores = logits if changes.get("top_first") else logits.softmax(-1)
        if changes.get("sigmoid"):
            scores = logits.sigmoid()
        values, chosen = (-scores if changes.get("smallest") else scores).topk(top_k, dim=-1)
        values = -values if changes.get("smallest") else values
        if changes.get("top_first"):
            values = values.softmax(-1)
        if normed:
            values = values / values.sum(-1, keepdim=True)
        if changes.get("equal"):
            values = torch.full_like(values, 1 / top_k)
        return values, chosen

    def change(model):
        for layer in model.model.layers:
            router = getattr(layer.mlp, "gate", None)
            if router is None:
                continue

            def forward(x, router=router):
                x = x.reshape(-1, x.shape[-1])
                logits = x @ router.weight.T
                return logits, *choose(logits, router.top_k, router.norm_topk_prob)

            router.forward = forward

    return change


def experts_swapped(model):
    """Gate and up of each expert."""
    for layer in model.model.layers:
        if hasattr(layer.mlp, "experts"):
            gate, up = layer.mlp.experts.gate_up_proj.data.chunk(2, dim=1)
            layer.mlp.experts.gate_up_proj.data = torch.cat((up, gate), 1)


def zero(ending):
    return {"zero": ending}


def ones(ending):
    return {"ones": ending}


LLAMA_NORMS = {
    "attention norm weights one": ones("input_layernorm.weight"),
    "MLP norm weights one": ones("post_attention_layernorm.weight"),
    "final norm weight one": ones("model.norm.weight"),
}
OLMO_NORMS = {
    "query norm weights one": ones("q_norm.weight"),
    "key norm weights one": ones("k_norm.weight"),
    "norm after attention one": ones("post_attention_layernorm.weight"),
    "norm after MLP one": ones("post_feedforward_layernorm.weight"),
    "final norm weight one": ones("model.norm.weight"),
}
OLMO_MISTAKES = {
    "queries not normalised": identity("self_attn.q_norm"),
    "keys not normalised": identity("self_attn.k_norm"),
    "queries and keys normalised by head": olmo_norms_by_head,
    "attention's branch not normalised": identity("post_attention_layernorm"),
    "MLP's branch not normalised": identity("post_feedforward_layernorm"),
    "norms before the branches, too": olmo_norms_before,
}
BIASES = {
    f"{name} bias zero": zero(f"{name[0]}_proj.bias") for name in ("query", "key", "value", "output")
}
LAYER_YARN = {
    "rope_type": "yarn", "factor": 3.0, "rope_theta": 200.0,
    "original_max_position_embeddings": 16,
}
LAYER_LINEAR = {"rope_type": "linear", "factor": 2.5, "rope_theta": 300.0}


def layer_ropes(full, local):
    return {"full_attention": full, "sliding_attention": {"rope_type": "default"} | local}


def layer_edits(full, local, changes):
    """Edits of the full layers' rope, and of the others' base."""
    edits = {
        title: {"config": {"rope_parameters": layer_ropes(edit["config"]["rope_parameters"], local)}}
        for title, edit in rope_edits(full, changes).items()
    }
    edits["local base 10000"] = {
        "config": {"rope_parameters": layer_ropes(full, {"rope_theta": 10000.0})}
    }
    edits["local layers scaled, too"] = {
        "config": {"rope_parameters": layer_ropes(full, full | local)}
    }
    return edits


HEADS = llama_sizes(41, 24, 28, 2, 4, 2, 48)

FAMILIES = {
    "llama-linear": Family(
        transformers.LlamaConfig, 201,
        HEADS | {"max_position_embeddings": 20, "rope_parameters": LINEAR},
        edits=rope_edits(LINEAR, {"factor": 2.0, "rope_theta": 10000.0}),
    ),
    "llama-dynamic": Family(
        transformers.LlamaConfig, 202,
        HEADS | {"max_position_embeddings": 20, "rope_parameters": DYNAMIC}, old_rope=True,
        edits=rope_edits(DYNAMIC, {"factor": 2.0, "rope_theta": 10000.0})
        | {"original length 24": {"config": {"max_position_embeddings": 24}}},
    ),
    "llama-yarn": Family(
        transformers.LlamaConfig, 203, HEADS | {"head_dim": 12, "rope_parameters": YARN},
        edits=rope_edits(YARN, {
            "factor": 2.0, "rope_theta": 10000.0, "beta_fast": None, "beta_slow": None,
            "original_max_position_embeddings": 20, "mscale": None, "mscale_all_dim": 1.0,
            "truncate": None, "attention_factor": 1.5,
        }),
    ),
    "llama-llama3": Family(
        transformers.LlamaConfig, 204, HEADS | {"head_dim": 16, "rope_parameters": LLAMA3},
        edits=rope_edits(LLAMA3, {
            "factor": 2.0, "rope_theta": 10000.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 32,
        }),
    ),
    "qwen2-window": Family(
        transformers.Qwen2Config, 205,
        llama_sizes(
            37, 16, 20, 3, 4, 2, 16, use_sliding_window=True, sliding_window=6,
            max_window_layers=1, rope_parameters=QWEN_YARN, tie_word_embeddings=True,
        ),
        old_rope=True, omitted=("layer_types",),
        edits=rope_edits(QWEN_YARN, {"factor": 2.0}) | {
            "no window": {"config": {"use_sliding_window": False}},
            "window null": {"config": {"sliding_window": None}},
            "window of 7": {"config": {"sliding_window": 7}},
            "window in upper layers": {"config": {"max_window_layers": 2}},
            "window in the first layer": {"config": {"layer_types": [
                "sliding_attention", "full_attention", "full_attention"]}},
            "query bias zero": zero("q_proj.bias"), "key bias zero": zero("k_proj.bias"),
            "value bias zero": zero("v_proj.bias"),
        },
    ),
    "qwen3": Family(
        transformers.Qwen3Config, 206,
        llama_sizes(
            43, 20, 24, 3, 4, 2, 64, head_dim=8, attention_bias=True, use_sliding_window=True,
            sliding_window=9, max_window_layers=2, rms_norm_eps=1e-3,
            rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
        ),
        embedding_scale=0.1,
        edits={
            "query norm weights one": ones("q_norm.weight"),
            "key norm weights one": ones("k_norm.weight"),
            "query bias zero": zero("q_proj.bias"), "key bias zero": zero("k_proj.bias"),
            "value bias zero": zero("v_proj.bias"), "output bias zero": zero("o_proj.bias"),
            "norm epsilon 1e-5": {"config": {"rms_norm_eps": 1e-5}},
            "no window": {"config": {"use_sliding_window": False, "layer_types": None}},
            "window of 8": {"config": {"sliding_window": 8}},
            "window in all layers": {"config": {"layer_types": ["sliding_attention"] * 3}},
            "rope base 10000": {"config": {"rope_parameters": {
                "rope_type": "default", "rope_theta": 10000.0}}},
        } | LLAMA_NORMS,
        mistakes={
            "queries not normalised": identity("self_attn.q_norm"),
            "keys not normalised": identity("self_attn.k_norm"),
        },
    ),
    "qwen3-moe": Family(
        transformers.Qwen3MoeConfig, 211,
        llama_sizes(
            43, 20, 64, 4, 4, 2, 64, head_dim=8, attention_bias=True, use_sliding_window=True,
            sliding_window=9, rms_norm_eps=1e-3, num_experts=8, num_experts_per_tok=3,
            moe_intermediate_size=8, norm_topk_prob=True, decoder_sparse_step=2,
            mlp_only_layers=[0], rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
        ),
        embedding_scale=0.1,
        edits={
            "shares as they are": {"config": {"norm_topk_prob": False}},
            "2 experts a token": {"config": {"num_experts_per_tok": 2}},
            "4 experts a token": {"config": {"num_experts_per_tok": 4}},
            "an expert's gate zero": zero("3.mlp.experts.2.gate_proj.weight"),
            "an expert's down zero": zero("1.mlp.experts.5.down_proj.weight"),
            "no window": {"config": {"use_sliding_window": False}},
            "window of 8": {"config": {"sliding_window": 8}},
            "query bias zero": zero("q_proj.bias"), "output bias zero": zero("o_proj.bias"),
            "query norm weights one": ones("q_norm.weight"),
            "norm epsilon 1e-5": {"config": {"rms_norm_eps": 1e-5}},
            "rope base 10000": {"config": {"rope_parameters": {
                "rope_type": "default", "rope_theta": 10000.0}}},
        } | LLAMA_NORMS,
        mistakes={
            "equal shares": route(equal=True),
            "sigmoid for softmax": route(sigmoid=True),
            "the smallest shares": route(smallest=True),
            "gate and up of experts swapped": experts_swapped,
        },
    ),
    "qwen3-moe-joined": Family(
        transformers.Qwen3MoeConfig, 212,
        llama_sizes(
            41, 16, 40, 3, 2, 1, 64, head_dim=8, num_experts=10, num_experts_per_tok=2,
            moe_intermediate_size=4, norm_topk_prob=False, mlp_only_layers=[1],
            tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
        ),
        joined=True,
        edits={
            "shares that add up to 1": {"config": {"norm_topk_prob": True}},
            "3 experts a token": {"config": {"num_experts_per_tok": 3}},
            "gates and ups zero": zero("0.mlp.experts.gate_up_proj"),
            "downs zero": zero("2.mlp.experts.down_proj"),
        } | LLAMA_NORMS,
        mistakes={
            "softmax over the chosen": route(top_first=True),
            "gate and up of experts swapped": experts_swapped,
        },
    ),
    "mistral": Family(
        transformers.MistralConfig, 207,
        llama_sizes(
            39, 24, 28, 2, 4, 2, 64, head_dim=8, sliding_window=10,
            rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
        ),
        old_rope=True,
        edits={
            "no window": {"config": {"sliding_window": None}},
            "window of 11": {"config": {"sliding_window": 11}},
            "rope base 10000": {"config": {"rope_theta": 10000.0}},
            "norm epsilon 0.01": {"config": {"rms_norm_eps": 0.01}},
        } | LLAMA_NORMS,
    ),
    "gemma2": Family(
        transformers.Gemma2Config, 208,
        llama_sizes(
            40, 20, 24, 3, 4, 2, 64, head_dim=8, sliding_window=8, query_pre_attn_scalar=3,
            attn_logit_softcapping=3.0, final_logit_softcapping=5.0, attention_bias=True,
            rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
            rms_norm_eps=0.01,
        ),
        embedding_scale=0.3,
        edits={
            "no attention cap": {"config": {"attn_logit_softcapping": None}},
            "attention cap 4": {"config": {"attn_logit_softcapping": 4.0}},
            "no logit cap": {"config": {"final_logit_softcapping": None}},
            "logit cap 6": {"config": {"final_logit_softcapping": 6.0}},
            "scores by the head's width": {"config": {"query_pre_attn_scalar": 8}},
            "window of 9": {"config": {"sliding_window": 9}},
            "no window": {"config": {"layer_types": ["full_attention"] * 3}},
            "window in the even layer": {"config": {"layer_types": [
                "full_attention", "sliding_attention", "full_attention"]}},
            "norm epsilon 1e-6": {"config": {"rms_norm_eps": 1e-6}},
            "rope base 10000": {"config": {"rope_parameters": {
                "rope_type": "default", "rope_theta": 10000.0}}},
            "query bias zero": zero("q_proj.bias"), "key bias zero": zero("k_proj.bias"),
            "value bias zero": zero("v_proj.bias"), "output bias zero": zero("o_proj.bias"),
            "attention norm weights zero": zero("input_layernorm.weight"),
            "norm after attention zero": zero("post_attention_layernorm.weight"),
            "MLP norm weights zero": zero("pre_feedforward_layernorm.weight"),
            "norm after MLP zero": zero("post_feedforward_layernorm.weight"),
            "final norm weight zero": zero("model.norm.weight"),
            "GELU by erf": {"config": {"hidden_activation": "gelu"}, "refused": True},
            "SiLU": {"config": {"hidden_activation": "silu"}, "refused": True},
        },
        mistakes={
            "embeddings not scaled": gemma_unscaled_embeddings,
            "norms multiply by w": gemma_plain_norms,
            "attention's branch not normalised": identity("post_attention_layernorm"),
            "MLP's branch not normalised": identity("post_feedforward_layernorm"),
        },
    ),
    "phi3": Family(
        transformers.Phi3Config, 209,
        llama_sizes(
            38, 24, 20, 2, 2, 1, 48, original_max_position_embeddings=16, sliding_window=12,
            rope_parameters=LONGROPE, rms_norm_eps=1e-3,
        ),
        matrix_scale=1.0, omitted=("rms_norm_eps",),
        edits=rope_edits(LONGROPE, {
            "long_factor": [1.2, 3.0, 5.0], "factor": 8.0, "attention_factor": 1.6,
        }) | {
            "original length 8": {"config": {"original_max_position_embeddings": 8}},
            "context 64": {"config": {"max_position_embeddings": 64}},
            "half rotated, not scaled": {"config": {"rope_parameters": {
                "rope_type": "default", "rope_theta": 100.0, "partial_rotary_factor": 0.5}}},
            "a third rotated, not scaled": {"config": {"rope_parameters": {
                "rope_type": "default", "rope_theta": 100.0, "partial_rotary_factor": 0.34}}},
            "no window": {"config": {"sliding_window": None}},
            "window of 13": {"config": {"sliding_window": 13}},
            "norm epsilon 0.02": {"config": {"rms_norm_eps": 0.02}},
        } | LLAMA_NORMS,
        mistakes={"gate and up swapped": phi_swapped, "keys for values": phi_keys_are_values},
    ),
    "gpt2": Family(
        transformers.GPT2Config, 210,
        {
            "vocab_size": 41, "n_positions": 48, "n_embd": 20, "n_layer": 3, "n_head": 4,
            "n_inner": 28, "layer_norm_epsilon": 0.02, "bos_token_id": 1, "eos_token_id": 2,
            "scale_attn_by_inverse_layer_idx": True, "resid_pdrop": 0.0,
            "embd_pdrop": 0.0, "attn_pdrop": 0.0,
        },
        embedding_scale=0.3,
        edits={
            "no scaling by layer": {"config": {"scale_attn_by_inverse_layer_idx": False}},
            "scores not scaled": {"config": {"scale_attn_weights": False}},
            "norm epsilon 1e-5": {"config": {"layer_norm_epsilon": 1e-5}},
            "no positions": zero("wpe.weight"),
            "norm 1 weights one": ones("ln_1.weight"), "norm 1 bias zero": zero("ln_1.bias"),
            "norm 2 weights one": ones("ln_2.weight"), "norm 2 bias zero": zero("ln_2.bias"),
            "final norm weight one": ones("ln_f.weight"),
            "final norm bias zero": zero("ln_f.bias"),
            "attention bias zero": zero("c_attn.bias"),
            "attention output bias zero": zero("attn.c_proj.bias"),
            "MLP bias zero": zero("c_fc.bias"), "MLP output bias zero": zero("mlp.c_proj.bias"),
            "GELU by erf": {"config": {"activation_function": "gelu"}, "refused": True},
            "ReLU": {"config": {"activation_function": "relu"}, "refused": True},
        },
        mistakes={"keys for values": gpt_keys_are_values, "mean not taken away": gpt_no_mean},
    ),
    "olmo2": Family(
        transformers.Olmo2Config, 211,
        llama_sizes(
            42, 20, 24, 3, 4, 2, 64, head_dim=8, attention_bias=True, rms_norm_eps=0.01,
            rope_parameters=LLAMA3,
        ),
        edits=rope_edits(LLAMA3, {"factor": 2.0, "rope_theta": 10000.0}) | BIASES | OLMO_NORMS | {
            "norm epsilon 1e-5": {"config": {"rms_norm_eps": 1e-5}},
        },
        mistakes=OLMO_MISTAKES,
    ),
    "olmo3": Family(
        transformers.Olmo3Config, 212,
        llama_sizes(
            44, 20, 24, 4, 4, 2, 64, head_dim=8, attention_bias=True, sliding_window=7,
            layer_types=[
                "sliding_attention", "full_attention", "sliding_attention", "full_attention"],
            rope_parameters=layer_ropes(LAYER_YARN, {"rope_theta": 40.0}),
        ),
        edits=layer_edits(LAYER_YARN, {"rope_theta": 40.0}, {
            "factor": 2.0, "rope_theta": 10000.0, "original_max_position_embeddings": 24,
        }) | BIASES | OLMO_NORMS | {
            "window of 8": {"config": {"sliding_window": 8}},
            "layers by default": {"config": {"layer_types": None}},
            "no window": {"config": {"layer_types": ["full_attention"] * 4}},
        },
        mistakes=OLMO_MISTAKES,
    ),
    "smollm3": Family(
        transformers.SmolLM3Config, 213,
        llama_sizes(
            45, 20, 24, 4, 4, 2, 64, head_dim=8, attention_bias=True, mlp_bias=True,
            use_sliding_window=True, sliding_window=9, no_rope_layers=[1, 0, 1, 0],
            rope_parameters=LAYER_LINEAR,
        ),
        embedding_scale=0.1, old_rope=True,
        edits=rope_edits(LAYER_LINEAR, {"factor": 2.0, "rope_theta": 10000.0}) | BIASES | {
            "gate bias zero": zero("gate_proj.bias"), "up bias zero": zero("up_proj.bias"),
            "down bias zero": zero("down_proj.bias"),
            "all layers rotated": {"config": {"no_rope_layers": [1, 1, 1, 1]}},
            "third layer not rotated": {"config": {"no_rope_layers": [1, 0, 0, 0]}},
            "every third layer not rotated": {"config": {
                "no_rope_layers": None, "no_rope_layer_interval": 3}},
            "fourth layer not rotated": {"config": {
                "no_rope_layers": None, "layer_types": None}},
            "no window": {"config": {"use_sliding_window": False, "layer_types": None}},
            "window of 10": {"config": {"sliding_window": 10}},
            "window in the first layer": {"config": {
                "layer_types": ["sliding_attention"] + ["full_attention"] * 3}},
        } | LLAMA_NORMS,
        mistakes={"all layers rotated": all_rotated},
    ),
    "gemma3": Family(
        transformers.Gemma3TextConfig, 214,
        llama_sizes(
            46, 20, 24, 4, 4, 2, 64, head_dim=8, sliding_window=8, query_pre_attn_scalar=3,
            final_logit_softcapping=5.0, attention_bias=True, rms_norm_eps=0.01,
            layer_types=["sliding_attention", "sliding_attention", "full_attention",
                         "sliding_attention"],
            rope_parameters=layer_ropes(LAYER_LINEAR, {"rope_theta": 40.0}),
        ),
        embedding_scale=0.3,
        edits=layer_edits(LAYER_LINEAR, {"rope_theta": 40.0}, {
            "factor": 2.0, "rope_theta": 10000.0,
        }) | BIASES | {
            "no logit cap": {"config": {"final_logit_softcapping": None}},
            "logit cap 6": {"config": {"final_logit_softcapping": 6.0}},
            "scores by the head's width": {"config": {"query_pre_attn_scalar": 8}},
            "window of 9": {"config": {"sliding_window": 9}},
            "no window": {"config": {"layer_types": ["full_attention"] * 4}},
            "layers by default": {"config": {"layer_types": None}},
            "every second layer full": {"config": {
                "layer_types": None, "sliding_window_pattern": 2, "_sliding_window_pattern": 2}},
            "norm epsilon 1e-6": {"config": {"rms_norm_eps": 1e-6}},
            "query norm weights zero": zero("q_norm.weight"),
            "key norm weights zero": zero("k_norm.weight"),
            "attention norm weights zero": zero("input_layernorm.weight"),
            "norm after attention zero": zero("post_attention_layernorm.weight"),
            "MLP norm weights zero": zero("pre_feedforward_layernorm.weight"),
            "norm after MLP zero": zero("post_feedforward_layernorm.weight"),
            "final norm weight zero": zero("model.norm.weight"),
            "SiLU": {"config": {"hidden_activation": "silu"}, "refused": True},
        },
        mistakes={
            "embeddings not scaled": gemma_unscaled_embeddings,
            "norms multiply by w": gemma_plain_norms,
            "query norms multiply by w": gemma_plain_query_norms,
            "queries not normalised": identity("self_attn.q_norm"),
            "keys not normalised": identity("self_attn.k_norm"),
            "attention's branch not normalised": identity("post_attention_layernorm"),
            "MLP's branch not normalised": identity("post_feedforward_layernorm"),
        },
    ),
}


def random_weights(model, family):
    """Every tensor anew, in the order of the names; tied ones once."""
    draw = np.random.Generator(np.random.PCG64(family.seed))
    gemma = (transformers.Gemma2Config, transformers.Gemma3TextConfig)
    centre = 0 if family.kind in gemma else 1
    weights = {}
    for name in sorted(dict(model.named_parameters())):
        shape = tuple(model.get_parameter(name).shape)
        normal = draw.standard_normal(shape)
        is_norm = any(word in name for word in ("norm.weight", "ln_1.w", "ln_2.w", "ln_f.w"))
        if is_norm:
            values = centre + 0.4 * normal
        elif name.endswith(".bias"):
            values = 0.7 * normal
        elif any(word in name for word in ("embed_tokens", "wte", "wpe")):
            values = family.embedding_scale * normal
        elif name == "lm_head.weight":
            values = 0.5 * normal
        else:
            inputs = shape[0] if "c_" in name else shape[-1]
            values = family.matrix_scale * normal / np.sqrt(inputs)
        weights[name] = torch.from_numpy(values).to(family.dtype)
    return weights


def write_checkpoint(family, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    model = transformers.AutoModelForCausalLM.from_config(
        family.kind(**family.config), dtype=family.dtype
    )
    with torch.no_grad():
        for name, tensor in random_weights(model, family).items():
            model.get_parameter(name).copy_(tensor)
    model.save_pretrained(folder, save_original_format=not family.joined)
    (folder / "generation_config.json").unlink(missing_ok=True)
    for path in folder.iterdir():
        path.chmod(0o644)
    path = folder / "config.json"
    config = json.loads(path.read_text())
    if family.old_rope:
        rope = config.pop("rope_parameters")
        config["rope_theta"] = rope.pop("rope_theta")
        kind = rope.pop("rope_type")
        config["rope_scaling"] = None if kind == "default" else {"type": kind} | rope
    config = {key: value for key, value in config.items() if key not in family.omitted}
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


@torch.no_grad()
def logits_of(model, ids):
    """As of a fresh model: dynamic scaling would remember the longest text so far."""
    inner = model.base_model
    if hasattr(inner, "rotary_emb"):
        inner.rotary_emb = type(inner.rotary_emb)(model.config)
    return model(torch.tensor([ids]), use_cache=False).logits[0]


def scored(model, sequences):
    return [token_log_probabilities(logits_of(model, ids), ids) for ids in sequences]


def edit_of(change, weights, config):
    """With the names of the tensors that an ending stands for, and old names of rope settings."""
    edit = dict(change)
    for key in ("zero", "ones"):
        if key in edit:
            edit[key] = sorted(name for name in weights if name.endswith(edit[key]))
            assert edit[key], change
    settings = edit.get("config", {})
    if "rope_scaling" in config and "rope_parameters" in settings:
        rope = dict(settings["rope_parameters"])
        theta, kind = rope.pop("rope_theta"), rope.pop("rope_type")
        scaling = None if kind == "default" else {"type": kind} | rope
        edit["config"] = {"rope_theta": theta, "rope_scaling": scaling}
    return edit


def rounded(tensor):
    return [float(f"{value:.8g}") for value in tensor.double().tolist()]


def sequences_of(family):
    vocab = family.config["vocab_size"]
    draw = np.random.Generator(np.random.PCG64(family.seed + 1000))
    sequences = [draw.integers(0, vocab, length).tolist() for length in LENGTHS]
    sequences[3][:2] = [0, vocab - 1]  # the ends of the vocabulary
    sequences[SHOWN][20:26] = [7] * 6  # a token repeated, told apart by its position alone
    return sequences


def describe(name, family):
    folder = HERE / name
    write_checkpoint(family, folder)
    weights = all_weights(folder)
    config = json.loads((folder / "config.json").read_text())
    sequences = sequences_of(family)
    model = load(folder)
    expected = scored(model, sequences)
    precise = load(folder).double()
    precise.config._experts_implementation = "eager"  # grouped products know no f64
    exact = scored(precise, sequences)
    ablations = []

    def add(title, kind, edit, altered_model):
        altered = scored(altered_model, sequences[SHOWN : SHOWN + 1])
        delta = largest(expected[SHOWN : SHOWN + 1], altered)
        print(f"  {delta:9.4f}  {name}: {title}")
        ablations.append({
            "name": title, "kind": kind, "edit": edit, "shown_max_delta": float(f"{delta:.6g}"),
            "token_logprobs": rounded(altered[0]),
        })

    for title, change in family.edits.items():
        edit = edit_of(change, weights, config)
        kind = "config" if "config" in edit else "weights"
        add(title, kind, edit, edited_model(folder, edit))
    for title, change in family.mistakes.items():
        mistaken = load(folder)
        with torch.no_grad():
            change(mistaken)
        add(title, "arithmetic", None, mistaken)
    # The two forms of GELU differ by less than 1e-3 here; one of them is refused.
    weak = [
        a["name"] for a in ablations
        if a["shown_max_delta"] < LEAST_EFFECT and not (a["edit"] or {}).get("refused")
    ]
    assert not weak, (name, weak)
    return {
        "about": "token_logprobs: of tokens 1 … n-1 of each sequence, nats, f64 log-softmax of "
        "transformers' f32 logits, 8 digits. last_logits: f32, of a sequence's last position. "
        "f32_rounding: largest |f32 - f64| of these log-probabilities, the f64 by transformers "
        "with norms and angles still in f32. ablations: see make_families.py; token_logprobs "
        "there are of sequence `shown`.",
        "made_by": f"make_families.py, seed {family.seed}, python {platform.python_version()}, "
        f"numpy {np.__version__}, torch {torch.__version__.split('+')[0]}, "
        f"transformers {transformers.__version__}",
        "f32_rounding": float(f"{largest(exact, expected):.3g}"),
        "shown": SHOWN,
        "sequences": sequences,
        "token_logprobs": [rounded(values) for values in expected],
        "last_logits": [
            {"sequence": i, "logits": rounded(logits_of(model, sequences[i])[-1])}
            for i in (0, SHOWN)
        ],
        "ablations": ablations,
    }


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    for name in sys.argv[1:] or FAMILIES:
        document = describe(name, FAMILIES[name])
        write_json(document, HERE / name / "expected.json")
        size = sum(path.stat().st_size for path in (HERE / name).iterdir())
        print(f"{name}: {size} bytes, f32 rounding {document['f32_rounding']}")


if __name__ == "__main__":
    main()
