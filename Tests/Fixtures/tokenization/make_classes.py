"""What AutoTokenizer makes of a tokenizer.json by the class that it takes: ids of a few texts for each.

Made with transformers 5.24.0, tokenizers 0.23.3, Python 3.11.

    python make_classes.py

A case is a folder as in make_settings.py; config.json is always among its files. `differs` says whether
the class gives other ids than tokenizer.json by itself, `decoded` what it makes of its own ids.
"""

import json
import os
import pathlib
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
import tokenizers
import transformers

from make_settings import BACKEND, entry, token

HERE = pathlib.Path(__file__).resolve().parent
TEXTS = [
    "the cat", " the cat", "  the", "the  cat   a", "\nthe", "\n\nthe\n\n", "the\n\n12", "12 345", "3.14 it's I'LL", "cafe\u0301 \u1112\u1161\u11ab ﬁ",
    "日本 🙂", "▁the ▁ cat", "<s>x</s> the", "the<|end|>the<|end|> the", "<|end|>\nthe", "a<mask>b <mask> c", "<pad>x<unk> y<eos>", "<think>the <|endoftext|> a",
    "the <left> cat<right> two words", "\tthe\u00a0cat", "   ", "",
]
DIGITS = {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
    {"type": "Digits", "individual_digits": True}, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]}}
PADDING = {"padding": {"strategy": "BatchLongest", "direction": "Left", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "<think>"}}


def cases():
    """(tokenizer, changes of tokenizer.json, files)"""
    def folder(model_type, cls=None, config=None, **settings):
        """`cls`: the configuration's tokenizer_class; False: no such file."""
        files = {"config.json": ({"model_type": model_type} if model_type else {}) | (config or {})}
        if cls is not False:
            files["tokenizer_config.json"] = ({"tokenizer_class": cls} if cls else {}) | settings
        return files
    # Llama: the prefix by three settings, from files that put it otherwise.
    for name in ("llama2", "mistral", "metaspace", "phi3"):
        yield name, {}, folder("llama", "LlamaTokenizer")
    yield "llama2", {}, folder("llama", "LlamaTokenizerFast", legacy=True)
    for settings in ({"legacy": False}, {"legacy": None}, {"add_prefix_space": False}, {"add_prefix_space": True, "legacy": True}, {"add_prefix_space": None}, {"unk_token": None, "bos_token": None}):
        yield "llama2", {}, folder("llama", "LlamaTokenizer", **settings)
    yield "metaspace", {}, folder("llama", "LlamaTokenizer", legacy=True)
    yield "metaspace", {}, folder("llama", "LlamaTokenizer", add_prefix_space=False)
    yield "gemma", {}, folder("llama", "LlamaTokenizer")
    yield "gpt2", {}, folder("llama", "LlamaTokenizer")
    yield "gpt2", {}, folder("qwen3", "LlamaTokenizer")
    yield "gpt2", {}, folder("llama", "LlamaTokenizer", {"model_name": "qwen2"})
    yield "llama2", {}, folder("llama", "LlamaTokenizer", auto_map={"AutoTokenizer": ["a.B", None]})
    yield "gpt2", {}, folder("llama", "LlamaTokenizer", auto_map={"AutoTokenizer": ["a.B", None]})
    # Gemma.
    for settings in ({}, {"mask_token": None}, {"mask_token": "<think>", "unk_token": "<unk>"}, {"add_prefix_space": False}, {"unk_token": None}):
        yield "gemma", {}, folder("gemma2", "GemmaTokenizer", **settings)
    yield "llama2", {}, folder("gemma2", "GemmaTokenizer")
    # Qwen2, and types that are it whatever the configuration names.
    for name in ("llama3", "gpt2", "gpt2-prefixed", "llama2"):
        for cls in ("PreTrainedTokenizerFast", "LlamaTokenizer", None):
            yield name, {}, folder("qwen2", cls)
    yield "llama3", {}, folder("qwen2", "Qwen2Tokenizer", add_prefix_space=True)
    yield "llama3", {}, folder("qwen3", "Qwen2TokenizerFast", add_prefix_space=False)
    yield "llama3", {}, folder("qwen2", False)
    for settings in ({"eos_token": token("<|end|>", lstrip=True, rstrip=True)}, {"eos_token": "<left>", "pad_token": "<right>", "unk_token": None},
                     {"extra_special_tokens": ["<left>", token("<think>", lstrip=True)]}, {"pad_token": "two words", "bos_token": "<|end|>"}):
        yield "qwen2", {}, folder("qwen2", "Qwen2Tokenizer", **settings)
    yield "qwen2", {"added_tokens": []}, folder("qwen2", "Qwen2Tokenizer")
    yield "gpt2", {}, folder("qwen2", None, bos_token="<think>")
    # GPT-2.
    for name in ("llama3", "gpt2-prefixed", "gpt2", "qwen2", "llama2"):
        yield name, {}, folder("gpt2", "GPT2Tokenizer")
    yield "llama3", {}, folder("gpt2", "GPT2Tokenizer", add_prefix_space=True)
    yield "gpt2", {}, folder("gpt2", "GPT2Tokenizer", add_prefix_space=True, pad_token="<think>")
    yield "gpt2", DIGITS, folder("llama", "GPT2Tokenizer")
    yield "gpt2", DIGITS, folder("llama", "GPT2TokenizerFast", unk_token="<think>")
    yield "gpt2", DIGITS, folder("llama")
    yield "gpt2", DIGITS, folder("llama", "Qwen2Tokenizer")
    # Which class: by the model's type and both files.
    for model_type in ("llama", "mistral", "phi3", "qwen2", "qwen3", "qwen3_moe", "gemma2", "gemma3_text", "gpt2", "olmo2", "olmo3", "smollm3", ""):
        for cls in ("LlamaTokenizer", "GPT2TokenizerFast", "PreTrainedTokenizerFast", "NoSuchTokenizer", None, False):
            yield "metaspace", {}, folder(model_type, cls)
    for model_type in ("llama", "mistral", "qwen3", "gemma2"):
        yield "llama2", {}, folder(model_type, False, {"tokenizer_class": "LlamaTokenizerFast"})
        yield "llama2", {}, folder(model_type, "", {"tokenizer_class": "LlamaTokenizer"})
        yield "llama2", {}, folder(model_type, "GPT2Tokenizer", {"tokenizer_class": "LlamaTokenizer"})
    # Tokens: what the class adds of its own, of the file's and of the configuration's.
    for name, kind, cls in (("llama2", "llama", "LlamaTokenizer"), ("gpt2", "gpt2", "GPT2Tokenizer"), ("llama3", "qwen2", "Qwen2Tokenizer"), ("qwen2", "qwen2", "Qwen2Tokenizer")):
        yield name, {}, folder(kind, cls, added_tokens_decoder={"700": entry("<|end|>", special=True, rstrip=True), "3": entry("<think>", normalized=True)})
        yield name, {}, folder(kind, cls) | {"added_tokens.json": {"<think>": 5000, "<eos>": 3}}
        yield name, {}, folder(kind, cls) | {"special_tokens_map.json": {"eos_token": "<think>", "unk_token": None, "pad_token": {"content": "<eos>", "lstrip": True}}}
        yield name, {}, folder(kind, cls) | {"special_tokens_map.json": {"add_prefix_space": name != "llama2", "legacy": True}}
        yield name, PADDING, folder(kind, cls)
        yield name, PADDING, folder(kind, cls, pad_token=None)
    # Files beside tokenizer.json, for one that is taken as it is.
    for name in ("qwen2", "llama2"):
        def config(**settings):
            return folder("llama", BACKEND["tokenizer_class"], **settings)
        yield name, PADDING, config()
        yield name, PADDING, config(pad_token=None)
        yield name, {}, config(model_specific_special_tokens={"x": "<think>"})
        yield name, {}, config(model_specific_special_tokens={"x": "<think>"}, y_token="<eos>")
        yield name, {}, config(x_token=entry("<think>"), y_token={"content": "<eos>"})
        yield name, {}, config(x_token=token("<think>", lstrip=True), extra_special_tokens={"y_token": "<eos>"})
        yield name, {}, config(extra_special_tokens={"a": "<think>"}, additional_special_tokens=["<eos>"])
        yield name, {}, config(extra_special_tokens={"pad_token": "<think>"}, pad_token="<eos>")
        yield name, {}, config(extra_special_tokens=[{"__type": "AddedToken", "content": "<think>", "lstrip": True}])
        for older in ({"foo_token": "<think>", "pad_token": "<eos>"}, {"foo_token": {"content": "<think>", "rstrip": True}}, {"extra_special_tokens": {"a": "<think>"}},
                      {"extra_special_tokens": [{"content": "<think>", "rstrip": True}, "<eos>"]}, {"pad_token": None}, {"pad_token": None, "additional_special_tokens": ["<think>"]},
                      {"additional_special_tokens": ["<think>"], "extra_special_tokens": None}, {"bos_token": {"content": "<think>", "special": False}}):
            yield name, {}, config(pad_token="<pad>") | {"special_tokens_map.json": older}
        yield name, {}, config(extra_special_tokens=[]) | {"special_tokens_map.json": {"additional_special_tokens": ["<think>"]}}
        yield name, {}, config(extra_special_tokens=None) | {"special_tokens_map.json": {"additional_special_tokens": ["<think>"]}}
        yield name, {}, config(additional_special_tokens=["<eos>"]) | {"special_tokens_map.json": {"additional_special_tokens": ["<think>"]}}
        yield name, {}, config(added_tokens_decoder={}) | {"special_tokens_map.json": {"foo_token": "<think>", "split_special_tokens": True}}
        yield name, {}, config() | {"special_tokens_map.json": {"split_special_tokens": True}}
        yield name, {}, config() | {"added_tokens.json": {"<think>": 2, "<eos>": 706}}


def answer(name, changes, files):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        whole = json.loads((HERE / f"{name}.tokenizer.json").read_text()) | changes
        (folder / "tokenizer.json").write_text(json.dumps(whole))
        for file, content in files.items():
            (folder / file).write_text(json.dumps(content))
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder))
        except Exception as error:
            return {"error": type(error).__name__}
        plain = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        plain.no_padding()
        ids = [tokenizer(text)["input_ids"] for text in TEXTS]
        line = {"class": type(tokenizer).__name__, "ids": ids, "differs": ids != [plain.encode(text).ids for text in TEXTS]}
        if line["class"] != "TokenizersBackend":
            texts = [tokenizer.decode(list) for list in ids]
            line["decoded"] = [None if text == decoded else decoded for text, decoded in zip(TEXTS, texts)]
        return line


def main():
    transformers.logging.set_verbosity_error()
    lines, seen = [], set()
    for name, changes, files in cases():
        line = {"tokenizer": name, "changes": changes, "files": files}
        key = json.dumps(line, sort_keys=True)
        if key in seen:
            continue
        seen.add(key)
        lines.append(json.dumps(line | answer(name, changes, files), ensure_ascii=True, separators=(",", ":")))
    head = {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__, "texts": TEXTS}
    (HERE / "classes.jsonl").write_text("\n".join([json.dumps(head)] + lines) + "\n")


if __name__ == "__main__":
    main()
