"""Text to ids as `tokenshift score` makes them, and the bytes that each id stands for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .errors import RecorderError


class TextTokenizer:
    """A Hugging Face tokenizer: prompts that start, responses that go on, bytes of tokens."""

    def __init__(self, tokenizer: Any, name: str):
        self.tokenizer, self.name = tokenizer, name
        self.backend = getattr(tokenizer, "backend_tokenizer", None)
        self.size = max(tokenizer.get_vocab().values(), default=-1) + 1
        self.beginning_id = tokenizer.bos_token_id
        self.added = {
            int(id): token.content for id, token in tokenizer.added_tokens_decoder.items()
        }
        self._prefix = self._automatic_prefix()
        self._continuing = self._make_continuing()

    @classmethod
    def load(cls, folder: str, trust_remote_code: bool = False) -> TextTokenizer | None:
        """That of a checkpoint's folder or of a hub's name; None if it has none."""
        from transformers import AutoTokenizer

        names = ["tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json"]
        if Path(folder).is_dir() and not any((Path(folder) / name).exists() for name in names):
            return None
        try:
            return cls(
                AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code), folder)
        except (OSError, ValueError, KeyError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise RecorderError(f"{folder}: its tokenizer can't be loaded: {reason}") from error

    def _make_continuing(self):
        """Encodes without what begins a text with a space of its own; None if there is nothing."""
        if self.backend is None:
            return None
        import tokenizers

        parts = json.loads(self.backend.to_str())
        changed = False
        prepended = ""

        def visit(part):
            nonlocal changed, prepended
            if isinstance(part, list):
                return [kept for item in part if (kept := visit(item)) is not None]
            if not isinstance(part, dict):
                return part
            if part.get("type") == "Prepend":
                changed = True
                prepended += part["prepend"]
                return None
            if part.get("type") == "Metaspace" and part.get("prepend_scheme") != "never":
                changed = True
                part["prepend_scheme"] = "never"
            if part.get("type") == "ByteLevel" and part.get("add_prefix_space"):
                changed = True
                part["add_prefix_space"] = False
            for key in ("normalizers", "pretokenizers"):
                if key in part:
                    part[key] = visit(part[key])
            return part

        for key in ("normalizer", "pre_tokenizer"):
            parts[key] = visit(parts[key])
        if not changed:
            return None
        # Added tokens that are looked for in normalized text have the same put before them.
        others = {}
        for token in parts["added_tokens"]:
            if prepended and token["normalized"]:
                others[prepended + token["content"]] = token["id"]
                token["content"] = prepended + token["content"]
        continuing = tokenizers.Tokenizer.from_str(json.dumps(parts))
        ids = {continuing.token_to_id(content): id for content, id in others.items()}

        def encode(text: str) -> list[int]:
            found = continuing.encode(text, add_special_tokens=False).ids
            return [ids.get(id, id) for id in found]

        return encode

    def prompt_ids(self, text: str, beginning: str) -> list[int]:
        """The ids of a prompt; `beginning` is auto, always or never."""
        return self._beginning_ids(beginning) + self._plain(text)

    def _beginning_ids(self, beginning: str) -> list[int]:
        if beginning == "never":
            return []
        if beginning == "always":
            if self.beginning_id is None:
                raise RecorderError(
                    f"{self.name}: its tokenizer has no beginning-of-sequence token; "
                    "use --bos auto or never")
            return [self.beginning_id]
        return self._prefix[:1]

    def _automatic_prefix(self) -> list[int]:
        """What the tokenizer's own configuration puts before a text."""
        whole, plain = self.tokenizer("a").input_ids, self._plain("a")
        for start in range(len(whole) - len(plain) + 1):
            if whole[start:start + len(plain)] == plain:
                return whole[:start]
        return []

    def response_ids(self, text: str, previous: int | None) -> list[int]:
        """The ids of a text that goes on after the id `previous`.

        A tokenizer that begins a text with a space puts none between the two, so that the ids
        decode to prompt + response. After an added token it does what it does inside a text.
        """
        starts = previous is None or previous in (self.beginning_id, *self._prefix[:1])
        if self._continuing is None or starts:
            return self._plain(text)
        if previous in self.added:
            ids = self._plain(self.added[previous] + text)
            if ids[:1] == [previous]:
                return ids[1:]
        # Only the beginning is another one: from an added token on the text is as it always is.
        whole = self.backend.encode(text, add_special_tokens=False)
        place = next(
            (i for i in range(len(whole.ids)) if self._is_added(whole, i, text)), len(whole.ids))
        if place == len(whole.ids):
            return self._continuing(text)
        start = whole.offsets[place][0]
        return self._continuing(text[:start]) + self._plain(text[start:])

    def _is_added(self, encoding, place: int, text: str) -> bool:
        id, (start, end) = encoding.ids[place], encoding.offsets[place]
        # What is unknown may become an added token, too.
        return id in self.added and (
            id != self.tokenizer.unk_token_id and self.added[id] != "<unk>"
            or text[start:end].strip() == self.added[id])

    def _plain(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False).input_ids

    def decodes(self, ids: list[int], text: str) -> bool:
        """Whether ids are this text, with or without special tokens."""
        if any(id >= self.size for id in ids):
            return False
        options = {"clean_up_tokenization_spaces": False}
        found = [
            self.tokenizer.decode(ids, skip_special_tokens=skip, **options) for skip in (True, False)
        ]
        # A decoder takes the first space away where the encoder may have put one.
        return text in found or (text.startswith(" ") and text[1:] in found)

    def contains(self, ids: list[int], text: str) -> bool:
        """Whether a trimmed text is in what ids say."""
        text = text.strip()
        return bool(text) and any(
            text in self.tokenizer.decode([id for id in ids if id < self.size],
                                          skip_special_tokens=skip)
            for skip in (True, False))

    def token_bytes(self) -> list[bytes | None]:
        """The bytes of each id, often no whole character; None for an id that isn't used."""
        found: list[bytes | None] = [None] * self.size
        decoder = json.loads(self.backend.to_str()).get("decoder") if self.backend else None
        steps = _flattened(decoder)
        for token, id in self.tokenizer.get_vocab().items():
            found[id] = _token_bytes(token, steps)
        for id, content in self.added.items():
            # Letters for bytes are the vocabulary's alone; other steps of a decoder see these, too.
            found[id] = _token_bytes(content, [s for s in steps if s.get("type") != "ByteLevel"])
        return found

    def special_ids(self) -> list[int]:
        """Ids of special tokens, ascending."""
        marked = {id for id, t in self.tokenizer.added_tokens_decoder.items() if t.special}
        return sorted(set(self.tokenizer.all_special_ids) | {int(id) for id in marked})

    def digest(self) -> str:
        """SHA-256 of all that turns text into ids."""
        text = self.backend.to_str() if self.backend else json.dumps(
            self.tokenizer.get_vocab(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _flattened(decoder: dict | None) -> list[dict]:
    if decoder is None:
        return []
    if decoder.get("type") == "Sequence":
        return [step for part in decoder["decoders"] for step in _flattened(part)]
    return [decoder]


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's letters for bytes: printable ones stand for themselves, others from 256 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = {chr(byte): byte for byte in plain}
    return letters | {chr(256 + place): byte for place, byte in enumerate(others)}


_LETTERS = _byte_alphabet()


def _token_bytes(token: str, steps: list[dict]) -> bytes:
    for step in steps:
        kind = step.get("type")
        if kind == "ByteLevel":
            if all(letter in _LETTERS for letter in token):
                return bytes(_LETTERS[letter] for letter in token)
        elif kind == "Metaspace":
            token = token.replace(step.get("replacement", "\u2581"), " ")
        elif kind == "Replace" and "String" in step.get("pattern", {}):
            token = token.replace(step["pattern"]["String"], step.get("content", ""))
        elif kind == "ByteFallback":
            if len(token) == 6 and token.startswith("<0x") and token.endswith(">"):
                try:
                    return bytes([int(token[3:5], 16)])
                except ValueError:
                    pass
        elif kind == "WordPiece":
            prefix = step.get("prefix", "##")
            token = token[len(prefix):] if token.startswith(prefix) else " " + token
    return token.encode()


def check_agreement(tokenizers: dict[str, TextTokenizer | None]) -> str | None:
    """The model whose tokenizer makes ids of text: that with the most tokens.

    Raises RecorderError where two models mean different tokens by one id.
    """
    known = {name: tokenizer for name, tokenizer in tokenizers.items() if tokenizer is not None}
    if not known:
        return None
    digests = [tokenizer.digest() for tokenizer in known.values()]
    widest = min(
        known, key=lambda name: (
            -known[name].size, -digests.count(known[name].digest()), known[name].digest()))
    own = known[widest].token_bytes()
    for name, tokenizer in known.items():
        if tokenizer.digest() == known[widest].digest():
            continue
        for id, (mine, other) in enumerate(zip(own, tokenizer.token_bytes())):
            if mine is not None and other is not None and mine != other:
                raise RecorderError(
                    f"models '{widest}' and '{name}' mean different tokens by id {id} ({mine!r}, "
                    f"{other!r}); checkpoints with other tokenizers can't be compared token by token")
    return widest
