internal import RunLogs
internal import Tokenization
internal import Transformer

extension Scorer {
  /// Names, pairs, tokenizers and vocabularies.
  func checkModels() throws {
    var names = Set<String>()
    for checkpoint in checkpoints {
      try ModelRecord.checkName(checkpoint.name)
      guard names.insert(checkpoint.name).inserted else {
        throw ScoringError.badModels("two models are named '\(checkpoint.name)'")
      }
    }
    let byName = Dictionary(uniqueKeysWithValues: checkpoints.map { ($0.name, $0) })
    for pair in pairs {
      guard let before = byName[pair.before], let after = byName[pair.after] else {
        let known = checkpoints.map(\.name).joined(separator: ", ")
        throw ScoringError.badModels(
          "the pair \(pair) names a model that isn't there: \(known) are")
      }
      try checkComparable(before, after)
    }
  }

  /// One text has one list of ids: all models must mean the same by them.
  private func checkComparable(_ before: Checkpoint, _ after: Checkpoint) throws {
    if let a = before.tokenizer, let b = after.tokenizer, a.contentDigest != b.contentDigest {
      throw ScoringError.tokenizersDiffer(before.name, after.name)
    }
    let sizes = (
      before.model.configuration.vocabularySize, after.model.configuration.vocabularySize
    )
    guard sizes.0 == sizes.1 else {
      throw ScoringError.vocabulariesDiffer(before.name, sizes.0, after.name, sizes.1)
    }
  }

  /// Ids in range, and from this tokenizer.
  func checkIDs() throws {
    for checkpoint in checkpoints {
      let size = checkpoint.model.configuration.vocabularySize
      for (line, sequence) in zip(texts.lines, sequences) {
        guard let place = sequence.ids.firstIndex(where: { $0 >= size }) else { continue }
        throw ScoringError.badLine(
          path: texts.path, line: line.line,
          "token \(place) has id \(sequence.ids[place]), model '\(checkpoint.name)' has ids below "
            + "\(size); are these ids from another tokenizer?")
      }
    }
    // A few texts that don't decode back are normal (bytes cut by a length limit); if none does,
    // the ids mean something else.
    let comparable = zip(texts.lines, sequences).filter { line, sequence in
      !sequence.isRetokenized && line.response?.isEmpty == false
    }
    if comparable.count >= 2, comparable.allSatisfy({ !$0.1.decodesBack }),
      let first = checkpoints.first
    {
      throw ScoringError.idsOfAnotherTokenizer(path: texts.path, directory: first.directory)
    }
  }
}
