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

  /// Pairs, tokenizers and vocabularies.
  func checkModels() throws {
    // One text has one list of ids: all models must mean the same by them, paired or not.
    let withTokenizer = checkpoints.filter { $0.tokenizer != nil }
    for other in withTokenizer.dropFirst() {
      let first = withTokenizer[0]
      guard first.tokenizer?.contentDigest == other.tokenizer?.contentDigest else {
        throw ScoringError.tokenizersDiffer(first.name, other.name)
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
      guard sizes[0] == sizes[1] else {
        throw ScoringError.vocabulariesDiffer(before.name, sizes[0], after.name, sizes[1])
      }
    }
  }

  /// Ids in range, and from this tokenizer.
  func checkIDs(tokenizerOf reference: Checkpoint) throws {
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
    // A few texts that don't decode back are normal (bytes cut by a length limit), and so are files
    // whose texts were trimmed; if no response is found in what its ids say, they mean something else.
    let comparable = zip(texts.lines, sequences).filter { line, sequence in
      line.responseIDs != nil && line.response?.isEmpty == false
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
