"""Conversations as people have them, in the form that chat templates take."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .errors import LineError

ROLES = ("system", "developer", "user", "assistant", "tool", "function")

# What ShareGPT files call the roles.
_SHAREGPT = {
    "human": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "function_call": "assistant",
    "observation": "tool",
    "function_response": "tool",
}

# Fields that ids take the place of, or that the template reads.
_CONSUMED = {
    "messages", "conversations", "prompt", "completion", "response", "tools", "documents",
    "chat_template_kwargs",
}  # fmt: skip


@dataclass
class Conversation:
    """The messages of a line, what else its template gets, and the fields that stay."""

    messages: list[dict[str, Any]]
    # Assistant turns before this message belong to the prompt.
    first: int = 0
    tools: list[Any] | None = None
    documents: list[Any] | None = None
    template_arguments: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)

    def turns(self) -> list[int]:
        """Where the assistant's messages are that a response can have; never empty."""
        turns = [
            index
            for index, message in enumerate(self.messages)
            if index >= self.first and message["role"] == "assistant"
        ]
        if not turns:
            raise LineError("has no assistant turn; there is nothing to score")
        if turns[0] == 0:
            raise LineError("begins with an assistant turn; put the turn that it answers before it")
        return turns


def conversation(row: dict[str, Any], tool_arguments: str = "objects") -> Conversation:
    """Reads a line.

    `tool_arguments` is `objects` (strings of JSON are parsed, as transformers recommends),
    `strings` (objects become JSON) or `kept`. Raises `LineError`.
    """
    for name in ("prompt_ids", "response_ids", "response_mask"):
        if row.get(name) is not None:
            raise LineError(f'has "{name}" already; score it as it is, or leave "{name}" out')
    consumed = set(_CONSUMED)
    first = 0
    if row.get("messages") is not None:
        messages = _list(row["messages"], "messages")
    elif row.get("conversations") is not None:
        messages = [_sharegpt(turn) for turn in _list(row["conversations"], "conversations")]
        if isinstance(row.get("system"), str):
            consumed.add("system")
            if row["system"]:
                messages.insert(0, {"role": "system", "content": row["system"]})
    elif isinstance(row.get("prompt"), list):
        messages = list(row["prompt"])
        first = len(messages)
        messages += _completion(row)
    elif isinstance(row.get("prompt"), str):
        raise LineError("its prompt is a string, not chat messages; it can be scored as it is")
    else:
        names = ", ".join(sorted(row)[:8])
        raise LineError(
            'has no "messages", "conversations", or "prompt" with "completion"; '
            f"rename one of its fields ({names})"
        )
    messages = [
        _message(message, index, tool_arguments) for index, message in enumerate(messages, 1)
    ]
    if first and messages[first - 1]["role"] == "assistant":
        raise LineError(
            "its prompt ends with an assistant turn; put what the assistant began with into the "
            "completion"
        )
    arguments = row.get("chat_template_kwargs")
    if arguments is not None and not isinstance(arguments, dict):
        raise LineError('"chat_template_kwargs" is not an object; write {"name": value}')
    return Conversation(
        messages=messages,
        first=first,
        tools=_list(row["tools"], "tools") if row.get("tools") else None,
        documents=_list(row["documents"], "documents") if row.get("documents") else None,
        template_arguments=arguments or {},
        rest={name: value for name, value in row.items() if name not in consumed},
    )


def _list(value: Any, name: str) -> list[Any]:
    """A list, or JSON of one: tables often hold such strings."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise LineError(f'"{name}" is a string that is no JSON; give a list') from None
    if not isinstance(value, list):
        raise LineError(f'"{name}" is not a list; write [{{…}}, …]')
    return value


def _completion(row: dict[str, Any]) -> list[Any]:
    """The messages of a completion; a string is what the assistant said."""
    names = [name for name in ("completion", "response") if row.get(name) is not None]
    if len(names) != 1:
        what = 'has both "completion" and "response"' if names else 'has no "completion"'
        raise LineError(f"{what} beside its prompt; give one of them")
    value = row[names[0]]
    if isinstance(value, str):
        return [{"role": "assistant", "content": value}]
    return _list(value, names[0])


def _sharegpt(turn: Any) -> Any:
    """A turn of {"from": …, "value": …}; others are left to `_message`."""
    if not isinstance(turn, dict) or "from" not in turn:
        return turn
    said, value = turn["from"], turn.get("value")
    message = {name: member for name, member in turn.items() if name not in ("from", "value")}
    message["role"] = _SHAREGPT.get(said, said) if isinstance(said, str) else said
    if said != "function_call":
        return {**message, "content": value}
    try:
        calls = json.loads(value)
        calls = calls if isinstance(calls, list) else [calls]
        if not all(isinstance(call["name"], str) for call in calls):
            raise ValueError
    except (ValueError, TypeError, KeyError):
        raise LineError(
            'a function_call is no JSON {"name": …, "arguments": …}; write it so'
        ) from None
    functions = [{"type": "function", "function": call} for call in calls]
    return {**message, "content": "", "tool_calls": functions}


def _message(message: Any, number: int, tool_arguments: str) -> dict[str, Any]:
    """A message whose content is a string, if it has any."""
    place = f"message {number}"
    if not isinstance(message, dict):
        raise LineError(f'{place} is not an object; write {{"role": …, "content": …}}')
    role = message.get("role")
    if role not in ROLES:
        raise LineError(f"{place} has the role {role!r}; take one of {', '.join(ROLES)}")
    message = dict(message)
    content = message.get("content")
    if isinstance(content, list):
        message["content"] = "".join(_part(part, place) for part in content)
    elif content is not None and not isinstance(content, str):
        raise LineError(f"{place} has content that is no text; write it as a string")
    calls = message.get("tool_calls")
    if calls is not None:
        if not isinstance(calls, list):
            raise LineError(f"{place} has tool_calls that are no list; write [{{…}}]")
        message["tool_calls"] = [_call(call, place, tool_arguments) for call in calls]
    said = ("content", "tool_calls", "reasoning_content", "reasoning", "thinking")
    if role == "assistant" and all(message.get(name) in (None, []) for name in said):
        raise LineError(f"{place} has neither content nor tool_calls; leave the turn out")
    return message


def _part(part: Any, place: str) -> str:
    """The text of a part of a message."""
    if isinstance(part, str):
        return part
    kind = part.get("type", "text") if isinstance(part, dict) else None
    if kind in ("text", "input_text", "output_text") and isinstance(part.get("text"), str):
        return part["text"]
    raise LineError(f"{place} has a part of type {kind!r}; only text can be scored, leave it out")


def _call(call: Any, place: str, tool_arguments: str) -> dict[str, Any]:
    """A tool call with its arguments as the template wants them."""
    if not isinstance(call, dict):
        raise LineError(f"{place} has a tool call that is no object; write {{…}}")
    inner = call.get("function")
    function = dict(inner if isinstance(inner, dict) else call)
    arguments = function.get("arguments")
    if tool_arguments == "objects" and isinstance(arguments, str):
        try:
            parsed = json.loads(arguments)
        except ValueError:
            parsed = None
        # What is no object stays as the model wrote it.
        if isinstance(parsed, dict):
            function["arguments"] = parsed
    elif tool_arguments == "strings" and isinstance(arguments, dict):
        function["arguments"] = json.dumps(arguments, ensure_ascii=False)
    return {**call, "function": function} if isinstance(inner, dict) else function
