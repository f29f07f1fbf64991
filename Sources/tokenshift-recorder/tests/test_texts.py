"""Lines of texts, parts of a file, and the choice of texts that are scored again."""

import json
import random

import pytest

from tokenshift_recorder.errors import BadLine, RecorderError
from tokenshift_recorder.replicates import choice
from tokenshift_recorder.shards import Shard
from tokenshift_recorder.texts import TextSource, parse_fields


def texts(tmp_path, *lines, **options):
    path = tmp_path / "texts.jsonl"
    path.write_bytes(b"\n".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return TextSource(str(path), None, **options)


def test_a_line(tmp_path):
    (text,) = texts(tmp_path, {
        "id": 7.0, "prompt_id": "p", "sample_id": 3, "source": "rl", "finish": None, "correct": 1,
        "reward": float("nan"), "prompt_ids": [1, 2], "response_ids": [3, 4, 5],
        "response_mask": [1, 0, True], "more": {"a": [1]}})
    assert (text.id, text.prompt_id, text.sample_id, text.source) == ("7", "p", 3, "rl")
    assert text.ids.tolist() == [1, 2, 3, 4, 5] and text.response_start == 2
    assert text.mask.tolist() == [0, 0, 1, 0, 1]
    assert text.correct == 1 and text.reward != text.reward
    assert json.loads(text.metadata) == {"more": {"a": [1]}}


def test_names_of_other_trainers(tmp_path):
    source = texts(tmp_path, {"prompt_ids": [1], "completion_ids": [2]},
                   fields=parse_fields("response_ids=completion_ids"))
    assert next(iter(source)).ids.tolist() == [1, 2]
    assert source.other_names == {"response_ids=completion_ids"}


@pytest.mark.parametrize("line, words", [
    (b"[1]", "is a JSON array"),
    (b"7", "is not an object"),
    ({"prompt_ids": [1], "response_ids": [2], "sample_id": 2**63}, "64 bits"),
    ({"prompt_ids": [1], "response_ids": [2], "reward": 10**400}, "a number"),
    (b'{"prompt_ids": [1], "response_ids": [2], "id": "\\ud800"}', "half of a character"),
    (b'{"prompt_ids": [1], "response_ids": [2], "x": ' + b"[" * 9000 + b"]" * 9000 + b"}", "nested"),
    (b"{", "over several lines"),
    (b'{"a": ', "invalid JSON"),
    ({"prompt_ids": [1]}, "needs"),
    ({"prompt_ids": [1], "response_ids": [-1]}, "not a token id"),
    ({"prompt_ids": [1], "response_ids": [True]}, "not a token id"),
    ({"prompt_ids": [1], "response_ids": [2**40]}, "not a token id"),
    ({"prompt_ids": [1], "response_ids": [2], "response_mask": [1, 1]}, "2 entries for 1"),
    ({"prompt_ids": [1], "response_ids": [2], "response_mask": [2]}, "0 and 1 only"),
    ({"prompt_ids": [1], "response_ids": [2], "correct": "yes"}, "true or false"),
    ({"prompt_ids": [1], "response_ids": [2], "reward": "high"}, "a number"),
    ({"prompt_ids": [1], "response_ids": [99]}, "has id 99"),
    ({"messages": []}, "tokenshift_recorder.render"),
    ({"prompt": [{"role": "user"}], "response_ids": [1]}, "tokenshift_recorder.render"),
    ({"prompt_ids": [1], "response": "a", "completion": "b"}, "either could be"),
])
def test_bad_lines(tmp_path, line, words):
    good = {"prompt_ids": [1], "response_ids": [2]}
    with pytest.raises(BadLine, match="texts.jsonl:2: ") as found:
        list(texts(tmp_path, good, line, vocabulary_size=50))
    assert words in str(found.value) and "\n" not in str(found.value)
    source = texts(tmp_path, good, line, good, vocabulary_size=50, skip_bad_lines=True)
    assert [text.line for text in source] == [1, 3]
    assert source.skipped_count == 1 and source.line_count == 3


def test_a_file_of_nothing(tmp_path):
    with pytest.raises(RecorderError, match="no texts"):
        list(texts(tmp_path, b"", b"  "))


def test_parts_cover_all_texts_once():
    seed = random.randrange(10**6)
    print("seed", seed)
    draw = random.Random(seed)
    for _ in range(200):
        sizes = [draw.choice([0, 1, 5, 100, 4000]) for _ in range(draw.randrange(1, 60))]
        count = draw.randrange(1, 80)
        parts = [Shard(index, count).texts(sizes) for index in range(1, count + 1)]
        assert [text for part in parts for text in part] == list(range(len(sizes)))
        # About as many tokens each: no part has more than its share and one text at each end.
        share = sum(max(size, 1) for size in sizes) / count
        assert all(
            sum(max(sizes[text], 1) for text in part) <= share + 2 * max(max(sizes), 1)
            for part in parts)


def test_names_of_parts():
    assert Shard(2, 12).path("a.b/log.h5") == "a.b/log.shard-02-of-12.h5"
    assert Shard(2, 12).path("log") == "log.shard-02-of-12"
    assert Shard(2, 12).path("{shard}/{shards}.h5") == "02/12.h5"
    assert Shard(1, 2).path(".hidden") == ".hidden.shard-1-of-2"
    with pytest.raises(RecorderError):
        Shard.parse("3/2")


def test_choice_of_texts_again():
    candidates = [(index, "ab"[index % 2], 50) for index in range(400)]
    chosen = choice(candidates, "enough")
    assert len(chosen) == 72 and len([index for index in chosen if index % 2]) == 36
    assert len(choice([(index, "", 10) for index in range(400)], "enough")) == 230
    assert choice(candidates[:5], "enough") == {0, 1, 2, 3, 4}
    # The middles of three equal parts of an author's 200 texts: their numbers 33, 100 and 166.
    assert sorted(choice(candidates, 6)) == [66, 67, 200, 201, 332, 333]
