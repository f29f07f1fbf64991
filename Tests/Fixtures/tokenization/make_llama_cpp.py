"""Real vocabularies of llama.cpp's test vectors, reduced to what the texts here can reach, and their ids.

The vocabularies (`ggml-vocab-*.gguf`), the texts (`.inp`) and the ids (`.out`, which Hugging Face's tokenizers of the
named models gave) are llama.cpp's, MIT licence, © The ggml authors. Taken from the source package of
llama-cpp-python 0.3.36, which holds them in vendor/llama.cpp/models; `llama-cpp.jsonl` has their digests.
A gguf file keeps tokens, merges and scores, not the normalizer, the pre-tokenizer and the decoder: these are written
down below, per model, and shown right by the vectors. Merges of the SentencePiece kind follow from the scores, by
transformers' own function.

Reduction: byte-pair encoding of a text only ever makes tokens that are parts of the (normalised) text. So a merge
whose result is a part of none of the texts never happens, and without it all ids stay; the script shows that they do.

Made with tokenizers 0.23.3, transformers 5.23.0.

    python make_llama_cpp.py FOLDER_OF_GGUF_FILES
"""

import hashlib
import json
import pathlib
import re
import struct
import sys

import tokenizers
from tokenizers import Tokenizer
from transformers.convert_slow_tokenizer import generate_merges

import texts
from make_fixtures import LLAMA3, QWEN2, digest, line, write

HERE = pathlib.Path(__file__).resolve().parent
QWEN35 = QWEN2.replace(r"\p{L}+|", r"[\p{L}\p{M}]+|").replace(r" ?[^\s\p{L}\p{N}]", r" ?[^\s\p{L}\p{M}\p{N}]")
SEPARATOR = "\n__ggml_vocab_test__\n"
ALPHABET = tokenizers.pre_tokenizers.ByteLevel.alphabet()


def gguf(path):
    """The metadata of a gguf file."""
    data = memoryview(path.read_bytes())
    position = 0

    def take(format):
        nonlocal position
        values = struct.unpack_from("<" + format, data, position)
        position += struct.calcsize("<" + format)
        return values

    def text():
        nonlocal position
        (length,) = take("Q")
        position += length
        return bytes(data[position - length:position])

    numbers = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

    def value(kind):
        if kind == 8:
            return text()
        if kind == 9:
            inner, length = take("IQ")
            return list(take(f"{length}{numbers[inner]}")) if inner in numbers else [value(inner) for _ in range(length)]
        return take(numbers[kind])[0]

    magic, _, _, count = take("4sIQQ")
    assert magic == b"GGUF"
    return {text().decode(): value(take("I")[0]) for _ in range(count)}


def byte_level(prefix=False, expression=True):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": expression}


def split(pattern, behavior="Isolated"):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": False}


def sequence(key, *parts):
    return {"type": "Sequence", key: list(parts)}


def of_bytes(*steps, normalizer=None, whole=False, expression=False):
    steps = (*steps, byte_level(expression=expression))
    return dict(normalizer=normalizer, pre_tokenizer=sequence("pretokenizers", *steps) if len(steps) > 1 else steps[0],
                decoder=byte_level(True), whole=whole)


TO_SPACE = {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}
FROM_SPACE = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
PREPEND = sequence("normalizers", {"type": "Prepend", "prepend": "▁"}, FROM_SPACE)
BYTES = [TO_SPACE, {"type": "ByteFallback"}, {"type": "Fuse"}]
STRIP = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
NFC = {"type": "NFC"}
DIGITS = {"type": "Digits", "individual_digits": True}
LLAMA2 = dict(normalizer=PREPEND, pre_tokenizer=None, decoder=sequence("decoders", *BYTES, STRIP), whole=False)
MODELS = {
    "llama-spm": LLAMA2,
    "phi-3": LLAMA2,
    "gemma-4": dict(normalizer=FROM_SPACE, pre_tokenizer=split({"String": " "}, "MergedWithPrevious"),
                    decoder=sequence("decoders", *BYTES), whole=False),
    "gpt-2": of_bytes(expression=True),
    "llama-bpe": of_bytes(split({"Regex": LLAMA3}), whole=True),
    "qwen2": of_bytes(split({"Regex": QWEN2}), normalizer=NFC),
    # llama.cpp's own ids: without the normalizer that the model's tokenizer.json has.
    "qwen35": of_bytes(split({"Regex": QWEN35})),
    "starcoder": of_bytes(DIGITS, expression=True),
    "refact": of_bytes(DIGITS, expression=True),
    "mpt": of_bytes(normalizer=NFC, expression=True),
    "deepseek-coder": of_bytes(
        *(split({"Regex": r}) for r in (r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-퟿]+")), DIGITS),
}


def tokenizer(fields, settings, keep=None):
    """A tokenizer.json; with `keep`, of the tokens and merges that it names."""
    tokens = [t.decode() for t in fields["tokenizer.ggml.tokens"]]
    kinds = fields["tokenizer.ggml.token_type"]
    is_sentencepiece = fields["tokenizer.ggml.model"] in (b"llama", b"gemma4")
    if fields["tokenizer.ggml.model"] == b"llama":
        vocabulary = {t: i for i, t in enumerate(tokens)}
        plain = {t: i for t, i in vocabulary.items() if kinds[i] == 1}
        merges = generate_merges(plain, [(t, fields["tokenizer.ggml.scores"][i]) for t, i in plain.items()])
    else:
        merges = [split_merge(m.decode()) for m in fields["tokenizer.ggml.merges"]]
    # 3 and 4 are control and the user's tokens; rows without a token have names like [PAD7] and kind 5.
    added = [i for i, k in enumerate(kinds) if (k in (3, 4) or k == 2 and is_sentencepiece) and not is_padding(tokens[i])]
    vocabulary = {t: i for i, t in enumerate(tokens) if kinds[i] != 5 and not is_padding(t)}
    if keep is not None:
        bytes_ = {t for t in tokens if len(t) == 6 and t.startswith("<0x")}
        names = keep | bytes_ | {tokens[i] for i in added}
        vocabulary = {t: i for t, i in vocabulary.items() if t in names or len(t) == 1 and (not is_sentencepiece and t in ALPHABET)}
        merges = [(a, b) for a, b in merges if a + b in keep]
        # What a merge needs is there already: a part of a part is a part.
        assert all(x in vocabulary for m in merges for x in m)
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [dict(id=i, content=tokens[i], single_word=False, lstrip=False,
                              rstrip=False, normalized=False, special=kinds[i] != 4) for i in added],
        "normalizer": settings["normalizer"], "pre_tokenizer": settings["pre_tokenizer"], "post_processor": None,
        "decoder": settings["decoder"],
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>" if is_sentencepiece else None,
                  "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": is_sentencepiece,
                  "byte_fallback": is_sentencepiece, "ignore_merges": settings["whole"], "vocab": vocabulary,
                  "merges": [list(m) for m in merges]},
    }


def is_padding(token):
    return token.startswith("[PAD") and token.endswith("]")


def split_merge(merge):
    left, right = merge.split(" ")
    return left, right


def parts(t, added, texts_, longest):
    """All parts of the texts as the model sees them, up to `longest` characters."""
    found = set()
    between = re.compile("|".join(map(re.escape, added)) or r"(?!)")
    for text in (x for t in texts_ for x in between.split(t)):
        shown = t.normalizer.normalize_str(text) if t.normalizer else text
        pieces = [p for p, _ in t.pre_tokenizer.pre_tokenize_str(shown)] if t.pre_tokenizer else [shown]
        for piece in set(pieces):
            for start in range(len(piece)):
                found.update(piece[start:stop] for stop in range(start + 1, min(start + longest, len(piece)) + 1))
    return found


def vectors(folder, name):
    """The texts and their ids."""
    inputs = (folder / f"ggml-vocab-{name}.gguf.inp").read_text().split(SEPARATOR)
    ids = [[int(i) for i in row.split()] for row in (folder / f"ggml-vocab-{name}.gguf.out").read_text().split("\n")]
    assert ids.pop() == []
    # Most files end in a separator.
    if len(inputs) == len(ids) + 1 and inputs[-1] == "":
        inputs.pop()
    assert len(inputs) == len(ids), name
    return inputs, ids


def make(path, settings, every):
    """The reduced file and the lines about it."""
    name = path.name.removeprefix("ggml-vocab-").removesuffix(".gguf")
    fields = gguf(path)
    inputs, expected = vectors(path.parent, name)
    full = tokenizer(fields, settings)
    whole = Tokenizer.from_str(json.dumps(full))
    # A long run holds every part that a run of 300 holds.
    asked = inputs + every + ["".join(a * min(n, 300) for a, n in parts) for parts in texts.LONG]
    added = [a["content"] for a in full["added_tokens"]]
    small = tokenizer(fields, settings, parts(whole, added, asked, max(map(len, full["model"]["vocab"]))))
    content = json.dumps(small, ensure_ascii=False, separators=(",", ":"))
    reduced = Tokenizer.from_str(content)

    def ids(text):
        a, b = (t.encode(text, add_special_tokens=False).ids for t in (whole, reduced))
        assert a == b, (name, text[:99])
        return a

    assert [ids(t) for t in inputs] == expected, name
    out = [line(tokenizer=name, file=hashlib.sha256(path.read_bytes()).hexdigest(), tokens=len(full["model"]["vocab"]), merges=len(full["model"]["merges"]))]
    out += [line(text=t, ids=i) for t, i in zip(inputs, expected)]
    out.append(line(digests=[digest(ids(t))[:8] for t in every],
                    decoded=[hashlib.sha256(reduced.decode(ids(t), skip_special_tokens=False).encode()).hexdigest()[:8] for t in every]))
    for parts_ in texts.LONG:
        found = ids("".join(a * n for a, n in parts_))
        out.append(line(parts=parts_, count=len(found), digest=digest(found)))
    return content, out


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    every = texts.all_texts()
    for name, settings in MODELS.items():
        content, out = make(folder / f"ggml-vocab-{name}.gguf", settings, every)
        write(f"llama-cpp/{name}.tokenizer.json", [content])
        write(f"llama-cpp/{name}.jsonl", out)
