internal import Foundation
internal import RunLogs
internal import Tokenization
internal import Transformer

extension Scorer {
  /// Names that a log can hold, each once.
  static func checkNames(_ names: [String]) throws {
    var known = Set<String>()
    for name in names {
      try ModelRecord.checkName(name)
      guard known.insert(name).inserted else {
        throw ScoringError.badModels(
          "two models are named '\(name)'; give each --model another name")
      }
    }
  }

  /// The first of the checkpoints whose tokenizer has the most tokens.
  static func widest(_ checkpoints: [Checkpoint]) -> Checkpoint? {
    let sizes = checkpoints.map { $0.tokenizer?.vocabularySize ?? 0 }
    return checkpoints.first { ($0.tokenizer?.vocabularySize ?? 0) == sizes.max() }
  }

  /// Pairs, tokenizers and vocabularies.
  func checkModels() throws {
    // One text has one list of ids: all models must mean the same by them, paired or not. Each is
    // compared with the one that has the most, so that all agree where they overlap.
    if let widest = Self.widest(checkpoints), let tokenizer = widest.tokenizer {
      for other in checkpoints where other.name != widest.name {
        guard let difference = other.tokenizer?.firstDifference(from: tokenizer) else { continue }
        let inOrder = checkpoints.first { [widest.name, other.name].contains($0.name) }
        let isFirst = inOrder?.name == other.name
        throw ScoringError.tokensDiffer(
          isFirst ? other.name : widest.name, isFirst ? widest.name : other.name,
          id: difference.id,
          isFirst ? difference.own : difference.other, isFirst ? difference.other : difference.own)
      }
    }
    let byName = Dictionary(uniqueKeysWithValues: checkpoints.map { ($0.name, $0) })
    var known = Set<PairName>()
    for pair in pairs {
      guard let before = byName[pair.before], let after = byName[pair.after] else {
        let names = checkpoints.map(\.name).joined(separator: ", ")
        throw ScoringError.badModels(
          "the pair \(pair) names a model that isn't there; there are \(names)")
      }
      guard known.insert(pair).inserted else {
        throw ScoringError.badModels("the pair \(pair) is listed twice; name it once")
      }
      let sizes = [before, after].map(\.model.configuration.vocabularySize)
      guard sizes[0] == sizes[1] || (before.tokenizer != nil && after.tokenizer != nil) else {
        throw ScoringError.vocabulariesDiffer(before.name, sizes[0], after.name, sizes[1])
      }
    }
  }

  /// Ids that some model has, and from this tokenizer.
  func checkIDs(tokenizerOf reference: Checkpoint) throws {
    let largest = checkpoints.map(\.model.configuration.vocabularySize).max() ?? 0
    if let checkpoint = checkpoints.first(where: {
      $0.model.configuration.vocabularySize == largest
    }) {
      for (line, sequence) in zip(texts.lines, sequences) {
        guard let place = sequence.ids.firstIndex(where: { $0 >= largest }) else { continue }
        throw ScoringError.badLine(
          path: texts.path, line: line.line,
          "token \(place) has id \(sequence.ids[place]), model '\(checkpoint.name)' has ids below "
            + "\(largest); are these ids from another tokenizer?")
      }
    }
    // A few texts that don't decode back are normal (bytes cut by a length limit), and so are files
    // whose texts were trimmed; if no response is found in what its ids say, they mean something else.
    let comparable = zip(texts.lines, sequences).filter { line, sequence in
      !sequence.isRetokenized && line.response?.isEmpty == false
    }
    guard comparable.count >= 2, let tokenizer = reference.tokenizer else { return }
    let isFound = comparable.contains { line, sequence in
      let text = (line.response ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
      let ids = Array(sequence.ids[sequence.responseStart...])
      return sequence.decodesBack
        || [true, false].contains {
          tokenizer.decode(ids, skipSpecialTokens: $0).contains(text) && !text.isEmpty
        }
    }
    if !isFound {
      throw ScoringError.idsOfAnotherTokenizer(path: texts.path, directory: reference.directory)
    }
  }
}
