"""A whole recording: survey of the texts, header, blocks, log."""

from __future__ import annotations

import datetime
import itertools
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .log import BlockStore
from .recorder import Model, Recorder, moved_threshold
from .replicates import choice
from .shards import Shard
from .texts import Text, TextSource, file_digest
from .tokenizer import check_agreement
from .version import VERSION

PRODUCER = "tokenshift-recorder"


@dataclass
class Survey:
    """What a first pass over the texts finds."""

    sizes: list[int] = field(default_factory=list)  # tokens of each text
    lines: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    retokenized: bool = False
    candidates: list[tuple[int, str, int]] = field(default_factory=list)

    def count(self, name: str, number: int) -> None:
        """Adds to a count."""
        self.counts[name] = self.counts.get(name, 0) + number


def survey(source: TextSource, recorder: Recorder) -> Survey:
    """Reads and checks all texts."""
    found = Survey()
    least = min(model.vocabulary_size for model in recorder.models)
    for text in source:
        found.sizes.append(len(text.ids))
        found.lines.append(text.line)
        found.retokenized = found.retokenized or text.retokenized
        reach = min(len(text.ids), recorder.context_length + 1)
        known = next((i for i, id in enumerate(text.ids[:reach]) if id >= least), reach)
        found.count("tokens", len(text.ids))
        found.count("measured", max(known - 1, 0))
        found.count("emptyResponses", int(text.response_start == len(text.ids)))
        found.count("beyondContext", int(reach < len(text.ids)))
        found.count("beyondContextTokens", len(text.ids) - max(reach, min(len(text.ids), 1)))
        found.count("masked", int((text.mask[text.response_start:] == 0).sum()))
        found.count("beyondVocabulary", int(reach > 1 and known < reach))
        found.count("notDecodingBack", int(not text.decodes_back))
        found.count("doubledBeginnings", int(_begins_twice(text, source)))
        positions = int(text.mask[max(text.response_start, 1):max(known, 1)].sum())
        if positions:
            found.candidates.append((text.index, text.source, positions))
    return found


def _begins_twice(text: Text, source: TextSource) -> bool:
    beginning = source.tokenizer.beginning_id if source.tokenizer else None
    return text.retokenized and beginning is not None and list(text.ids[:2]) == [beginning] * 2


@dataclass
class Run:
    """One log: models, texts, and which part of them."""

    recorder: Recorder
    source: TextSource
    output: str
    command_line: str
    settings: dict[str, Any]
    shard: Shard | None = None
    replicate_texts: str | int = "enough"
    # The model whose tokenizer makes ids of text; None for the one that the models agree on.
    tokenizer: str | None = None

    def __post_init__(self) -> None:
        self.survey = survey(self.source, self.recorder)
        self.replicated: set[int] = set()
        if self.recorder.replicates:
            self.replicated = set(range(len(self.survey.sizes))) if (
                self.replicate_texts == "all") else choice(
                    self.survey.candidates, self.replicate_texts)
            self.recorder.is_replicated = self.replicated.__contains__
        self.texts = self.shard.texts(self.survey.sizes) if self.shard else range(
            len(self.survey.sizes))
        self.header = self._header()

    def _header(self) -> dict[str, Any]:
        models = self.recorder.models
        tokenizers = {model.name: model.tokenizer for model in models}
        widest = check_agreement(tokenizers)
        name = self.tokenizer or widest
        tokenizer = tokenizers[name] if name else None
        tokens = tokenizers[widest].token_bytes() if widest else None
        special = {id for each in tokenizers.values() if each for id in each.special_ids()}
        settings = dict(self.settings)
        if self.source.other_names:
            settings["fields"] = ",".join(sorted(self.source.other_names))
        header = {
            "producer": PRODUCER, "producer_version": VERSION,
            "created": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "command_line": self.command_line,
            "settings": json.dumps(settings, sort_keys=True, separators=(",", ":")),
            "scoring_temperature": 1.0, "top_k": self.recorder.top_count,
            "texts_file": os.path.basename(self.source.path),
            "texts_sha256": file_digest(self.source.path),
            "texts_line_count": self.source.line_count,
            "texts_skipped_line_count": self.source.skipped_count,
            "texts_retokenized": int(self.survey.retokenized),
            "texts_not_decoding_back": self.survey.counts["notDecodingBack"],
            "shared_vocabulary_size": self.recorder.shared_vocabulary,
            "replicate_texts": len(self.replicated) if self.recorder.replicates else None,
            "moved_mass_threshold": moved_threshold(self.recorder),
            "tokenizer": {
                "digest": tokenizer.digest() if tokenizer else "", "special": sorted(special),
                "model": name,
                "tokens": None if tokens is None else [
                    None if token is None else token.hex() for token in tokens],
            },
            "models": [self._record(model) for model in models],
            "pairs": [list(pair) for pair in self.recorder.pairs],
        }
        if self.shard:
            lines = [self.survey.lines[self.texts[0]], self.survey.lines[self.texts[-1]]] if (
                len(self.texts)) else []
            header |= {
                "shard_index": self.shard.index, "shard_count": self.shard.count,
                "shard_texts": [self.texts.start, self.texts.stop], "shard_lines": lines}
        return header

    def _record(self, model: Model) -> dict[str, Any]:
        record = {"name": model.name, **model.record}
        twin = next((twin for twin in self.recorder.replicates if twin.name == model.name), None)
        return record | ({"replicate_type": twin.record["compute_type"]} if twin else {})

    def write(
        self, resume: bool = False, overwrite: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Scores the texts and writes the log; a run that is stopped leaves its finished blocks."""
        store = BlockStore(self.output)
        try:
            done = store.begin(self.header, resume, overwrite)
            own = self.survey.sizes[self.texts.start:self.texts.stop]
            total, tokens = sum(own), sum(own[:done])
            progress(tokens, total)
            for block in self.recorder.blocks(self._texts(done), self.source.path):
                store.append(block)
                tokens += len(block["tok/id"])
                progress(tokens, total)
            if store.count == 0:
                # A part without texts is a log all the same.
                store.append(self.recorder.block([], self.source.path))
            store.publish(self.header)
        finally:
            store.close()

    def _texts(self, done: int) -> Iterator[Text]:
        return itertools.islice(iter(self.source), self.texts.start + done, self.texts.stop)

    def result(self) -> dict[str, Any]:
        """What was recorded, by the names of `score --json`; counts are of the whole file."""
        counts = self.survey.counts
        names = ["tokens", "measured", "emptyResponses", "beyondContext", "beyondContextTokens",
                 "masked", "beyondVocabulary", "notDecodingBack"]
        return {
            "log": self.output, "sequences": len(self.survey.sizes),
            **{name: counts.get(name, 0) for name in names},
            "skippedLines": self.source.skipped_count,
            "doubledBeginnings": counts.get("doubledBeginnings", 0)}



