"""Which tokens of a rendered conversation the assistant wrote.

A template is asked twice for each turn: for all before the turn with the generation prompt (A), and
for all up to its end (B). Where A begins B, and both begin the whole, the turn is what B has after
A. A template that rewrites earlier turns breaks this, which is an error and never a guess.

A template with `{% generation %}` marks turns itself. Both must agree then: some mark the header
too. Where it rewrites turns its marks count as they are, as its author chose them for training.

The whole is tokenised once. Characters become tokens by offsets:

- a token counts if it lies wholly in what the assistant wrote: one that straddles a boundary is
  partly the template's, so it is masked out and counted;
- whitespace after the token that ends a turn is the template's;
- without such a token the whitespace is what ends the turn, and counts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from .chat import Conversation
from .errors import LineError

_GENERATION = re.compile(r"\{%-?\s*generation\s*-?%\}")

# What `apply_chat_template` takes itself, so that no template can have it.
_RESERVED = {
    "messages", "conversation", "tools", "documents", "chat_template", "add_generation_prompt",
    "continue_final_message", "tokenize", "padding", "truncation", "max_length", "return_tensors",
    "return_dict", "return_assistant_tokens_mask", "tokenizer_kwargs", "sanitize_control_tokens",
}  # fmt: skip


@dataclass
class Rendered:
    """A conversation as ids."""

    prompt_ids: list[int]
    response_ids: list[int]
    # 1 where the assistant wrote the token of the response.
    response_mask: list[int]
    # The prompt tokenised alone, as an engine gets it.
    own_prompt_ids: list[int]
    # Tokens partly of the assistant, which are masked out.
    straddling: int
    # Whether all that the messages say is in the rendering.
    is_complete: bool


class ChatTokenizer:
    """A tokenizer with its template."""

    def __init__(
        self, tokenizer: Any, template: str | None = None, arguments: dict[str, Any] | None = None
    ):
        self.tokenizer = tokenizer
        self.template = template
        self.arguments = arguments or {}
        # Words and whitespace can be added tokens too (Gemma); they end no turn.
        added = tokenizer.added_tokens_decoder
        self.marks = {
            id
            for id, token in added.items()
            if (token.special and str(token).strip()) or str(token) == tokenizer.eos_token
        }
        self.mark_texts = tuple(text for id in self.marks if (text := str(added[id])))

    def render(self, chat: Conversation, messages: list[Any], turns: list[int]) -> Rendered:
        """Ids of messages of which the assistant's at `turns` are the response.

        Raises `LineError` where the turns can't be found in the rendering.
        """
        whole = self._text(chat, messages)
        ids, covers = self._encode(whole)
        marks = self._marks(chat, messages, ids)
        try:
            spans = [self._span(chat, messages, turn, whole) for turn in turns]
        except LineError:
            if marks is None:
                raise
            return self._as_marked(chat, messages, turns, whole, ids, covers, marks)
        mask = [0] * len(ids)
        straddling = 0
        starts = [s for s, _ in covers]
        for start, end in spans:
            first, after = bisect_left(starts, start), bisect_left(starts, end)
            inside = [i for i in range(first, after) if covers[i][1] <= end]
            # What goes on after the turn, and what begins before it.
            straddling += (after - first) - len(inside)
            straddling += sum(e > start for _, e in covers[max(first - 8, 0) : first])
            for i in self._without_trailing_space(inside, ids, covers, whole):
                mask[i] = 1 if marks is None else marks[i]
        cut = bisect_left(starts, spans[0][0])
        self._check_marks(mask[cut:], marks)
        complete = all(
            _is_said(messages[turn], whole[start:end])
            for turn, (start, end) in zip(turns, spans, strict=True)
        )
        own = self._encode(whole[: spans[0][0]])[0]
        return Rendered(ids[:cut], ids[cut:], mask[cut:], own, straddling, complete)

    def _marks(self, chat: Conversation, messages: list[Any], ids: list[int]) -> list[int] | None:
        """What the template itself says; None if it doesn't."""
        template = self.tokenizer.get_chat_template(self.template, chat.tools)
        if not _GENERATION.search(template):
            return None
        marked = self._apply(
            chat, messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
        )
        if list(marked["input_ids"]) != ids:
            raise LineError("the tokenizer gives other ids for its template's text; update it")
        return list(marked["assistant_masks"])

    def _as_marked(
        self, chat: Conversation, messages: list[Any], turns: list[int], whole: str,
        ids: list[int], covers: list[tuple[int, int]], marks: list[int],
    ) -> Rendered:  # fmt: skip
        """By the template's marks alone, as it rewrites turns; straddling tokens are in them."""
        prompt = self._text(chat, messages[: turns[0]], is_prompt=True)
        if whole.startswith(prompt):
            cut = sum(s < len(prompt) for s, _ in covers)
            own = self._encode(prompt)[0]
        elif any(message["role"] == "assistant" for message in messages[: turns[0]]):
            # The first mark is an earlier turn's: only the prompt could say where this one begins.
            self._span(chat, messages, turns[0], whole)
            raise AssertionError("a prompt that doesn't begin the whole is refused")
        else:
            cut = marks.index(1) if 1 in marks else len(ids)
            own = ids[:cut]
        mask = [0] * len(ids)
        for is_marked, run in groupby(range(len(ids)), key=marks.__getitem__):
            if is_marked:
                for i in self._without_trailing_space(list(run), ids, covers, whole):
                    mask[i] = 1
        self._check_marks(mask[cut:], marks)
        complete = all(_is_said(messages[turn], whole) for turn in turns)
        return Rendered(ids[:cut], ids[cut:], mask[cut:], own, 0, complete)

    @staticmethod
    def _check_marks(mask: list[int], marks: list[int] | None) -> None:
        if marks is not None and 1 not in mask:
            raise LineError(
                "the template's {% generation %} marks none of the response's tokens; give another "
                "with --chat-template"
            )

    def _span(
        self, chat: Conversation, messages: list[Any], turn: int, whole: str
    ) -> tuple[int, int]:
        """Characters of the whole that the assistant wrote in one turn."""
        place = f"message {turn + 1}"
        before = self._text(chat, messages[:turn], is_prompt=True)
        is_last = turn == len(messages) - 1
        until = whole if is_last else self._text(chat, messages[: turn + 1])
        if not until.startswith(before):
            expected, found = _difference(before, until)
            raise LineError(
                f"{place}: the template's generation prompt ends with {expected!r}, but the "
                f"finished turn has {found!r} there; make them agree by --template-arguments "
                "(such as enable_thinking) or --chat-template"
            )
        if is_last:
            until = self._without_last_word(chat, messages, until)
        elif not whole.startswith(until):
            # A template may end each conversation, but no turn, with this token.
            until = until.removesuffix(self.tokenizer.eos_token or "")
        if not (whole.startswith(until) and until.startswith(before)):
            raise LineError(
                f"{place}: the template rewrites this turn once others follow, so the whole isn't "
                "what the assistant saw; take --response each, or last"
            )
        self._check_header(chat, messages, turn, before, until[len(before) :])
        return len(before), len(until)

    def _without_last_word(self, chat: Conversation, messages: list[Any], whole: str) -> str:
        """The whole without a token that ends the conversation after the turn's own end (Phi-3)."""
        rest = whole.removesuffix(self.tokenizer.eos_token or "")
        if rest == whole or rest == rest.rstrip() or not rest.rstrip().endswith(self.mark_texts):
            return whole
        try:
            longer = self._text(chat, [*messages, {"role": "user", "content": "."}])
        except LineError:
            return whole
        return whole if longer.startswith(whole) or not longer.startswith(rest) else rest

    def _check_header(
        self, chat: Conversation, messages: list[Any], turn: int, before: str, piece: str
    ) -> None:
        """Raises if the turn begins with a header that no generation prompt took."""
        message = messages[turn]
        content = (message.get("content") or "").strip()
        start = piece.find(content)
        if not content or start < 0 or not piece[:start].strip() or message.get("tool_calls"):
            return
        if self._text(chat, messages[:turn]) == before:
            raise LineError(
                f"message {turn + 1}: the template writes no generation prompt, so "
                f"{piece[:start]!r} would count as the assistant's; give one with "
                "add_generation_prompt by --chat-template"
            )

    def _without_trailing_space(
        self, tokens: list[int], ids: list[int], covers: list[tuple[int, int]], whole: str
    ) -> list[int]:
        """Tokens of a turn without whitespace after the one that ends it."""
        end = len(tokens)
        while end and ids[tokens[end - 1]] not in self.marks:
            s, e = covers[tokens[end - 1]]
            if whole[s:e].strip():
                return tokens
            end -= 1
        return tokens[:end] if end else tokens

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Ids and the characters that each covers.

        Some tokenizers cut spaces off their offsets; such spaces are given back to the token that
        follows them, whose they are.
        """
        try:
            encoded = self.tokenizer(
                text, add_special_tokens=False, return_offsets_mapping=True,
                return_attention_mask=False,
            )  # fmt: skip
        except (TypeError, UnicodeEncodeError):
            raise LineError(
                "holds half of a character; write \\ufffd for it, or both halves"
            ) from None
        covers = []
        end = 0
        for s, e in encoded["offset_mapping"]:
            if end < s and text[end:s].isspace():
                s = end
            covers.append((s, e))
            end = max(end, e)
        return list(encoded["input_ids"]), covers

    def _text(self, chat: Conversation, messages: list[Any], is_prompt: bool = False) -> str:
        return self._apply(chat, messages, tokenize=False, add_generation_prompt=is_prompt)

    def _apply(self, chat: Conversation, messages: list[Any], **options: Any) -> Any:
        arguments = {**self.arguments, **chat.template_arguments}
        for name in arguments:
            if name in _RESERVED:
                raise LineError(f"{name!r} is no argument of a template; leave it out")
        if chat.documents is not None:
            options["documents"] = chat.documents
        try:
            return self.tokenizer.apply_chat_template(
                messages, tools=chat.tools, chat_template=self.template, **options, **arguments
            )
        except Exception as error:  # A template is a program; it can fail in any way.
            what = str(error) or type(error).__name__
            raise LineError(
                f"the chat template refuses the messages: {what[:200]}; change them or it"
            ) from None


def _difference(a: str, b: str) -> tuple[str, str]:
    """What two texts have from where they part, cut short."""
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    return a[at : at + 20], b[at : at + 20]


def _is_said(message: dict[str, Any], text: str) -> bool:
    """Whether a rendering has all text of a message."""
    fields = ("content", "reasoning_content", "reasoning", "thinking")
    said = [message[name] for name in fields if isinstance(message.get(name), str)]
    # Templates may set the thinking that stands in a content apart.
    parts = [part for value in said for part in re.split(r"</?think>", value)]
    for call in message.get("tool_calls") or []:
        parts.append(str(call.get("function", call).get("name", "")))
    return all(part.strip() in text for part in parts)
