"""Chat templates in the styles of real families, tokenizers for them, a slow way to find masks."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tokenizers import processors
from transformers import AddedToken, PreTrainedTokenizerFast

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Tests/Fixtures/tokenization"

CHATML = """\
{%- for m in messages %}
  {{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{% endif %}"""

# Marks the turn's newline too, and nothing but the text of the turn.
CHATML_MARKED = """\
{%- for m in messages %}
  {{- '<|im_start|>' + m.role + '\n' }}
  {%- if m.role == 'assistant' %}
    {%- generation %}{{- m.content + '<|im_end|>\n' }}{% endgeneration %}
  {%- else %}{{- m.content + '<|im_end|>\n' }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{% endif %}"""

LLAMA3 = """\
{{- '<|begin|>' }}
{%- for m in messages %}
  {{- '<|start_header|>' + m.role + '<|end_header|>\n\n' + m.content | trim + '<|eot|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header|>assistant<|end_header|>\n\n' }}{% endif %}"""

# Drops the thinking of all turns but the last; begins an answer with an empty one if told not to.
THINKING = """\
{%- for m in messages %}
  {{- '<|im_start|>' + m.role + '\n' }}
  {%- if m.role == 'assistant' and loop.last %}
    {{- '<think>\n' + m.reasoning_content | default('') + '\n</think>\n\n' }}
  {%- endif %}
  {{- m.content.split('</think>')[-1] + '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
  {{- '<|im_start|>assistant\n' }}
  {%- if enable_thinking is defined and not enable_thinking %}
    {{- '<think>\n\n</think>\n\n' }}
  {%- endif %}
{%- endif %}"""

# The system's words go into the first turn of the user; there is no generation prompt.
MERGED = """\
{%- set start = 1 if messages[0].role == 'system' else 0 %}
{{- '<s>' }}
{%- for m in messages[start:] %}
  {%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}
    {{- raise_exception('roles must alternate') }}
  {%- endif %}
  {%- if m.role == 'user' %}
    {{- '[INST] ' }}
    {%- if loop.first and start %}{{- messages[0].content + '\n\n' }}{% endif %}
    {{- m.content + ' [/INST]' }}
  {%- else %}{{- ' ' + m.content + '</s>' }}{% endif %}
{%- endfor %}"""

# Ends the conversation with a token that ends no turn.
CLOSED = """\
{%- for m in messages %}
  {{- '<|' + m.role + '|>\n' + m.content + '<|end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|assistant|>\n' }}{% else %}{{- eos_token }}{% endif %}"""

TOOLS = """\
{%- if tools %}{{- '<|im_start|>system\n' + tools | tojson + '<|im_end|>\n' }}{% endif %}
{%- for d in documents or [] %}{{- '[' + d.title + '] ' + d.text + '\n' }}{% endfor %}
{%- for m in messages %}
  {{- '<|im_start|>' + m.role + '\n' + (m.content or '') }}
  {%- for c in m.tool_calls or [] %}
    {{- '<call>' + c.function.name + ' ' + c.function.arguments | tojson + '</call>' }}
  {%- endfor %}
  {{- '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{% endif %}"""

# Nothing ends a turn, and the next one's line end can merge with it.
PLAIN = """\
{%- for m in messages %}{{- '\n' + m.role + ': ' + m.content }}{% endfor %}
{%- if add_generation_prompt %}{{- '\nassistant:' }}{% endif %}"""

# A header that belongs to the turn alone, as nothing asks for it.
NO_PROMPT = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + ': ' + m.content + '\n' }}{% endfor %}"
)

SPECIAL = (
    "<|im_start|>", "<|im_end|>", "<|begin|>", "<|start_header|>", "<|end_header|>", "<|eot|>",
    "<|user|>", "<|assistant|>", "<|system|>", "<|end|>", "<s>", "</s>",
)  # fmt: skip


def tokenizer(name: str, template: str | None = None) -> PreTrainedTokenizerFast:
    """The demo's tokenizer or a fixture's, with tokens for the templates above.

    `trimmed` is GPT-2's with offsets that leave out spaces, as its own had for years.
    """
    demo = ROOT / "Data/demo/base/tokenizer.json"
    file = "gpt2" if name == "trimmed" else name
    path = demo if name == "demo" else FIXTURES / f"{file}.tokenizer.json"
    made = PreTrainedTokenizerFast(
        tokenizer_file=str(path), clean_up_tokenization_spaces=False, eos_token="<|endoftext|>"
    )
    made.add_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    if name == "trimmed":
        made.backend_tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    made.chat_template = template
    return made


def _byte_of() -> dict[str, int]:
    """The byte that each character of a byte-level vocabulary stands for."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    return {chr(b): b for b in plain} | {chr(256 + i): b for i, b in enumerate(rest)}


BYTE_OF = _byte_of()


def bytes_of(made: PreTrainedTokenizerFast, token: int) -> bytes:
    """What one token of a byte-level tokenizer stands for."""
    added = made.added_tokens_decoder.get(token)
    if added is not None:
        return str(added).encode()
    return bytes(BYTE_OF[letter] for letter in made.convert_ids_to_tokens(token))


def slow_mask(
    made: PreTrainedTokenizerFast, ids: list[int], pieces: list[tuple[str, bool]]
) -> tuple[int, list[int]]:
    """Where the response begins, and for each token whether all its bytes are the assistant's.

    `pieces` are the rendering, cut by hand into what the assistant wrote and what it didn't.
    """
    owner = [
        is_written for text, is_written in pieces for _ in range(len(text.encode()))
    ]  # one for each byte
    text = "".join(text for text, _ in pieces).encode()
    assert b"".join(bytes_of(made, token) for token in ids) == text
    mask, starts, at = [], [], 0
    for token in ids:
        size = len(bytes_of(made, token))
        mask.append(int(all(owner[at : at + size])))
        starts.append(at)
        at += size
    first = owner.index(True)
    return next(i for i, start in enumerate(starts) if start >= first), mask


def chatml_pieces(messages: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """`CHATML`, by hand."""
    pieces = []
    for message in messages:
        is_written = message["role"] == "assistant"
        pieces.append((f"<|im_start|>{message['role']}\n", False))
        pieces.append((message["content"] + "<|im_end|>", is_written))
        pieces.append(("\n", False))
    return pieces


def llama3_pieces(messages: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """`LLAMA3`, by hand."""
    pieces = [("<|begin|>", False)]
    for message in messages:
        pieces.append((f"<|start_header|>{message['role']}<|end_header|>\n\n", False))
        is_written = message["role"] == "assistant"
        pieces.append((message["content"].strip() + "<|eot|>", is_written))
    return pieces


def plain_pieces(messages: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """`PLAIN`, by hand."""
    pieces = []
    for message in messages:
        pieces.append((f"\n{message['role']}:", False))
        pieces.append((" " + message["content"], message["role"] == "assistant"))
    return pieces


def random_text(dice: random.Random) -> str:
    """Words, spaces and line ends that merge with what stands beside them."""
    parts = [
        "the", " answer",
        "\n", "\n\n", " ", "  ", "42", "é", "漢字", "🙂", ".", ".\n", "\t", "word",
        "assistant", "user\n", "<|im", "|>", "two words", "Ça", "</", "\r\n",
    ]  # fmt: skip
    return "".join(dice.choice(parts) for _ in range(dice.randrange(0, 8)))


def random_messages(dice: random.Random) -> list[dict[str, Any]]:
    """A conversation of one to five turns of the assistant, with others between."""
    messages = []
    if dice.random() < 0.4:
        messages.append({"role": "system", "content": random_text(dice)})
    for _ in range(dice.randrange(1, 6)):
        messages.append({"role": dice.choice(["user", "tool"]), "content": random_text(dice)})
        messages.append({"role": "assistant", "content": random_text(dice)})
    if dice.random() < 0.3:
        messages.append({"role": "user", "content": random_text(dice)})
    return messages
