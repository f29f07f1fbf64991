"""Writes what transformers reads of config.json: `keys.json`, and of it the Swift table of the product.

    .venv/bin/python Tests/Fixtures/configuration/make_keys.py

The keys are found in transformers' source (`reference.py`): the fields of each configuration class
with its base, and every attribute that the modeling file and the code shared by all models read of a
configuration. Each needs a class here, else the script stops: implemented, neutral with a reason, or
only its default. `try_keys.py` shows on tiny models that the classes are right.
"""

import json
import os

import transformers
from transformers import GenerationConfig

from reference import BASES, FAMILIES, ROPES, configuration_class, keys_of, rope_base

HERE = os.path.dirname(os.path.abspath(__file__))
SWIFT = os.path.join(HERE, "../../../Sources/Transformer/ReferenceKeys+Table.swift")

DECODER = """
    architectures model_type vocab_size hidden_size intermediate_size num_hidden_layers
    num_attention_heads num_key_value_heads head_dim max_position_embeddings rms_norm_eps rope_theta
    rope_parameters rope_scaling original_max_position_embeddings partial_rotary_factor
    tie_word_embeddings""".split()
IMPLEMENTED = {
    "llama": DECODER + ["hidden_act", "attention_bias", "mlp_bias"],
    "qwen2": DECODER + ["hidden_act", "use_sliding_window", "sliding_window", "max_window_layers", "layer_types"],
    "qwen3": DECODER + [
        "hidden_act", "attention_bias", "use_sliding_window", "sliding_window", "max_window_layers", "layer_types"],
    "qwen3_moe": DECODER + [
        "hidden_act", "attention_bias", "use_sliding_window", "sliding_window", "num_experts", "num_local_experts",
        "num_experts_per_tok", "moe_intermediate_size", "norm_topk_prob", "decoder_sparse_step", "mlp_only_layers"],
    "mistral": DECODER + ["hidden_act", "sliding_window", "layer_types"],
    "gemma2": DECODER + [
        "hidden_activation", "attention_bias", "query_pre_attn_scalar", "sliding_window", "layer_types",
        "attn_logit_softcapping", "final_logit_softcapping"],
    "phi3": DECODER + ["hidden_act", "sliding_window"],
    "olmo2": DECODER + ["hidden_act", "attention_bias"],
    "olmo3": DECODER + ["hidden_act", "attention_bias", "sliding_window", "layer_types"],
    "smollm3": DECODER + [
        "hidden_act", "attention_bias", "mlp_bias", "use_sliding_window", "sliding_window", "layer_types",
        "no_rope_layers", "no_rope_layer_interval"],
    "gemma3_text": DECODER + [
        "hidden_activation", "attention_bias", "query_pre_attn_scalar", "sliding_window", "layer_types",
        "final_logit_softcapping", "rope_local_base_freq", "sliding_window_pattern",
        "_sliding_window_pattern"],
    "gpt2": """architectures model_type vocab_size n_embd n_head n_inner n_layer n_positions hidden_size
        num_attention_heads num_hidden_layers max_position_embeddings activation_function
        layer_norm_epsilon scale_attn_weights scale_attn_by_inverse_layer_idx
        tie_word_embeddings""".split(),
}

NEUTRAL = {
    "how attention is computed, not what": """_attn_implementation _attn_implementation_internal
        attn_implementation _experts_implementation _experts_implementation_internal
        experts_implementation reorder_and_upcast_attn""",
    "caches of keys and values, of use in decoding": "use_cache attention_chunk_size kv_sharing_modes",
    "dropout, off in evaluation": """attention_dropout attn_pdrop embd_pdrop resid_pdrop hidden_dropout
        classifier_dropout summary_first_dropout summary_last_dropout""",
    "what is returned besides the logits": """output_attentions _output_attentions output_hidden_states
        return_dict tie_last_hidden_states output_router_logits""",
    "how new weights are drawn": "initializer_range initializer_factor init_std",
    "heads for other tasks": """id2label label2id num_labels problem_type token_classification_bias
        summary_activation summary_proj_to_labels summary_type summary_use_proj""",
    "names and versions": "_name_or_path name_or_path _commit_hash transformers_version",
    "the type of stored weights; --compute says in which products are done": "dtype torch_dtype",
    "ids of special tokens, no part of the network": """bos_token_id eos_token_id pad_token_id
        sep_token_id""",
    "training": "gradient_checkpointing pretraining_tp router_aux_loss_coef",
    "kept by Gemma 3's attention, which doesn't cap its scores": "attn_logit_softcapping",
    "encoders and their decoders": "is_encoder_decoder add_cross_attention",
    "cut into pieces with the same result": "chunk_size_feed_forward distributed_config",
    "layers after the model's own, for drafts": """chain_hidden_post_norm mtp_hidden_states_first
        mtp_layer_types mtp_mlp_layer_types mtp_per_layer_config num_mtp_layers
        logits_mup_width_multiplier unpadded_vocab_size first_k_dense_replace mlp_layer_types""",
}
# Key -> values as JSON that are the default, and what to do about others.
ONLY_DEFAULT = {
    "fusion_config": (["null", "false"], "fused layers are not implemented"),
    "is_causal": (["true"], "only causal attention is implemented"),
    "per_layer_config": (["null", "{}"], "layers of different shapes are not implemented"),
    "quantization_config": (["null"], "save the checkpoint unquantised (bf16, f16 or f32)"),
    "transformers_weights": (["null"], "only model.safetensors and its shards are read"),
}
ONLY_DEFAULT_OF = {
    # Not with eager attention, the default; with the others it makes the full layers look ahead.
    "gemma2": {
        "use_bidirectional_attention": (["null", "false"], "only causal attention is implemented"),
    },
    "gemma3_text": {
        "use_bidirectional_attention": (["null", "false"], "only causal attention is implemented"),
    },
    "phi3": {
        "default_theta": (["10000", "10000.0"], "say rope_theta instead"),
    },
}
# Read by the parts of the folder's other models alone, which see as well.
OF_OTHER_MODELS = {
    "gemma3_text": """boi_token_index boi_token_id eoi_token_id eoi_token_index image_token_id image_token_index
        mm_tokens_per_image text_config vision_config""".split(),
}
# Families whose case in Swift is called otherwise.
CASES = {"gemma3_text": "gemma3", "qwen3_moe": "qwen3MoE"}
# Found by the search, but arguments of a call, methods, or names of Python's own.
NO_KEYS = """
    _auto_class _configuration_file _from_auto _from_pipeline _post_init_done _rope_type_labels
    attention_scaling base_model_pp_plan base_model_tp_plan cache_dir commit_message config config_class
    default_rope_type default_theta embed_dim fget force_download get_config_class gguf_file
    ignore_keys_at_rope_validation init_kwargs local_files_only max_seq_len_cached num_heads optional
    original_inv_freq original_max_seq_len proxies register_buffer repo_id return_unused_kwargs
    revision rope_type sub_configs_defaults subfolder token trust_remote_code""".split()


def neutral():
    table = {key: reason for reason, keys in NEUTRAL.items() for key in keys.split()}
    for key in GenerationConfig._get_default_generation_params():
        table.setdefault(key, "generation")
    return table


def plain(value):
    try:
        return json.loads(json.dumps(value))
    except TypeError:
        return str(value)


def classes():
    families = {}
    reasons = neutral()
    for family in FAMILIES:
        only = ONLY_DEFAULT | ONLY_DEFAULT_OF.get(family, {})
        found = keys_of(family)
        entries = {}
        # The search doesn't see what is popped from the keys that are left over, nor the model's type.
        for key in sorted(set(found) | set(IMPLEMENTED[family]) | set(only) | set(reasons)):
            entry = dict(found.get(key, {}))
            if key in IMPLEMENTED[family]:
                entry["class"] = "implemented"
            elif key in only:
                entry["class"] = "only default"
                entry["allowed"], entry["fix"] = only[key]
            elif key in reasons:
                if key not in found and reasons[key] != "generation":
                    continue
                entry["class"], entry["reason"] = "neutral", reasons[key]
            elif key in NO_KEYS + OF_OTHER_MODELS.get(family, []):
                continue
            elif entry.get("read") and all("models/" not in path for path in entry["read"]) and (
                    any(key in keys for keys in IMPLEMENTED.values())):
                continue  # shared code reads it of other families alone
            else:
                raise SystemExit(f"{family}: {key} has no class {entry}")
            if "default" in entry:
                entry["default"] = plain(entry["default"])
            if "read" in entry:
                entry["read"] = sorted(set(entry["read"]))
            entries[key] = entry
        families[family] = {
            "class": configuration_class(family).__name__, "keys": entries,
            # What `try_keys.py` changes.
            "base": {"model_type": family} | BASES[family],
            "rope_bases": {
                kind: {"model_type": family} | rope_base(family, kind) for kind in ROPES
                if rope_base(family, kind)}}
    return families


def swift(families):
    common = set.intersection(*(
        {(k, e["class"]) for k, e in f["keys"].items()} for f in families.values()))
    lines = [
        "// Made by Tests/Fixtures/configuration/make_keys.py from transformers "
        f"{transformers.__version__}; don't edit.", "",
        "extension ReferenceKeys {",
        "  /// The version of transformers that the table was made from.",
        f'  static let version = "{transformers.__version__}"', "",
        "  /// What all families have.",
        "  static let common: [String: Treatment] = [",
    ]

    def row(key, entry, indent):
        if entry["class"] == "only default":
            allowed = ", ".join(json.dumps(v) for v in entry["allowed"])
            return (f'{indent}"{key}": .onlyDefault(\n{indent}  [{allowed}], '
                    f'fix: "{entry["fix"]}"),')
        return f'{indent}"{key}": .{entry["class"]},'

    some = families["llama"]["keys"]
    lines += [row(key, some[key], "    ") for key, _ in sorted(common)]
    lines += ["  ]", "", "  /// What a family has besides.", "  static let own: [ModelFamily: [String: Treatment]] = ["]
    for family, data in families.items():
        lines.append(f"    .{CASES.get(family, family)}: [")
        lines += [
            row(key, entry, "      ") for key, entry in sorted(data["keys"].items())
            if (key, entry["class"]) not in common]
        lines.append("    ],")
    lines += ["  ]", "}", ""]
    open(SWIFT, "w").write("\n".join(lines))


def main():
    families = classes()
    data = {"transformers": transformers.__version__, "families": families}
    with open(os.path.join(HERE, "keys.json"), "w") as file:
        json.dump(data, file, indent=1, sort_keys=True)
        file.write("\n")
    swift(families)


if __name__ == "__main__":
    main()
