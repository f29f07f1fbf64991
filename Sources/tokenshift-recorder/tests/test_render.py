"""Masks against a slow way that knows the bytes of each token, and what a line may say."""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import rendering as r  # noqa: E402
from tokenshift_recorder import render  # noqa: E402
from tokenshift_recorder.files import LineError  # noqa: E402
from tokenshift_recorder.spans import ChatTokenizer  # noqa: E402

SEED = int(os.environ.get("TOKENSHIFT_SEED", random.randrange(1 << 32)))


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def assistant(text: str, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": text, **more}


TWO = [user("Hi"), assistant("Hello."), user("More"), assistant("No more.")]


def made(row: dict[str, Any], template: str, response: str = "all", **more: Any) -> list[dict]:
    """The lines of a row, each with its rendering under `made`."""
    name = more.pop("tokenizer", "demo")
    chats = ChatTokenizer(r.tokenizer(name, template), arguments=more.pop("arguments", None))
    texts = render.texts(dict(row), 7, chats, response, **more)
    return [{**line, "made": rendered} for line, rendered in texts]


def written(line: dict[str, Any], name: str = "demo") -> list[str]:
    """The text of each run of masked-in tokens."""
    runs: list[list[int]] = []
    before = 0
    for token, flag in zip(line["response_ids"], line["response_mask"], strict=True):
        if flag and not before:
            runs.append([])
        if flag:
            runs[-1].append(token)
        before = flag
    tokenizer = r.tokenizer(name)
    return [tokenizer.decode(run) for run in runs]


@pytest.mark.parametrize("name", ["demo", "qwen2", "llama3", "gpt2", "trimmed"])
@pytest.mark.parametrize("style", ["chatml", "marked", "llama3", "plain"])
def test_random_conversations(name: str, style: str) -> None:
    """Ids are the tokenizer's own, and the mask is that of the slow way."""
    print("TOKENSHIFT_SEED", SEED)
    dice = random.Random(SEED)
    template, pieces_of = {
        "chatml": (r.CHATML, r.chatml_pieces),
        "marked": (r.CHATML_MARKED, r.chatml_pieces),
        "llama3": (r.LLAMA3, r.llama3_pieces),
        "plain": (r.PLAIN, r.plain_pieces),
    }[style]
    tokenizer = r.tokenizer(name, template)
    chats = ChatTokenizer(tokenizer)
    straddling = 0
    for _ in range(25):
        messages = r.random_messages(dice)
        ((line, rendered),) = render.texts({"messages": messages}, 1, chats)
        ids = tokenizer.apply_chat_template(messages, tokenize=True, return_dict=False)
        assert line["prompt_ids"] + line["response_ids"] == ids
        start, mask = r.slow_mask(tokenizer, ids, pieces_of(messages))
        assert (len(line["prompt_ids"]), line["response_mask"]) == (start, mask[start:]), messages
        assert not any(mask[:start])
        straddling += rendered.straddling
        turns = [i for i, m in enumerate(messages) if m["role"] == "assistant"]
        each = list(render.texts({"messages": messages}, 1, chats, "each"))
        assert len(each) == len(turns)
        for turn, (line, _) in zip(turns, each, strict=True):
            seen = messages[: turn + 1]
            ids = tokenizer.apply_chat_template(seen, tokenize=True, return_dict=False)
            assert line["prompt_ids"] + line["response_ids"] == ids
            pieces = pieces_of(seen)
            last = max(i for i, piece in enumerate(pieces) if piece[1])
            pieces = [(text, i == last) for i, (text, _) in enumerate(pieces)]
            start, mask = r.slow_mask(tokenizer, ids, pieces)
            assert (len(line["prompt_ids"]), line["response_mask"]) == (start, mask[start:])
        ((last_line, _),) = render.texts({"messages": messages}, 1, chats, "last")
        assert last_line["response_mask"] == each[-1][0]["response_mask"]
        assert last_line["prompt_ids"] == each[-1][0]["prompt_ids"]
    # Line ends and spaces of contents merge with the template's, where there are such tokens.
    if style == "plain" or name != "demo":
        assert (straddling > 0) == (style != "llama3")


def test_a_straddling_token_does_not_count() -> None:
    """In this vocabulary two line ends are one token."""
    (line,) = made({"messages": [user("a"), assistant("\nb")]}, r.CHATML, tokenizer="qwen2")
    assert line["made"].straddling == 1
    assert written(line, "qwen2") == ["b<|im_end|>"]
    assert line["made"].own_prompt_ids != line["prompt_ids"]
    (plain,) = made({"messages": [user("a"), assistant("b")]}, r.CHATML, tokenizer="qwen2")
    # The same prompt all the same.
    assert line["prompt_id"] == plain["prompt_id"]


def test_template_that_drops_thinking() -> None:
    thoughts = [
        user("Hi"),
        assistant("Hello.", reasoning_content="One."),
        user("More"),
        assistant("No.", reasoning_content="Two."),
    ]
    with pytest.raises(LineError, match=r"message 2: .*rewrites.*--response each"):
        made({"messages": thoughts}, r.THINKING)
    lines = made({"messages": thoughts, "id": "x"}, r.THINKING, "each")
    assert [written(line) for line in lines] == [
        ["<think>\nOne.\n</think>\n\nHello.<|im_end|>"],
        ["<think>\nTwo.\n</think>\n\nNo.<|im_end|>"],
    ]
    assert [line["id"] for line in lines] == ["x/turn-1", "x/turn-2"]
    assert lines[0]["prompt_id"] == lines[1]["prompt_id"]
    assert "One" not in r.tokenizer("demo").decode(lines[1]["prompt_ids"])
    no_thinking = {"messages": [user("Hi"), assistant("Yes.")]}
    for row, arguments in (
        (no_thinking, {"enable_thinking": False}),
        ({**no_thinking, "chat_template_kwargs": {"enable_thinking": False}}, None),
    ):
        (line,) = made(row, r.THINKING, arguments=arguments)
        assert written(line) == ["Yes.<|im_end|>"]
    with pytest.raises(LineError, match="generation prompt ends with"):
        arguments = {"enable_thinking": False}
        made({"messages": thoughts[:2]}, r.THINKING, arguments=arguments)


def test_marked_template_that_rewrites_turns() -> None:
    """Its own marks count as they are, but for whitespace after the end."""
    template = r.CHATML_MARKED.replace(
        "m.content + '<|im_end|>\n' }}{% endgen",
        "('' if loop.last else 'old ') + m.content + '<|im_end|>\n' }}{% endgen",
    )
    (line,) = made({"messages": TWO}, template)
    assert written(line) == ["old Hello.<|im_end|>", "No more.<|im_end|>"]
    unmarked = r.CHATML_MARKED.replace("m.role == 'assistant'", "m.role == 'robot'")
    with pytest.raises(LineError, match="marks none"):
        made({"messages": TWO}, unmarked)


def test_merged_system_and_no_generation_prompt() -> None:
    messages = [{"role": "system", "content": "Be kind."}, *TWO]
    for name in ("demo", "mistral"):
        (line,) = made({"messages": messages}, r.MERGED, tokenizer=name)
        texts = [text.strip() for text in written(line, name)]
        assert texts == ["Hello.</s>", "No more.</s>"], name
        assert "Be kind." in r.tokenizer(name).decode(line["prompt_ids"])
    with pytest.raises(LineError, match="refuses the messages: roles must alternate"):
        made({"messages": [user("a"), user("b"), assistant("c")]}, r.MERGED)
    with pytest.raises(LineError, match="no generation prompt, so '<|im_start|>assistant: ' would"):
        made({"messages": TWO}, r.NO_PROMPT)


def test_template_that_closes_the_conversation() -> None:
    for name in ("demo", "phi3"):
        (line,) = made({"messages": TWO}, r.CLOSED, tokenizer=name)
        assert written(line, name) == ["Hello.<|end|>", "No more.<|end|>"]
        lines = made({"messages": TWO}, r.CLOSED, "each", tokenizer=name)
        assert [written(each, name) for each in lines] == [["Hello.<|end|>"], ["No more.<|end|>"]]
    # Here each turn ends so, and all of that is the turn's.
    template = r.CLOSED.replace("'<|end|>\n'", "'<|end|>\n' + eos_token")
    template = template.replace("{% else %}{{- eos_token }}", "")
    (line,) = made({"messages": TWO}, template)
    ends = "<|end|>\n<|endoftext|>"
    assert written(line) == ["Hello." + ends, "No more." + ends]


TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
CALL = {"type": "function", "function": {"name": "add", "arguments": '{"a": [1, 2]}'}}


def test_tools_documents_and_calls() -> None:
    messages = [
        {"role": "developer", "content": [{"type": "text", "text": "Be "}, "kind."]},
        user("1 + 2"),
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": "3", "name": "add"},
        assistant("It is 3."),
    ]  # fmt: skip
    row = {
        "messages": messages,
        "tools": [TOOL],
        "documents": [{"title": "T", "text": "sums"}],
        "reward": 1.0,
        "prompt_id": 5,
    }
    (line,) = made(row, r.TOOLS)
    assert written(line) == ['<call>add {"a": [1, 2]}</call><|im_end|>', "It is 3.<|im_end|>"]
    prompt = r.tokenizer("demo").decode(line["prompt_ids"])
    assert json.dumps([TOOL]) in prompt and "[T] sums" in prompt and "Be kind." in prompt
    assert (line["reward"], line["prompt_id"], line["id"]) == (1.0, 5, "line-7")
    assert line["made"].is_complete
    assert not {"messages", "tools", "documents"} & set(line)
    assert json.loads(CALL["function"]["arguments"]) == {"a": [1, 2]}
    (kept,) = made({**row, "tools": json.dumps([TOOL])}, r.TOOLS, tool_arguments="kept")
    assert kept["prompt_ids"] == line["prompt_ids"]
    assert written(kept)[0] == '<call>add "{\\"a\\": [1, 2]}"</call><|im_end|>'
    # A template that leaves calls out: the turn is empty, and the summary says so.
    (lost,) = made({"messages": [user("a"), {**messages[2], "content": ""}]}, r.CHATML)
    assert not lost["made"].is_complete


def test_forms_of_a_line() -> None:
    (line,) = made({"messages": TWO}, r.CHATML)
    turns = [
        {"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello."},
        {"from": "human", "value": "More"}, {"from": "gpt", "value": "No more."},
    ]  # fmt: skip
    (sharegpt,) = made({"conversations": turns}, r.CHATML)
    (strings,) = made({"messages": json.dumps(TWO)}, r.CHATML)
    (split,) = made({"prompt": TWO[:1], "completion": TWO[1:]}, r.CHATML)
    for other in (sharegpt, strings, split):
        assert {**other, "made": None} == {**line, "made": None}
    # The assistant's turns in a prompt are no response.
    for completion in (TWO[3:], "No more."):
        (few_shot,) = made({"prompt": TWO[:3], "completion": completion}, r.CHATML)
        assert written(few_shot) == ["No more.<|im_end|>"]
    (last,) = made({"messages": TWO}, r.CHATML, "last")
    assert last["prompt_ids"] == few_shot["prompt_ids"]
    assert last["prompt_id"] == few_shot["prompt_id"] != line["prompt_id"]
    (called,) = made(
        {
            "system": "S",
            "conversations": [
                {"from": "human", "value": "1 + 2"},
                {"from": "function_call", "value": '{"name": "add", "arguments": {"a": 1}}'},
                {"from": "observation", "value": "3"},
                {"from": "gpt", "value": "3."},
            ],
        },
        r.TOOLS,
    )
    assert written(called) == ['<call>add {"a": 1}</call><|im_end|>', "3.<|im_end|>"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, 'has no "messages"'),
        ({"prompt": "a", "completion": "b"}, "prompt is a string"),
        ({"prompt": [user("a")]}, 'has no "completion"'),
        ({"prompt": TWO[:2], "completion": TWO[2:]}, "prompt ends with an assistant turn"),
        ({"messages": [user("a")]}, "no assistant turn"),
        ({"messages": [assistant("a")]}, "begins with an assistant turn"),
        ({"messages": "x"}, "a string that is no JSON"),
        ({"messages": [user("a"), {"role": "robot"}]}, "message 2 has the role 'robot'"),
        ({"messages": [user("a"), assistant(None)]}, "neither content nor tool_calls"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "type 'image_url'"),
        ({"messages": TWO, "response_ids": [1]}, 'has "response_ids" already'),
        ({"messages": TWO, "chat_template_kwargs": {"tokenize": 1}}, "'tokenize' is no argument"),
        ({"messages": [user("\ud800"), assistant("a")]}, "half of a character"),
    ],
)  # fmt: skip
def test_bad_lines(row: dict[str, Any], message: str) -> None:
    with pytest.raises(LineError) as error:
        made(row, r.CHATML)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer")
    r.tokenizer("demo", r.CHATML).save_pretrained(path)
    return path


def test_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    lines = [
        json.dumps({"messages": TWO, "reward": float("nan"), "text": "ü"}, ensure_ascii=False),
        "",
        '{"messages": [',
        json.dumps({"messages": TWO[:2]}),
    ]
    source, target = tmp_path / "texts.jsonl.gz", tmp_path / "ids.jsonl"
    source.write_bytes(gzip.compress(b"\xef\xbb\xbf" + "\n".join(lines).encode()))
    command = [str(source), "--tokenizer", str(folder), "--output", str(target)]
    target.write_text("old")
    assert render.main(command) == 2
    assert capsys.readouterr().err.startswith(f"error: {source}:3: invalid JSON at column ")
    # What was there stays, and nothing else is left.
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ids.jsonl", "texts.jsonl.gz"]
    assert render.main([*command, "--skip-bad-lines"]) == 0
    summary = capsys.readouterr().err.splitlines()
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["line-1", "line-4"]
    assert (rows[0]["reward"], rows[0]["text"]) == (None, "ü")
    counts = [sum(map(len, (row["prompt_ids"], row["response_ids"]))) for row in rows]
    scored = sum(sum(row["response_mask"]) for row in rows)
    assert summary[0].startswith(f"2 texts, {sum(counts)} tokens: ")
    assert f"{scored} are the assistant's" in summary[0]
    assert summary[1].startswith("1 bad lines skipped (first: ")
    template = tmp_path / "llama.jinja"
    template.write_text(r.LLAMA3)
    assert render.main([*command, "--skip-bad-lines", "--chat-template", str(template)]) == 0
    assert written(json.loads(target.read_text().splitlines()[1])) == ["Hello.<|eot|>"]


def test_command_that_cannot_run(folder: Path, tmp_path: Path, capsys: Any) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_bytes(b"PAR1")
    bare = tmp_path / "bare"
    r.tokenizer("demo").save_pretrained(bare)
    output = ["--output", str(tmp_path / "ids.jsonl")]
    for arguments, message in (
        ([str(texts), "--tokenizer", str(folder)], "is Parquet; python -m"),
        ([str(tmp_path / "x"), "--tokenizer", str(folder)], "can't be read: No such file"),
        ([str(texts), "--tokenizer", str(bare)], "no chat template; give --chat-template"),
        ([str(texts), "--tokenizer", str(tmp_path / "y")], "is no folder"),
        ([str(texts), "--tokenizer", str(folder), "--template-arguments", "3"], "a JSON object"),
    ):
        assert render.main([*arguments, *output]) == 2
        error = capsys.readouterr().err
        assert message in error and error.count("\n") == 1
    assert not (tmp_path / "ids.jsonl").exists()
