"""Chat messages become prompt_ids, response_ids and response_mask: texts that can be scored.

python -m tokenshift_recorder.render TEXTS.jsonl --tokenizer DIR --output ids.jsonl
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import files
from .chat import Conversation, conversation
from .errors import LineError, RecorderError
from .spans import ChatTokenizer, Rendered

_EPILOG = """\
A line has "messages" (OpenAI, TRL), "prompt" and "completion" that are lists of messages (TRL), or
"conversations" (ShareGPT); "tools", "documents" and "chat_template_kwargs" go to the template. All
other fields stay. Without "prompt_id" a line gets one made of its prompt's ids, so that intervals
take responses to the same prompt together.

--response says what the response is:
  all   from the first assistant turn to the end. The mask is 1 on what the assistant wrote and 0 on
        output of tools, on other turns and on what the template puts between. The default, as it is
        what trainers of agents measure: each token that the model wrote, once, in one text.
  last  the last assistant turn; all before it is prompt, and what comes after it is left out.
  each  every assistant turn is a text of its own (id/turn-1, id/turn-2, …) with the prompt that it
        saw. For templates that rewrite earlier turns, such as Qwen3's, which drops their thinking.
The assistant turns in a "prompt" are never a response.

The token that ends a turn counts as the assistant's; whitespace after it doesn't. A token that is
partly the assistant's is masked out and counted."""


@dataclass
class Counts:
    """What the summary says."""

    texts: int = 0
    tokens: int = 0
    response: int = 0
    scored: int = 0
    straddling: int = 0
    other_prompts: int = 0
    skipped: int = 0
    first_skipped: str = ""
    incomplete: int = 0
    first_incomplete: int = 0

    def add(self, rendered: Rendered, line: int) -> None:
        self.texts += 1
        self.tokens += len(rendered.prompt_ids) + len(rendered.response_ids)
        self.response += len(rendered.response_ids)
        self.scored += sum(rendered.response_mask)
        self.straddling += rendered.straddling
        self.other_prompts += rendered.own_prompt_ids != rendered.prompt_ids
        if not rendered.is_complete:
            self.first_incomplete = self.first_incomplete or line
            self.incomplete += 1

    def summary(self) -> Iterator[str]:
        yield (
            f"{self.texts:,} texts, {self.tokens:,} tokens: {self.response:,} in responses, "
            f"of which {self.scored:,} are the assistant's and {self.response - self.scored:,} "
            f"are masked out; {self.straddling:,} straddle a boundary and don't count"
        )
        if self.other_prompts:
            yield (
                f"{self.other_prompts:,} prompts have other ids when tokenised without their "
                "response, as an engine does"
            )
        if self.incomplete:
            yield (
                f"{self.incomplete:,} texts lack content, reasoning or tool calls of their "
                f"messages, which the template leaves out (first: line {self.first_incomplete})"
            )
        if self.skipped:
            yield f"{self.skipped:,} bad lines skipped (first: {self.first_skipped})"


def texts(
    row: dict[str, Any], number: int, chats: ChatTokenizer, response: str = "all",
    tool_arguments: str = "objects",
) -> Iterator[tuple[dict[str, Any], Rendered]]:  # fmt: skip
    """The texts that a line becomes. Raises `LineError`."""
    chat = conversation(row, tool_arguments)
    turns = chat.turns()
    name = chat.rest.get("id")
    name = f"line-{number}" if name is None else name
    if response == "all":
        yield _text(chat, chats.render(chat, chat.messages, turns), name)
        return
    prompt_id = None
    for count, turn in enumerate(turns, 1):
        if response == "last" and turn != turns[-1]:
            continue
        rendered = chats.render(chat, chat.messages[: turn + 1], [turn])
        if response == "last":
            yield _text(chat, rendered, name)
            continue
        # Turns of one conversation depend on each other: they share its first prompt.
        prompt_id = prompt_id or _prompt_id(rendered)
        line, rendered = _text(chat, rendered, f"{name}/turn-{count}", prompt_id)
        yield {**line, "turn": count}, rendered


def _text(
    chat: Conversation, rendered: Rendered, name: Any, prompt_id: str | None = None
) -> tuple[dict[str, Any], Rendered]:
    line = {**chat.rest, "id": name}
    if line.get("prompt_id") is None:
        line["prompt_id"] = prompt_id or _prompt_id(rendered)
    line["prompt_ids"] = rendered.prompt_ids
    line["response_ids"] = rendered.response_ids
    line["response_mask"] = rendered.response_mask
    return line, rendered


def _prompt_id(rendered: Rendered) -> str:
    """Equal for equal prompts, whatever the response did to the last token."""
    ids = ",".join(map(str, rendered.own_prompt_ids))
    return hashlib.sha256(ids.encode()).hexdigest()[:16]


def render_file(options: argparse.Namespace, chats: ChatTokenizer) -> Counts:
    """Reads and writes line by line."""
    counts = Counts()
    with files.replaced(options.output) as output:
        for number, raw in files.read_lines(options.texts):
            try:
                row = files.parse_object(raw)
                made = list(texts(row, number, chats, options.response, options.tool_arguments))
                lines = [files.json_line(line) for line, _ in made]
            except LineError as error:
                name = "standard input" if options.texts == "-" else options.texts
                message = f"{name}:{number}: {error}"
                if not options.skip_bad_lines:
                    raise RecorderError(message) from None
                counts.first_skipped = counts.first_skipped or message
                counts.skipped += 1
                continue
            output.writelines(lines)
            for _, rendered in made:
                counts.add(rendered, number)
    return counts


def load(folder: str, template: str | None, arguments: dict[str, Any]) -> ChatTokenizer:
    """The tokenizer of a folder, with a template. Raises `RecorderError`."""
    if folder.startswith((".", "/", "~")) and not Path(folder).is_dir():
        raise RecorderError(f"{folder}: is no folder; give one with tokenizer.json")
    try:
        # Takes seconds: not before it is needed.
        import transformers
    except ImportError as error:
        raise RecorderError(f"needs transformers ({error}); pip install transformers jinja2") from None
    transformers.logging.set_verbosity_error()
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    except Exception as error:  # What a folder holds can be wrong in any way.
        first = str(error).strip().splitlines()[:1]
        raise RecorderError(
            f"{folder}: can't be loaded as a tokenizer: {' '.join(first)[:200]}; give a folder "
            "with tokenizer.json"
        ) from None
    if not getattr(tokenizer, "is_fast", False):
        raise RecorderError(
            f"{folder}: has no tokenizer.json, which offsets need; convert the tokenizer"
        )
    if template is None and not tokenizer.chat_template:
        raise RecorderError(f"{folder}: its tokenizer has no chat template; give --chat-template FILE")
    return ChatTokenizer(tokenizer, template, arguments)


def _template(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise RecorderError(f"{path}: can't be read: {files.reason(error)}") from None
    except UnicodeDecodeError:
        raise RecorderError(f"{path}: is not UTF-8; give a Jinja template") from None


def _arguments(text: str | None) -> dict[str, Any]:
    fix = "--template-arguments takes a JSON object, such as '{\"enable_thinking\": false}'"
    try:
        value = json.loads(text) if text is not None else {}
    except ValueError as error:
        raise RecorderError(f"{fix}; invalid JSON: {error}") from None
    if not isinstance(value, dict):
        raise RecorderError(fix)
    return value


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="python -m tokenshift_recorder.render",
        description="Chat messages become prompt_ids, response_ids and response_mask.",
        epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    result.add_argument(
        "texts", metavar="TEXTS.jsonl", help="JSON lines, plain or gzip; - is stdin"
    )
    result.add_argument("--tokenizer", required=True, metavar="DIR", help="folder of a checkpoint")
    result.add_argument("--output", required=True, metavar="FILE", help="JSON lines; - is stdout")
    result.add_argument(
        "--response", choices=("all", "last", "each"), default="all", help="default: all"
    )
    result.add_argument("--chat-template", metavar="FILE", help="in place of the tokenizer's own")
    result.add_argument(
        "--template-arguments", metavar="JSON", help="such as '{\"enable_thinking\": false}'"
    )
    result.add_argument(
        "--tool-arguments", choices=("objects", "strings", "kept"), default="objects",
        help="how the template gets arguments of tool calls; default: objects",
    )  # fmt: skip
    result.add_argument(
        "--skip-bad-lines", action="store_true", help="leave them out, and count them"
    )
    return result


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)

    def command() -> None:
        template = _template(options.chat_template)
        chats = load(options.tokenizer, template, _arguments(options.template_arguments))
        counts = render_file(options, chats)
        for line in counts.summary():
            print(line, file=sys.stderr)
        source = chats.template or str(chats.tokenizer.chat_template)
        if "strftime_now" in source:
            print(
                "the template may write today's date into prompts; --template-arguments "
                '\'{"date_string": "26 Jul 2024"}\' fixes it, if that is its name there',
                file=sys.stderr,
            )

    return files.run(command)


if __name__ == "__main__":
    sys.exit(main())
